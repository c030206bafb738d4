import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lastKeyOf, readWindow } from './folder-window.ts';

let folder: string;
const names = Array.from({ length: 50 }, (_, index) => `n${String(index * 7 % 50)}`).toSorted();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'haulier-window-'));
  for (const [index, name] of names.entries()) await (index % 5 === 0 ? mkdir(join(folder, name)) : writeFile(join(folder, name), ''));
});
afterAll(() => rm(folder, { recursive: true }));

const expected = names.map((name, index) => index % 5 === 0 ? `${name}/` : name).toSorted();

test.each([1, 2, 7, 24, 25, 49, 50, 51])('windows of %i names give a folder in order', async (limit) => {
  const seen: string[] = [];
  for (let after: string | undefined; ;) {
    const { entries, complete } = await readWindow([folder], { startsWith: '', after }, limit);
    seen.push(...entries.map(({ name }) => name));
    if (complete) break;
    expect(entries.length).toBeLessThanOrEqual(limit);
    after = lastKeyOf(entries.at(-1)?.name ?? '');
  }
  expect(seen).toEqual(expected);
});

test('keeps to a prefix', async () => {
  const { entries, complete } = await readWindow([folder], { startsWith: 'n1', after: undefined }, 100);
  expect([entries.map(({ name }) => name), complete]).toEqual([expected.filter((name) => name.startsWith('n1')), true]);
});

test('a folder in several places is one entry, and one that is gone is empty', async () => {
  const { entries } = await readWindow([folder, folder, join(folder, 'gone')], { startsWith: '', after: undefined }, 1000);
  expect(entries.map(({ name }) => name)).toEqual(expected);
  expect(entries[0]?.paths).toHaveLength(2);
});
