/**
 * What a qcow2 file says of itself: "Header" and "Snapshots" of QEMU's docs/interop/qcow2.txt, whose numbers are big-endian. Read here and not by `qemu-img info`,
 * since every start asks it of every disk: a process for each would take minutes where there are thousands.
 */
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { BackendFailure } from '../../volumes/volume-backend.ts';

export interface Qcow2Contents {
  /** Bytes that a machine sees. */
  readonly size: number;
  /** Names of the snapshots inside, oldest first. */
  readonly snapshots: readonly string[];
}

const magic = 0x51_46_49_fb;
const headerBytes = 72;
/** Of an entry in the table of snapshots, before what is as long as it says. */
const entryBytes = 40;
/** What QEMU takes at most, and more than an entry of ours needs: its name is a UUID. */
const mostSnapshots = 65_536;
const mostEntryBytes = 1024;

/** Also of a disk that a machine has open. Fails as `refused` where it is no whole qcow2 file. */
export async function readQcow2(path: string): Promise<Qcow2Contents> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const header = await read(handle, 0, headerBytes);
    if (header.length < headerBytes || header.readUInt32BE(0) !== magic) throw damaged(path, 'it has no header');
    const [size, count, offset] = [Number(header.readBigUInt64BE(24)), header.readUInt32BE(60), Number(header.readBigUInt64BE(64))];
    if (!Number.isSafeInteger(size) || !Number.isSafeInteger(offset) || count > mostSnapshots) throw damaged(path, 'its header says what cannot be');
    return { size, snapshots: count === 0 ? [] : namesIn(await read(handle, offset, count * mostEntryBytes), count, path) };
  } finally {
    await handle.close();
  }
}

function namesIn(table: Buffer, count: number, path: string): string[] {
  const names: string[] = [];
  for (let at = 0; names.length < count;) {
    if (at + entryBytes > table.length) throw damaged(path, 'its table of snapshots ends too early');
    const [idBytes, nameBytes, extraBytes] = [table.readUInt16BE(at + 12), table.readUInt16BE(at + 14), table.readUInt32BE(at + 36)];
    const name = at + entryBytes + extraBytes + idBytes;
    const end = name + nameBytes;
    if (end > table.length) throw damaged(path, 'its table of snapshots ends too early');
    names.push(table.toString('utf8', name, end));
    at = Math.ceil(end / 8) * 8;
  }
  return names;
}

/** Fewer bytes where the file ends before. */
async function read(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const room = Math.max(0, Math.min(length, (await handle.stat()).size - offset));
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(room), 0, room, offset);
  return buffer.subarray(0, bytesRead);
}

function damaged(path: string, why: string): BackendFailure {
  return new BackendFailure('refused', `the disk is not a whole qcow2 file: ${why}`, { detail: path });
}
