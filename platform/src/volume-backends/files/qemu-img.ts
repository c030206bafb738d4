/** What Haulier asks of QEMU's disk tool. Formats are always named: a guest could make its raw disk look like any other. */
import type { SnapshotId } from '../../volumes/volume.ts';
import type { DiskSource } from './disk-format.ts';
import type { DiskFormat } from './disk-names.ts';
import { runProgram } from './program.ts';

export interface QemuImg {
  create(path: string, size: number): Promise<void>;
  /** Refuses to make it smaller. */
  resize(path: string, size: number): Promise<void>;
  snapshot(path: string, action: 'create' | 'delete' | 'apply', id: SnapshotId): Promise<void>;
  /** Writes a new file that reads as the source does. It has the size that the disk has now, also of a snapshot from when it was smaller. */
  convert(from: DiskSource, path: string, format: DiskFormat, signal: AbortSignal): Promise<void>;
  /** Of any format, to `size`: what is beyond is cut off. */
  fit(path: string, format: DiskFormat, size: number): Promise<void>;
  /** Fails as `refused` where the disk is damaged beyond that. */
  repair(path: string): Promise<void>;
}

const actions = { create: '-c', delete: '-d', apply: '-a' } as const;

/** Undefined where there is none. `program` is a path, or a name that is looked for in PATH. */
export async function findQemuImg(program: string): Promise<QemuImg | undefined> {
  try {
    await runProgram(program, ['--version']);
  } catch {
    return undefined;
  }
  return qemuImgAt(program);
}

function qemuImgAt(program: string): QemuImg {
  const run = (args: readonly string[], signal?: AbortSignal) => runProgram(program, args, signal);
  return {
    async create(path, size) {
      await run(['create', '-q', '-f', 'qcow2', path, String(size)]);
    },
    async resize(path, size) {
      await run(['resize', '-q', '-f', 'qcow2', path, String(size)]);
    },
    async snapshot(path, action, id) {
      await run(['snapshot', '-q', actions[action], id, path]);
    },
    async convert(from, path, format, signal) {
      const snapshot = from.within === undefined ? [] : ['-l', `snapshot.name=${from.within}`];
      await run(['convert', '-q', '-f', from.format, '-O', format, ...snapshot, from.path, path], signal);
    },
    async fit(path, format, size) {
      await run(['resize', '-q', '--shrink', '-f', format, path, String(size)]);
    },
    async repair(path) {
      await run(['check', '-q', '-f', 'qcow2', '-r', 'all', path]);
    },
  };
}
