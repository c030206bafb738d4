/** The last line of `bin/test` counts all that went wrong, also what Vitest calls no failed test. Each case is a small run of Vitest. */
import { spawn } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runToEnd, type Ended } from '../support/serve.ts';

const root = join(import.meta.dirname, '../..');
let folder: string;
let runs = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'haulier-tally-'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
});
afterAll(() => rm(folder, { recursive: true }));

interface SmallRun {
  readonly tallies: string;
  readonly tally: string;
  readonly args: readonly string[];
}

/** @param files the bodies of test files, by name. */
async function prepare(files: Readonly<Record<string, string>>): Promise<SmallRun> {
  const home = join(folder, `run-${++runs}`);
  const tallies = join(home, 'tallies');
  await mkdir(tallies, { recursive: true });
  for (const [name, body] of Object.entries(files)) {
    await writeFile(join(home, `${name}.test.js`), `import { afterAll, beforeAll, describe, test } from 'vitest';\n${body}\n`);
  }
  return { tallies, tally: join(tallies, 'small tests'), args: ['run', '--root', home, `--reporter=${join(root, '.ci/tally.js')}`] };
}

const closingLine = ({ tallies }: SmallRun): Promise<Ended> => runToEnd(process.execPath, [join(root, '.ci/closing-line.js'), tallies], process.env);
const environment = ({ tally }: SmallRun): NodeJS.ProcessEnv => ({ ...process.env, HAULIER_TALLY: tally });

/** What the closing line says after Vitest has run over these files, whose exit code is noted as `bin/test` does. */
async function countOf(files: Readonly<Record<string, string>>): Promise<Ended> {
  const small = await prepare(files);
  const { code } = await runToEnd(join(root, 'node_modules/.bin/vitest'), small.args, environment(small));
  await appendFile(small.tally, `{"exit":${code}}\n`);
  return closingLine(small);
}

const fails = `throw new Error('on purpose');`;

test('counts tests that pass, fail and are left out', async () => {
  expect(await countOf({ a: `test('passes', () => {}); test('fails', () => { ${fails} }); test.skip('later', () => {}); test.todo('never');`, b: `test('passes', () => {});` }))
    .toMatchObject({ code: 0, stdout: '2 passed, 1 failed, 2 skipped\n' });
});

test('counts a file that cannot be loaded, set up or cleaned up as failed', async () => {
  expect(await countOf({
    unloadable: `import './missing.js';`,
    'set-up': `beforeAll(() => { ${fails} }); test('not tried', () => {});`,
    'cleaned-up': `afterAll(() => { ${fails} }); test('passes', () => {});`,
    group: `describe('group', () => { beforeAll(() => { ${fails} }); test('not tried', () => {}); }); test('passes', () => {});`,
  })).toMatchObject({ code: 0, stdout: '2 passed, 4 failed, 2 skipped\n' });
});

test('counts an error that nobody waited for', async () => {
  expect(await countOf({ a: `test('passes', async () => { void Promise.reject(new Error('on purpose')); await new Promise((resolve) => { setTimeout(resolve, 50); }); });` }))
    .toMatchObject({ code: 0, stdout: '1 passed, 1 failed\n' });
});

test('counts what was known of a run that was killed, and the file it was killed in', async () => {
  const small = await prepare({ a: `test('passes', () => {});`, b: `test('hangs', () => new Promise(() => {}), 0);` });
  const vitest = spawn(join(root, 'node_modules/.bin/vitest'), [...small.args, '--max-workers=2'], { env: environment(small), stdio: 'ignore' });
  const ended = new Promise((resolve) => vitest.once('exit', resolve));
  const noted = async (line: string): Promise<boolean> => (await readFile(small.tally, 'utf8').catch(() => '')).includes(line);
  while (!await noted('"ended":"a') || !await noted('"begun":"b')) await sleep(50);
  vitest.kill('SIGKILL');
  await ended;
  await appendFile(small.tally, '{"exit":137}\n');
  expect(await closingLine(small)).toEqual({ code: 0, stdout: '1 passed, 1 failed\n', stderr: 'small tests: stopped in b.test.js\n' });
});

test.each([
  ['that ended badly with no test failed', '{"begun":"a"}\n{"ended":"a","passed":3,"failed":0,"skipped":0}\n{"errors":0}\n{"exit":1}\n', '3 passed, 1 failed\n'],
  ['that was cut short in the middle of a line', '{"begun":"a"}\n{"ended":"a","pas\n{"exit":137}\n', '0 passed, 1 failed\n'],
  ['that never began', '', '0 passed, 1 failed\n'],
])('counts a run %s', async (_, tally, line) => {
  const small = await prepare({});
  await writeFile(small.tally, tally);
  expect(await closingLine(small)).toMatchObject({ code: 0, stdout: line });
});

test('fails when no test ran', async () => {
  const small = await prepare({});
  await writeFile(small.tally, '{"errors":0}\n{"exit":0}\n');
  expect(await closingLine(small)).toMatchObject({ code: 1, stdout: '0 passed, 0 failed\n' });
});
