import { expect, test } from 'vitest';
import { isLockOf } from './machine-locks.ts';

const file = { dev: (0xfe << 8) | 1, ino: 4243530 };

test.each([
  ['a byte of QEMU', '1: OFDLCK ADVISORY  READ -1 fe:01:4243530 100 101', true],
  ['of a QEMU without open file description locks', '1: POSIX  ADVISORY  READ 815 fe:01:4243530 203 203', true],
  ['of another file', '1: OFDLCK ADVISORY  READ -1 fe:01:4243531 100 101', false],
  ['of another device', '1: OFDLCK ADVISORY  READ -1 fe:00:4243530 100 101', false],
  ['of other bytes', '1: POSIX  ADVISORY  WRITE 815 fe:01:4243530 0 EOF', false],
  ['of flock', '1: FLOCK  ADVISORY  WRITE 815 fe:01:4243530 0 EOF', false],
  ['somebody who waits', '1: -> POSIX  ADVISORY  WRITE 815 fe:01:4243530 100 101', false],
  ['nothing', '', false],
])('a lock: %s', (_, line, expected) => {
  expect(isLockOf(line, file)).toBe(expected);
});

test('a device of the file system’s own is not compared', () => {
  expect(isLockOf('1: OFDLCK ADVISORY  READ -1 00:1f:99 100 101', { dev: 0x2a, ino: 99 })).toBe(true);
});
