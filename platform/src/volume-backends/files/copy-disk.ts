/** A new disk with the data of another one, or of a snapshot: independent of it from then on. */
import { truncate } from 'node:fs/promises';
import { BackendFailure } from '../../volumes/volume-backend.ts';
import type { DiskSource } from './disk-format.ts';
import type { DiskFormat } from './disk-names.ts';
import { refuseOpen } from './machine-locks.ts';
import { runProgram } from './program.ts';
import type { QemuImg } from './qemu-img.ts';
import { shareBlocks } from './raw-disks.ts';

interface Target {
  readonly path: string;
  readonly format: DiskFormat;
  /** Bytes; at least those of the source. */
  readonly size: number;
}

/** At once where both are raw and blocks can be shared; else it takes as long as the data to copy, and holes stay holes. */
export async function copyDisk(source: DiskSource, target: Target, { canShare, qemuImg, signal }: { readonly canShare: boolean; readonly qemuImg: QemuImg | undefined; readonly signal: AbortSignal }): Promise<void> {
  if (source.format === 'raw' && target.format === 'raw') {
    await (canShare ? shareBlocks(source.path, target.path) : copySparse(source, target.path, signal));
    await truncate(target.path, target.size);
    return;
  }
  if (qemuImg === undefined) throw new BackendFailure('unavailable', 'a disk of the format qcow2 cannot be copied without qemu-img: install qemu-utils');
  await qemuImg.convert(source, target.path, target.format, signal);
  await qemuImg.fit(target.path, target.format, target.size);
}

/** A copy that takes its time is no copy of one moment while somebody writes. */
async function copySparse(source: DiskSource, path: string, signal: AbortSignal): Promise<void> {
  await refuseOpen(source);
  await runProgram('cp', ['--no-dereference', '--sparse=always', '--', source.path, path], signal);
}
