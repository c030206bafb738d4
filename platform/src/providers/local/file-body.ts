/** Bytes out of files and into them. */
import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { BufferPool } from '@haulier/lib/http/buffer-pool.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import type { ByteSink, ByteSource } from '../../object-store/object-store.ts';
import { isSameContent } from './find-object.ts';
import { classify } from './fs-failure.ts';

export interface FileSlice {
  /** Closed when the body has been piped or discarded. */
  readonly handle: FileHandle;
  /** When it was opened: a file that differs at the end was changed under way. */
  readonly stat: BigIntStats;
  readonly first: number;
  readonly length: number;
}

/**
 * The bytes of a slice, read one chunk ahead of the sink. Rejects as `changed` when the file was written to meanwhile:
 * the sink must then throw away what it got.
 */
export function fileBody(slice: FileSlice, pool: BufferPool, signal: AbortSignal): ByteSource {
  return new FileBody(slice, pool, signal);
}

class FileBody implements ByteSource {
  readonly length: number;
  readonly #slice: FileSlice;
  readonly #pool: BufferPool;
  readonly #signal: AbortSignal;
  #isTaken = false;
  #isGivenUp = false;

  constructor(slice: FileSlice, pool: BufferPool, signal: AbortSignal) {
    this.length = slice.length;
    this.#slice = slice;
    this.#pool = pool;
    this.#signal = signal;
  }

  async pipe(sink: ByteSink): Promise<void> {
    if (this.#isTaken) throw new TypeError('a body can be consumed once');
    this.#isTaken = true;
    try {
      if (this.length === 0) await this.#checkUnchanged();
      else await this.#pipeChunks(sink);
      this.#signal.throwIfAborted();
    } catch (error) {
      throw classify(error, 'read the file');
    } finally {
      await this.#slice.handle.close();
    }
  }

  discard(): void {
    this.#isGivenUp = true;
    if (this.#isTaken) return;
    this.#isTaken = true;
    // Nothing was written: a close that fails loses nothing.
    void this.#slice.handle.close().catch(() => {});
  }

  /** While the sink has one buffer the other is filled. */
  async #pipeChunks(sink: ByteSink): Promise<void> {
    let filling = this.#pool.acquire();
    let lent = this.#pool.acquire();
    let settled: Promise<void> | undefined;
    try {
      for (let done = 0; done < this.length;) {
        this.#stopIfAsked();
        const chunk = await readChunk(this.#slice, filling, done);
        // Before the last chunk is handed over: with it a store may already take the object as whole.
        if (done + chunk.byteLength === this.length) await this.#checkUnchanged();
        await settled;
        this.#stopIfAsked();
        settled = sink.write(chunk);
        // It is awaited after the next read; until then its rejection is not unhandled.
        settled?.catch(() => {});
        done += chunk.byteLength;
        [filling, lent] = [lent, filling];
      }
      await settled;
    } finally {
      await settled?.catch(() => {});
      this.#pool.release(filling);
      this.#pool.release(lent);
    }
  }

  async #checkUnchanged(): Promise<void> {
    if (!isSameContent(await this.#slice.handle.stat({ bigint: true }), this.#slice.stat)) throw changed();
  }

  #stopIfAsked(): void {
    this.#signal.throwIfAborted();
    if (this.#isGivenUp) throw new StoreFailure('transient', 'the body was given up');
  }
}

async function readChunk({ handle, first, length }: FileSlice, buffer: Buffer, done: number): Promise<Buffer> {
  const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.byteLength, length - done), first + done);
  if (bytesRead === 0) throw changed();
  return buffer.subarray(0, bytesRead);
}

function changed(): StoreFailure {
  return new StoreFailure('changed', 'the file was written to while it was read');
}

export interface Received {
  readonly size: number;
  readonly md5: Buffer;
}

/**
 * Writes a body into a file from its offset `position` on. Rejects as `corrupt` when it is not as long as it said;
 * a rejection of the body passes as it is.
 */
export async function receiveBody(body: ByteSource, handle: FileHandle, position: number, signal: AbortSignal): Promise<Received> {
  const hash = createHash('md5');
  let size = 0;
  await body.pipe({
    write(chunk) {
      if (signal.aborted) return Promise.reject(signal.reason as Error);
      const at = position + size;
      size += chunk.byteLength;
      // What lies behind the announced length may be somebody else's.
      if (body.length !== undefined && size > body.length) return Promise.reject(notAsAnnounced(body.length, size));
      hash.update(chunk);
      return writeAll(handle, chunk, at);
    },
  });
  signal.throwIfAborted();
  if (body.length !== undefined && body.length !== size) throw notAsAnnounced(body.length, size);
  return { size, md5: hash.digest() };
}

function notAsAnnounced(announced: number, came: number): StoreFailure {
  return new StoreFailure('corrupt', `${announced} bytes were announced and ${came} came`);
}

async function writeAll(handle: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  try {
    for (let done = 0; done < chunk.byteLength;) done += (await handle.write(chunk, done, chunk.byteLength - done, position + done)).bytesWritten;
  } catch (error) {
    throw classify(error, 'write the file');
  }
}
