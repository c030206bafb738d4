/** Buffers of one size, kept for reuse: a fresh large buffer costs page faults that dwarf the copy into it. */
export class BufferPool {
  readonly size: number;
  readonly #keep: number;
  readonly #free: Buffer[] = [];

  /** `size` in bytes; at most `keep` unused buffers are held. */
  constructor(size: number, keep: number) {
    this.size = size;
    this.#keep = keep;
  }

  acquire(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.size);
  }

  release(buffer: Buffer): void {
    if (this.#free.length < this.#keep) this.#free.push(buffer);
  }
}
