import type { BufferPool } from './buffer-pool.ts';

/**
 * A read buffer with a count of those who still need its bytes: the reader that fills it and each stretch of it that
 * a sink has not settled.
 */
export class Slab {
  readonly buffer: Buffer;
  readonly #pool: BufferPool | undefined;
  users = 1;

  /** Without a pool the buffer belongs to its connection. */
  constructor(buffer: Buffer, pool?: BufferPool) {
    this.buffer = buffer;
    this.#pool = pool;
  }

  static from(pool: BufferPool): Slab {
    return new Slab(pool.acquire(), pool);
  }

  release(): void {
    this.users--;
    if (this.users === 0) this.#pool?.release(this.buffer);
  }
}
