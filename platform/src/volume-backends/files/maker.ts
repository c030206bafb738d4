/** Which process makes an unfinished file, so that another leaves it alone while that one lives. */
import { readFile } from 'node:fs/promises';

/** Its pid and when it started, in ticks since the machine did: a pid alone would be another process's after a while. */
export async function makerName(): Promise<string> {
  return `${process.pid}-${await startOf(process.pid) ?? 0}`;
}

export async function isAlive(maker: string): Promise<boolean> {
  const [pid, start] = maker.split('-').map(Number);
  return pid !== undefined && await startOf(pid) === start;
}

/** Field 22 of proc_pid_stat(5); the second one, a name in parentheses, may hold anything. */
async function startOf(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const field = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return field === undefined ? undefined : Number(field);
}
