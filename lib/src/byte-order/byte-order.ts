/**
 * The order in which object stores list: that of the keys' UTF-8 bytes.
 *
 * JavaScript's `<` compares UTF-16 code units, which puts characters beyond U+FFFF (written as surrogates, D800 to DFFF)
 * before those from U+E000 to U+FFFF; in UTF-8 they come after.
 */

/**
 * Compares two well-formed strings as their UTF-8 bytes compare.
 *
 * @returns below 0, 0 or above 0, as `Array.prototype.sort` wants it.
 */
export function compareUtf8(a: string, b: string): number {
  if (a === b) return 0;
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return x < 0xd800 || y < 0xd800 ? x - y : byteRank(x) - byteRank(y);
  }
  return a.length - b.length;
}

/** Bytes that the string takes in UTF-8. */
export function utf8Length(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** Moves surrogates above all other code units from D800 on, and keeps the order within both groups. */
function byteRank(unit: number): number {
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
