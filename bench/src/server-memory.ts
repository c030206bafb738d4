/**
 * The memory gate of a server: tasks of 10 million listed objects together (a synthetic listing, nothing to copy), made
 * through the API of a real `haulier serve`, must keep its process under 300 MiB of resident memory. Exits 1 when they do not.
 *
 *   node bench/src/server-memory.ts [--keys N] [--tasks N]
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createTask, migrationConfig, showTask } from './migrations.ts';
import { startServer } from './server.ts';
import { startStub } from './stub.ts';

const gateMiB = 300;
/** States of the documents that a task does not leave by itself. */
const paused = 3, failed = 4, succeeded = 5;

const { values } = parseArgs({ options: { keys: { type: 'string', default: '10000000' }, tasks: { type: 'string', default: '1' } } });
const [keys, count] = [Number(values.keys), Number(values.tasks)];

await using stub = await startStub({ virtual: keys });
await using server = await startServer(migrationConfig(stub, count));
await sleep(3_000);
const idle = server.usage();
const started = performance.now();
const tasks = await Promise.all(Array.from({ length: count }, () => createTask(server, 'virtual', 'virtual-copy')));
for (const id of tasks) await watch(id);
const seconds = (performance.now() - started) / 1000;
const { peakMiB, cpu } = server.usage();
const verdict = peakMiB >= gateMiB ? 'over the gate' : 'under the gate';
process.stdout.write(`${count} × ${keys} keys on both sides: idle ${idle.residentMiB.toFixed(0)} MiB, peak ${peakMiB.toFixed(0)} MiB, ${seconds.toFixed(1)} s, ${(cpu - idle.cpu).toFixed(1)} CPU-s: ${verdict}\n`);
process.exitCode = peakMiB >= gateMiB ? 1 : 0;

async function watch(id: number): Promise<void> {
  for (;;) {
    const task = await showTask(server, id);
    if (task.status === succeeded && task.skipped_num === keys) return;
    if ([paused, failed, succeeded].includes(task.status)) throw new Error(`task ${id} ended with ${JSON.stringify(task)}\n${server.log()}`);
    await sleep(1_000);
  }
}
