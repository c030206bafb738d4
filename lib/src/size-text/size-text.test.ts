import { expect, it } from 'vitest';
import { sizeText } from './size-text.ts';

it.each<[number, string]>([
  [0, '0 B'],
  [1, '1 B'],
  [1023, '1023 B'],
  [1023.5, '1.00 KB'],
  [0.4, '0 B'],
  [1024, '1.00 KB'],
  [1536, '1.50 KB'],
  [1024 ** 2 - 6, '1023.99 KB'],
  [1024 ** 2 - 5, '1.00 MB'],
  [1024 ** 2 - 1, '1.00 MB'],
  [1024 ** 2, '1.00 MB'],
  [77_164_708, '73.59 MB'],
  [1024 ** 3 - 1, '1.00 GB'],
  [5 * 1024 ** 4, '5.00 TB'],
  [1024 ** 5, '1.00 PB'],
  [Number.MAX_SAFE_INTEGER, '8.00 PB'],
  [1024 ** 6, '1.00 EB'],
  [3000 * 1024 ** 6, '3000.00 EB'],
])('writes %s bytes as %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});
