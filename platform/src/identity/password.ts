/** Passwords are kept as scrypt digests with their own salt and cost, so that the cost can rise later. */
import { scrypt, timingSafeEqual } from 'node:crypto';

/** 2^15 with r 8 takes 32 MiB and some 60 ms: OWASP's advice for interactive logins. */
const cost = { logN: 15, r: 8, p: 1 };
const keyBytes = 32;

/** @param salt 16 random bytes */
export async function hashPassword(password: string, salt: Uint8Array): Promise<string> {
  const digest = await derive(password, salt, cost);
  return ['scrypt', cost.logN, cost.r, cost.p, base64(salt), base64(digest)].join('$');
}

/** Takes the same time for any password. A text that is no hash matches nothing. */
export async function matchesPassword(password: string, hash: string): Promise<boolean> {
  const [scheme, logN, r, p, salt, digest] = hash.split('$');
  if (scheme !== 'scrypt' || salt === undefined || digest === undefined) return false;
  const expected = Buffer.from(digest, 'base64');
  const actual = await derive(password, Buffer.from(salt, 'base64'), { logN: Number(logN), r: Number(r), p: Number(p) });
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

function derive(password: string, salt: Uint8Array, { logN, r, p }: typeof cost): Promise<Buffer> {
  const N = 2 ** logN;
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, keyBytes, { N, r, p, maxmem: 256 * N * r }, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
