/** DER (X.690), as much of it as certificates need, to be written and not read. */

export type Der = Uint8Array;

function tagged(tag: number, ...contents: readonly Uint8Array[]): Der {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.of(tag), lengthOf(content.length), content]);
}

function lengthOf(length: number): Uint8Array {
  if (length < 0x80) return Buffer.of(length);
  const bytes = bigEndian(BigInt(length));
  return Buffer.concat([Buffer.of(0x80 | bytes.length), bytes]);
}

/** Without leading zeroes; one zero for 0. */
function bigEndian(value: bigint): Uint8Array {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + hex.length % 2, '0'), 'hex');
}

export function sequence(...items: readonly Der[]): Der {
  return tagged(0x30, ...items);
}

export function set(...items: readonly Der[]): Der {
  return tagged(0x31, ...items);
}

/** Not negative. */
export function integer(value: bigint): Der {
  const bytes = bigEndian(value);
  return tagged(0x02, (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes]));
}

export function boolean(value: boolean): Der {
  return tagged(0x01, Buffer.of(value ? 0xff : 0));
}

/** @param dotted e.g. `2.5.4.3`. */
export function objectId(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tagged(0x06, ...[40 * first + second, ...rest].map(base128));
}

function base128(value: number): Uint8Array {
  const bytes = [value & 0x7f];
  for (let left = value >>> 7; left > 0; left >>>= 7) bytes.unshift(0x80 | left & 0x7f);
  return Buffer.from(bytes);
}

export function utf8String(text: string): Der {
  return tagged(0x0c, Buffer.from(text, 'utf8'));
}

export function octetString(bytes: Uint8Array): Der {
  return tagged(0x04, bytes);
}

/** @param unusedBits of the last byte. */
export function bitString(bytes: Uint8Array, unusedBits = 0): Der {
  return tagged(0x03, Buffer.of(unusedBits), bytes);
}

/** To the second. Years up to 2049 have two digits, as RFC 5280 (4.1.2.5) asks for. */
export function time(at: number): Der {
  const digits = new Date(at).toISOString().replace(/\.\d+/, '').replaceAll(/[-:T]/g, '');
  return Number(digits.slice(0, 4)) < 2050 ? tagged(0x17, Buffer.from(digits.slice(2), 'latin1')) : tagged(0x18, Buffer.from(digits, 'latin1'));
}

/** A context-specific tag around an item, or in place of the tag of a primitive one. */
export function explicit(number: number, item: Der): Der {
  return tagged(0xa0 | number, item);
}

export function implicit(number: number, content: Uint8Array): Der {
  return tagged(0x80 | number, content);
}
