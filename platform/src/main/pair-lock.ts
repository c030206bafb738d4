/**
 * Keeps two runs from using one file of upload notes at once.
 *
 * The lock is a listening socket in Linux's abstract namespace (unix(7)): the kernel gives its name to one process and
 * takes it back when that process ends, however it ends, so that nothing stale can stay behind. Whoever connects is told
 * the process id. Processes see each other within one network namespace; on other systems there is no lock.
 */
import { createHash } from 'node:crypto';
import { connect, createServer, type Server } from 'node:net';
import { resolve } from 'node:path';

/** Another run is at work on the same pair. The message is for the user. Exit code 2. */
export class PairBusyError extends Error {
  override readonly name = 'PairBusyError';

  constructor(pid: string | undefined) {
    super(`another haulier migrate${pid === undefined ? '' : ` (process ${pid})`} is at work on the same SRC and DST; wait for its end, or stop it first`);
  }
}

export interface PairLock {
  release(): Promise<void>;
}

const answerMs = 1_000;
/** A holder that ends just then leaves the name free. */
const tries = 3;

/**
 * Holds the lock of this file until it is released or the process ends. The file itself is not touched.
 *
 * @throws {PairBusyError}
 */
export async function lockPair(file: string): Promise<PairLock> {
  if (process.platform !== 'linux') return { release: () => Promise.resolve() };
  const name = `\0haulier-migrate-${createHash('sha256').update(resolve(file)).digest('hex').slice(0, 40)}`;
  for (let tried = 1; ; tried++) {
    const server = await listen(name);
    if (server !== undefined) return { release: () => closed(server) };
    const holder = await ask(name);
    if (holder.there || tried === tries) throw new PairBusyError(holder.pid);
  }
}

/** Undefined when the name is taken. The socket keeps no process alive. */
function listen(name: string): Promise<Server | undefined> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.unref().end(String(process.pid));
  }).unref();
  return new Promise((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') done(undefined);
      else fail(error);
    });
    server.listen(name, () => done(server));
  });
}

/** Who holds the name; a holder that is too busy to answer has no id to show. */
function ask(name: string): Promise<{ readonly there: boolean; readonly pid: string | undefined }> {
  return new Promise((done) => {
    let told = '';
    let there = false;
    const socket = connect(name, () => { there = true; });
    socket.setTimeout(answerMs, () => socket.destroy());
    socket.setEncoding('latin1').on('data', (text: string) => { told += text; });
    // Nothing is there: what 'close' tells.
    socket.on('error', () => undefined);
    socket.on('close', () => done({ there, pid: /^\d+$/.exec(told)?.[0] }));
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((done) => { server.close(() => done()); });
}
