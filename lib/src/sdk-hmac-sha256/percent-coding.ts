/** Percent-coding by bytes, so that no two different requests share one canonical form. */

const unreserved = new Set(Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~'));

/** Everything but the unreserved characters of RFC 3986 becomes `%XX` in upper case. */
export function percentEncode(bytes: Uint8Array): string {
  let out = '';
  for (const byte of bytes) {
    out += unreserved.has(byte) ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}

/** The bytes behind `%XX`; a percent sign that starts no valid triplet stands for itself. */
export function percentDecode(text: string): Buffer {
  const raw = Buffer.from(text, 'utf8');
  let length = 0;
  for (let from = 0; from < raw.length; from += 1, length += 1) {
    const triplet = raw.toString('latin1', from, from + 3);
    const escaped = /^%[0-9A-Fa-f]{2}$/.test(triplet);
    raw[length] = escaped ? Number.parseInt(triplet.slice(1), 16) : raw.readUInt8(from);
    if (escaped) from += 2;
  }
  return raw.subarray(0, length);
}
