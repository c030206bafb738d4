/** Whether a virtual machine has a file open. QEMU locks bytes of each of its disks for as long as it does. */
import { readFile, stat } from 'node:fs/promises';
import { BackendFailure } from '../../volumes/volume-backend.ts';
import type { Disk } from './disk-format.ts';

/** The bytes that QEMU locks say what it does with the disk and what it lets others do (`block/file-posix.c`: from 100 and from 200 on). */
const lockedBytes = { from: 100, to: 299 };

/** Throws where QEMU has the disk open: a machine, or a tool that outlived the process that had started it. */
export async function refuseOpen({ id, path }: Disk): Promise<void> {
  if (await isOpenInMachine(path)) throw new BackendFailure('unavailable', `a machine has disk ${id} open`);
}

/** False where the system has no `/proc/locks`. */
async function isOpenInMachine(path: string): Promise<boolean> {
  const [file, locks] = await Promise.all([stat(path), readFile('/proc/locks', 'utf8').catch(() => '')]);
  return locks.split('\n').some((line) => isLockOf(line, file));
}

/** E.g. `1: OFDLCK ADVISORY READ -1 fe:00:4243530 100 101`: the file as major and minor of its device in hex, then its inode. */
export function isLockOf(line: string, file: { readonly dev: number; readonly ino: number }): boolean {
  const [, kind, , , , place = '', start] = line.trim().split(/\s+/);
  if (kind !== 'OFDLCK' && kind !== 'POSIX') return false;
  const [major = '', minor = '', inode] = place.split(':');
  const device = { major: (file.dev >>> 8) & 0xfff, minor: (file.dev & 0xff) | ((file.dev >>> 12) & 0xfff00) };
  // Major 0 is a device of the file system's own (btrfs, overlay), which it may call differently in the two places.
  const isSameDevice = device.major === 0 || (Number.parseInt(major, 16) === device.major && Number.parseInt(minor, 16) === device.minor);
  return isSameDevice && Number(inode) === file.ino && Number(start) >= lockedBytes.from && Number(start) <= lockedBytes.to;
}
