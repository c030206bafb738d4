/** Which process makes an unfinished file, so that another leaves it alone while that one lives. */
import { readFile, readlink, stat } from 'node:fs/promises';

/** What a process in another container makes is written to all the time. */
const abandonedAfterMs = 24 * 60 * 60_000;

/** Its pid, when it started in ticks since the machine did, and the pids' namespace: a pid alone would be another process's after a while, or in another container. */
export async function makerName(): Promise<string> {
  return `${process.pid}-${await startOf(process.pid) ?? 0}-${await namespace()}`;
}

/** Whether nobody makes the file any more. Whether a process of another container lives cannot be seen: what it makes is abandoned when it has not been written to for a day. */
export async function isAbandoned(maker: string, path: string, now: number): Promise<boolean> {
  const [pid, start, where] = maker.split('-').map(Number);
  if (pid !== undefined && where === await namespace()) return await startOf(pid) !== start;
  const file = await stat(path).catch(() => undefined);
  return file !== undefined && file.mtimeMs < now - abandonedAfterMs;
}

/** Field 22 of proc_pid_stat(5); the second one, a name in parentheses, may hold anything. */
async function startOf(pid: number): Promise<number | undefined> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const field = line?.slice(line.lastIndexOf(')') + 2).split(' ')[19];
  return field === undefined ? undefined : Number(field);
}

/** E.g. `pid:[4026531836]` (pid_namespaces(7)); 0 where the system has none. */
async function namespace(): Promise<number> {
  const link = await readlink('/proc/self/ns/pid').catch(() => '');
  return Number(/\d+/.exec(link)?.[0] ?? 0);
}
