import { expect, test } from 'vitest';
import { formatBytes, formatDuration, parseBytes } from './units.ts';

test.each([[0, '0 B'], [1023, '1023 B'], [1024, '1.0 KiB'], [1536, '1.5 KiB'], [1048524, '1023.9 KiB'], [1048575, '1.0 MiB'], [2 ** 50 * 3, '3.0 PiB']])(
  '%d bytes read as %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test.each([[0, '0:00'], [59.6, '1:00'], [61, '1:01'], [3600, '1:00:00'], [Infinity, '--:--'], [undefined, '--:--']])(
  '%s seconds read as %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));

test.each([['10', 10], ['1k', 1024], ['50M', 50 * 2 ** 20], ['1.5GiB', 1.5 * 2 ** 30], ['2 tb', 2 * 2 ** 40], ['', undefined], ['fast', undefined], ['-1', undefined]])(
  '"%s" is %s bytes', (text, bytes) => expect(parseBytes(text)).toBe(bytes));
