import { createHash, hash } from 'node:crypto';

const BLOCK = 64;
const DIGEST = 32;

/**
 * HMAC-SHA-256 of short messages under one key (RFC 2104) by two one-shot hashes over prepared blocks, which takes a
 * third of the time of `createHmac`.
 */
export class HmacSha256 {
  readonly #inner: Buffer;
  readonly #outer = Buffer.alloc(BLOCK + DIGEST);
  /** The part of `#inner` that is hashed; the messages of a signer are nearly all of one length. */
  #hashed: Buffer;

  /** `maxMessage`: longest message in bytes. */
  constructor(key: Uint8Array, maxMessage: number) {
    this.#inner = Buffer.alloc(BLOCK + maxMessage);
    this.#hashed = this.#inner;
    const short = key.byteLength > BLOCK ? createHash('sha256').update(key).digest() : key;
    for (let i = 0; i < BLOCK; i++) {
      this.#inner[i] = (short[i] ?? 0) ^ 0x36;
      this.#outer[i] = (short[i] ?? 0) ^ 0x5c;
    }
  }

  /** `message` is ASCII. */
  hex(message: string): string {
    this.#hashInner(message);
    return hash('sha256', this.#outer, 'hex');
  }

  bytes(message: string): Buffer {
    this.#hashInner(message);
    return hash('sha256', this.#outer, 'buffer');
  }

  /** The digest passes as a string: a Buffer of its own for each would cost more than the hash. */
  #hashInner(message: string): void {
    const written = this.#inner.write(message, BLOCK, 'latin1');
    if (written < message.length) throw new RangeError('message longer than announced');
    if (this.#hashed.byteLength !== BLOCK + written) this.#hashed = this.#inner.subarray(0, BLOCK + written);
    this.#outer.write(hash('sha256', this.#hashed, 'binary'), BLOCK, 'latin1');
  }
}
