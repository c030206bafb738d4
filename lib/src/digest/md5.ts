import { createHash, hash, type Hash } from 'node:crypto';

/** MD5 over chunks as they pass by; keeps none of them. For comparison with what stores call ETag, not for security. */
export class Md5 {
  private readonly length: number | undefined;
  private running: Hash | undefined;
  private whole: string | undefined;

  /** @param length bytes to come, where known: a body that arrives in one chunk is then digested without a context. */
  constructor(length?: number) {
    this.length = length;
  }

  /** The chunk is read before the call returns. */
  update(chunk: Uint8Array): void {
    if (chunk.byteLength === 0) return;
    if (this.running === undefined) {
      if (chunk.byteLength === this.length && this.whole === undefined) {
        this.whole = hash('md5', chunk, 'hex');
        return;
      }
      if (this.whole !== undefined) throw new RangeError('more bytes than announced');
      this.running = createHash('md5');
    }
    this.running.update(chunk);
  }

  /** Lower-case hex of everything so far. Call it once, at the end. */
  hex(): string {
    return this.whole ?? (this.running ?? createHash('md5')).digest('hex');
  }
}
