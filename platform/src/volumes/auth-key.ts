/** The key by which somebody proves that a disk was offered to them. Only its digest is kept. */
import { createHash, timingSafeEqual } from 'node:crypto';

/** A fast digest will do: the keys are random and long, and nobody guesses one. */
export function digestOfAuthKey(key: string): Uint8Array {
  return createHash('sha256').update(key).digest();
}

/** Takes as long for a wrong key as for the right one. */
export function isAuthKey(key: string, digest: Uint8Array): boolean {
  return timingSafeEqual(digestOfAuthKey(key), digest);
}
