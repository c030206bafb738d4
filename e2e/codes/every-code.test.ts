/** Every documented code that the product can answer is expected by a test that really causes it. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ourCodes } from '@haulier/platform/api/evs/error-codes.ts';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const code = /['"]((?:OMS|S3M|TRF|EVS|Common|SMS)\.\d{4})['"]/g;

/** Tests that look codes up, or make up the state that carries one: they show what a table says, not that anything can cause it. */
const lookups = [
  'platform/src/api/oms/error-catalogue.test.ts',
  'platform/src/api/oms/errors.test.ts',
  'platform/src/api/oms/to-wire.test.ts',
  'platform/src/api/sms/errors.test.ts',
  'platform/src/main/error-codes.test.ts',
  'platform/src/notify/messages.test.ts',
  'platform/src/object-migration/failure-codes.test.ts',
  'platform/src/object-migration/notices/deliver.test.ts',
  'e2e/cli/explain.test.ts',
  'e2e/worker/task-repository.test.ts',
];

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && entry.name.endsWith('.ts')).map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

const files = [...await filesBelow('platform/src'), ...await filesBelow('e2e')];

/** The files that name each code. */
async function codesIn(paths: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  for (const path of paths) {
    const codes = [...(await readFile(join(root, path), 'utf8')).matchAll(code)].map(([, name = '']) => name);
    for (const name of new Set(codes)) found.set(name, [...found.get(name) ?? [], path]);
  }
  return found;
}

const isTest = (path: string): boolean => path.endsWith('.test.ts');
const isProduct = (path: string): boolean => path.startsWith('platform/src/') && !isTest(path) && !/\/(error-catalogue|fixtures|testing)\//.test(path);

test('is caused by a test', async () => {
  const answered = await codesIn(files.filter(isProduct));
  const caused = await codesIn(files.filter((path) => isTest(path) && !lookups.includes(path)));
  const uncaused = [...answered].filter(([name]) => !caused.has(name) && !(name in ourCodes)).map(([name, where]) => `${name} (${where.join(', ')})`);
  expect(answered.size).toBeGreaterThan(130);
  expect(uncaused.sort()).toEqual([]);
});

test('and each test that only looks codes up is there', () => {
  expect(lookups.filter((path) => !files.includes(path))).toEqual([]);
});
