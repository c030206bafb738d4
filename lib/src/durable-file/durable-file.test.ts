import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDurableFile } from './durable-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'haulier-durable-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('makes a file with its mode, once, and leaves nothing beside it', () => {
  const file = join(folder, 'id');
  createDurableFile(file, 'first', 0o600);
  createDurableFile(file, 'second', 0o644);
  expect(readFileSync(file, 'utf8')).toBe('first');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['id']);
});

it('says so where there is no folder', () => {
  expect(() => createDurableFile(join(folder, 'none', 'id'), 'text', 0o600)).toThrow('ENOENT');
});
