/** The secret by which a store that cannot sign proves that it may say what has changed. Only its digest is kept. */
import { createHash, timingSafeEqual } from 'node:crypto';

/** A fast digest will do: the tokens are random and long, and nobody guesses one. */
export function digestOfToken(token: string): Uint8Array {
  return createHash('sha256').update(token).digest();
}

/** Takes as long for a wrong token as for the right one. */
export function isToken(token: string, digest: Uint8Array): boolean {
  return timingSafeEqual(digestOfToken(token), digest);
}
