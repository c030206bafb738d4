import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

export const keyBytes = 32;

const cipherName = 'aes-256-gcm';
/** Begins every sealed value, so that another way of sealing can come to stand beside this one. */
const version = 1;
const nonceBytes = 12;
const tagBytes = 16;
const headBytes = 1 + nonceBytes;

/** A sealed value cannot be opened: another key or context sealed it, or its bytes were changed. The message tells nothing of it. */
export class UnsealError extends Error {
  override readonly name = 'UnsealError';
}

/**
 * Seals short secrets with AES-256-GCM. A sealed value is version (1 byte), nonce (12), ciphertext, tag (16); the nonce
 * is random, which is safe for some billions of values under one key.
 *
 * The key is in a private field: it appears neither in JSON nor in logs.
 */
export class SealingKey {
  /** Names the key and tells nothing of it: 16 hex digits of a SHA-256. */
  readonly id: string;
  readonly #key: Buffer;

  /** @param key {@link keyBytes} random bytes. */
  constructor(key: Uint8Array) {
    if (key.byteLength !== keyBytes) throw new RangeError(`a sealing key has ${keyBytes} bytes, not ${key.byteLength}`);
    this.#key = Buffer.from(key);
    this.id = createHash('sha256').update('haulier key id\n').update(this.#key).digest('hex').slice(0, 16);
  }

  /** @param context what the secret is for, e.g. the id of its row; it opens with the same context only. */
  seal(plain: string, context: string): Buffer {
    const head = Buffer.concat([Buffer.of(version), randomBytes(nonceBytes)]);
    const cipher = createCipheriv(cipherName, this.#key, head.subarray(1)).setAAD(associatedData(head, context));
    return Buffer.concat([head, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  }

  /** @throws {@link UnsealError} when the key, the context or the bytes are not those of `seal`. */
  open(sealed: Uint8Array, context: string): string {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
    if (bytes.length < headBytes + tagBytes || bytes[0] !== version) throw new UnsealError('this is no value that was sealed by this version of Haulier');
    const head = bytes.subarray(0, headBytes);
    const decipher = createDecipheriv(cipherName, this.#key, head.subarray(1), { authTagLength: tagBytes })
      .setAAD(associatedData(head, context))
      .setAuthTag(bytes.subarray(-tagBytes));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(headBytes, -tagBytes)), decipher.final()]).toString('utf8');
    } catch (error) {
      throw new UnsealError('a sealed value was sealed with another key, for another purpose, or was changed', { cause: error });
    }
  }
}

function associatedData(head: Buffer, context: string): Buffer {
  return Buffer.concat([head.subarray(0, 1), Buffer.from(context, 'utf8')]);
}
