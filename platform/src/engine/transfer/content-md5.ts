/**
 * For destinations that take no body without its MD5, as buckets with object lock do: the digest must be known before
 * the first byte is sent.
 */
import { hash } from 'node:crypto';
import { bytesSource, type ByteSource } from '@haulier/lib/bytes/byte-stream.ts';
import { Md5 } from '@haulier/lib/digest/md5.ts';
import type { StoreFailure } from '../../object-store/failure.ts';
import type { Learned } from './scope.ts';

/** Bytes of a whole object that are held; as many may be as there are slots in the pool. */
export const mostHeldBytes = 1024 * 1024;

export interface DigestedBody {
  readonly body: ByteSource;
  /** Base64. */
  readonly contentMd5: string;
}

/**
 * Whether a write has failed for want of an MD5 only, which all later ones will then have.
 *
 * @param sent whether the write had one.
 */
export function learnsContentMd5(learned: Learned, failure: StoreFailure, sent: boolean): boolean {
  if (sent || failure.wants !== 'content-md5') return false;
  learned.wantsContentMd5 = true;
  return true;
}

/** Bytes that can be sent with their MD5: held in memory where there are at most `mostHeld`, otherwise read twice. */
export async function digestBody(first: ByteSource & { readonly length: number }, again: () => Promise<ByteSource>, mostHeld: number): Promise<DigestedBody> {
  if (first.length > mostHeld) {
    const contentMd5 = await drain(first);
    return { body: await again(), contentMd5 };
  }
  const bytes = await hold(first);
  return { body: bytesSource(bytes), contentMd5: hash('md5', bytes, 'base64') };
}

export function base64OfHex(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}

async function hold(body: ByteSource & { readonly length: number }): Promise<Buffer> {
  const held = Buffer.allocUnsafe(body.length);
  let fill = 0;
  await body.pipe({
    write(chunk) {
      held.set(chunk, fill);
      fill += chunk.byteLength;
      return undefined;
    },
  });
  return held;
}

async function drain(body: ByteSource & { readonly length: number }): Promise<string> {
  const md5 = new Md5(body.length);
  await body.pipe({
    write(chunk) {
      md5.update(chunk);
      return undefined;
    },
  });
  return base64OfHex(md5.hex());
}
