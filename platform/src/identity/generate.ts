/** Names and secrets, made from random bytes that the caller supplies. */

/** Cryptographically strong random bytes. */
export type RandomBytes = (count: number) => Uint8Array;

/** 32 lower-case hex digits, like the ids of the documents. */
export function newId(random: RandomBytes): string {
  return Buffer.from(random(16)).toString('hex');
}

/** 20 upper-case letters and digits. */
export function newAccessKeyId(random: RandomBytes): string {
  return fromAlphabet('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 20, random);
}

/** 40 characters, 200 bits. */
export function newSecretKey(random: RandomBytes): string {
  return fromAlphabet('abcdefghijkmnopqrstuvwxyzABCDEFG', 40, random);
}

/** 24 characters that contain a letter of each case, a digit and a mark. */
export function newPassword(random: RandomBytes): string {
  return `Hx7-${fromAlphabet('abcdefghjkmnpqrstuvwxyzABCDEF234', 20, random)}`;
}

/** 64 characters that go into a header as they are. */
export function newToken(random: RandomBytes): string {
  return Buffer.from(random(48)).toString('base64url');
}

/** The alphabet has 32 letters, so that every letter is equally likely. */
function fromAlphabet(alphabet: string, length: number, random: RandomBytes): string {
  return Array.from(random(length), (byte) => alphabet.charAt(byte & 31)).join('');
}
