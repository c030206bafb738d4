/** Lets one process at a time start or stop the server of a data folder. */
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseServerError } from './server-error.ts';

const retryMs = 50;
/** Longer than the recovery of any cluster of ours takes. */
const patienceMs = 15 * 60_000;

/**
 * Runs `action` while this process holds the lock of that name.
 *
 * The lock is a listening socket in Linux's abstract namespace: it has no file that a crash leaves behind, for the kernel
 * takes it back with the process. Processes in different network namespaces do not see each other's.
 */
export async function withStartLock<T>(name: string, action: () => Promise<T>): Promise<T> {
  const lock = await acquire(`\0haulier/postgres/${name}`);
  try {
    return await action();
  } finally {
    await new Promise((resolve) => lock.close(resolve));
  }
}

async function acquire(path: string): Promise<Server> {
  for (let waited = 0; waited < patienceMs; waited += retryMs) {
    const server = await tryListen(path);
    if (server !== undefined) return server;
    await sleep(retryMs);
  }
  throw new DatabaseServerError('Another Haulier process has been starting or stopping the database of this data folder for 15 minutes. Look at its log, and end it if it hangs.');
}

function tryListen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen({ path }, () => resolve(server));
  });
}
