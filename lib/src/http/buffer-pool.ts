export interface BufferPoolOptions {
  /** Of each buffer, in bytes. */
  readonly size: number;
  /** Unused buffers to hold, at most. */
  readonly keep: number;
  /** From so many buffers in use on, {@link BufferPool.crowded} asks readers for restraint. */
  readonly enough: number;
}

/** Buffers of one size, kept for reuse: a fresh large buffer costs page faults that dwarf the copy into it. */
export class BufferPool {
  readonly #options: BufferPoolOptions;
  readonly #free: Buffer[] = [];
  #inUse = 0;

  constructor(options: BufferPoolOptions) {
    this.#options = options;
  }

  /** Nobody should read ahead of a sink now. */
  get crowded(): boolean {
    return this.#inUse >= this.#options.enough;
  }

  acquire(): Buffer {
    this.#inUse++;
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.#options.size);
  }

  release(buffer: Buffer): void {
    this.#inUse--;
    if (this.#free.length < this.#options.keep) this.#free.push(buffer);
  }
}
