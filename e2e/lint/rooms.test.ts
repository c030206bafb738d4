/**
 * The walls between the rooms stand: each file of `e2e/fixtures/lint/` holds the imports of one room, those that must be
 * refused marked `// forbidden`.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { expect, test } from 'vitest';
import { rooms } from '../../eslint.rooms.js';

const root = join(import.meta.dirname, '../..');
const fixtures = join(root, 'e2e/fixtures/lint');
const eslint = new ESLint({
  cwd: root,
  overrideConfigFile: true,
  overrideConfig: [{ files: ['**/*.ts'], languageOptions: { parser: tseslint.parser } }, ...rooms],
});

/** Lines, counted from 1, that the walls refuse in a file of that path. */
async function refusedLines(text: string, filePath: string): Promise<number[]> {
  const results = await eslint.lintText(text, { filePath: join(root, filePath) });
  return results.flatMap(({ messages }) => messages.map(({ line }) => line)).toSorted((a, b) => a - b);
}

function forbiddenLines(text: string): number[] {
  return text.split('\n').flatMap((line, index) => line.endsWith('// forbidden') ? [index + 1] : []);
}

const platformRooms = (await readdir(join(root, 'platform/src'), { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);

/** `main` wires everything. */
test.each(platformRooms.filter((room) => room !== 'main'))('%s imports what it may and nothing else', async (room) => {
  const text = await readFile(join(fixtures, `${room}.txt`), 'utf8');
  for (const other of platformRooms) if (other !== room) expect(text, 'the fixture names every room').toContain(`'../${other}/`);
  expect(forbiddenLines(text)).not.toEqual([]);
  expect(await refusedLines(text, `platform/src/${room}/file.ts`)).toEqual(forbiddenLines(text));
  expect(await refusedLines(text.replaceAll('../', '../../../'), `platform/src/${room}/deep/below/file.ts`)).toEqual(forbiddenLines(text));
});

test.each(['lib', 'wire'])('%s imports nothing of the project', async (workspace) => {
  const text = await readFile(join(fixtures, `${workspace}.txt`), 'utf8');
  expect(await refusedLines(text, `${workspace}/src/some/file.ts`)).toEqual(forbiddenLines(text));
});

test('a provider imports no other cloud, but what several of them speak', async () => {
  const text = await readFile(join(fixtures, 'provider.txt'), 'utf8');
  expect(forbiddenLines(text)).not.toEqual([]);
  expect(await refusedLines(text, 'platform/src/providers/cloud/file.ts')).toEqual(forbiddenLines(text));
  expect(await refusedLines(text.replaceAll("'../", "'../../"), 'platform/src/providers/cloud/below/file.ts')).toEqual(forbiddenLines(text));
});
