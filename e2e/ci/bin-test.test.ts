/** `bin/test` in a checkout whose Vitest is a script: how a run that hangs, dies or passes ends. */
import { chmod, copyFile, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runToEnd, type Ended } from '../support/serve.ts';

const root = join(import.meta.dirname, '../..');
let folder: string;
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'haulier-bin-test-')); });
afterAll(() => rm(folder, { recursive: true }));

const begun = `echo '{"begun":"a.test.ts"}' >>"$HAULIER_TALLY"`;
const ended = `echo '{"ended":"a.test.ts","passed":2,"failed":0,"skipped":0}' >>"$HAULIER_TALLY"`;

/** @param vitest the body of a shell script. */
async function endToEndTests(vitest: string, minutes = '1'): Promise<Ended> {
  const checkout = await mkdtemp(join(folder, 'checkout-'));
  const bin = join(checkout, 'node_modules/.bin');
  await mkdir(bin, { recursive: true });
  for (const file of ['bin/test', 'bin/prepare.sh', '.ci/closing-line.js', 'package-lock.json']) {
    await mkdir(dirname(join(checkout, file)), { recursive: true });
    await copyFile(join(root, file), join(checkout, file));
  }
  await cp(join(root, 'e2e/stores'), join(checkout, 'e2e/stores'), { recursive: true });
  await writeFile(join(checkout, 'package.json'), '{"type":"module"}');
  await writeFile(join(checkout, 'node_modules/.package-lock.json'), '{}');
  await writeFile(join(bin, 'vitest'), `#!/bin/sh\n${vitest}\n`);
  await chmod(join(bin, 'vitest'), 0o755);
  return runToEnd(join(checkout, 'bin/test'), ['e2e', 'a.test.ts'], { ...process.env, STORES: join(checkout, 'stores'), HAULIER_TEST_MINUTES: minutes });
}

test('passes with the count on the last line', async () => {
  expect(await endToEndTests(`${begun}; ${ended}`)).toMatchObject({ code: 0, stdout: '2 passed, 0 failed\n' });
});

test('stops one that hangs, with what it was doing and the count so far', async () => {
  const { code, stdout, stderr } = await endToEndTests(`${begun}; ${ended}; echo '{"begun":"b.test.ts"}' >>"$HAULIER_TALLY"; exec sleep 1000`, '0.02');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '2 passed, 1 failed\n' });
  expect(stderr).toContain('stopped: not at its end after 0.02 minutes');
  expect(stderr).toContain('FAILED: end-to-end tests');
  expect(stderr).toContain('stopped in b.test.ts');
});

test('fails when it has died without a word', async () => {
  const { code, stdout, stderr } = await endToEndTests('kill -9 $$');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '0 passed, 1 failed\n' });
  expect(stderr).toMatch(/killed after \d+ s/);
});
