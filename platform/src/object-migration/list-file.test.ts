import { expect, test } from 'vitest';
import { isListFile, isPlainText } from './list-file.ts';

const hundred = 100 * 1024 * 1024;

test.each([
  ['a.txt', hundred, true],
  ['folder/A.TXT', 0, true],
  ['a.txt', hundred + 1, false],
  ['a.csv', 1, false],
  ['txt', 1, false],
  ['a.txt/', 1, false],
])('%s of %i bytes may be a list: %s', (key, size, expected) => {
  expect(isListFile({ key, size })).toBe(expected);
});

test.each([
  ['text/plain', undefined, true],
  ['Text/Plain; charset=utf-8', undefined, true],
  ['text/plain', '', true],
  [undefined, undefined, true],
  ['text/plainer', undefined, false],
  ['text/csv', undefined, false],
  ['binary/octet-stream', undefined, false],
  ['text/plain', 'gzip', false],
  ['text/plain', 'utf-8', false],
])('type %s with encoding %s is plain text: %s', (contentType, contentEncoding, expected) => {
  expect(isPlainText({ metadata: { contentType, contentEncoding, user: {} } })).toBe(expected);
});
