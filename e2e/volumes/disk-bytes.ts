/** The bytes of qcow2 disks, by QEMU's own tools: one block at the start of each GiB, which holds one byte all over. */
import { run } from './file-backend.ts';

const block = '4k';

export async function writeMark(path: string, gib: number, byte: number): Promise<void> {
  await run('qemu-io', ['-f', 'qcow2', '-c', `write -P ${byte} ${gib}G ${block}`, path]);
}

/** Whether the disk has these marks, the first GiB's first. */
export async function hasMarks(path: string, marks: readonly number[]): Promise<boolean> {
  const commands = marks.flatMap((byte, gib) => ['-c', `read -P ${byte} ${gib}G ${block}`]);
  const { stdout, stderr } = await run('qemu-io', ['-r', '-f', 'qcow2', ...commands, path]).catch((error: unknown) => {
    if (error instanceof Error && 'stdout' in error && 'stderr' in error) return { stdout: String(error.stdout), stderr: String(error.stderr) };
    throw error;
  });
  const read = stdout.match(/^read \d+\/\d+ bytes/gm)?.length ?? 0;
  const wrong = stdout.match(/Pattern verification failed/g)?.length ?? 0;
  if (read !== marks.length) throw new Error(`${path} could not be read: ${stdout}${stderr}`);
  return wrong === 0;
}

export interface DiskFile {
  readonly sizeGiB: number;
  readonly snapshots: readonly string[];
}

export async function inspectDisk(path: string): Promise<DiskFile> {
  const { stdout } = await run('qemu-img', ['info', '--output=json', '-f', 'qcow2', path]);
  const info = JSON.parse(stdout) as { readonly 'virtual-size': number; readonly snapshots?: readonly { readonly name: string }[] };
  return { sizeGiB: info['virtual-size'] / 1024 ** 3, snapshots: (info.snapshots ?? []).map(({ name }) => name) };
}
