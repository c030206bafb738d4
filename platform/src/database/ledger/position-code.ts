/**
 * Positions as bytes that sort as the positions do: PostgreSQL compares them without knowing what they mean.
 *
 * Only positions of one range are ever compared. Markers have no order; theirs says nothing.
 */
import type { RangePosition } from '../../engine/ledger/ledger.ts';

/** `start` is the empty string, which sorts before all others; the rest begin with a letter of their kind. */
export function encodePosition(position: RangePosition): Buffer {
  switch (position.kind) {
    case 'start': return Buffer.alloc(0);
    case 'after': return Buffer.from(`k${position.key}`, 'utf8');
    case 'marker': return Buffer.from(`m${position.marker}`, 'utf8');
    case 'index': return encodeNumber('i', position.index);
    case 'offset': return encodeNumber('o', position.offset);
  }
}

/** @throws RangeError for bytes that {@link encodePosition} has not made. */
export function decodePosition(bytes: Uint8Array): RangePosition {
  const code = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (code.length === 0) return { kind: 'start' };
  switch (code.toString('latin1', 0, 1)) {
    case 'k': return { kind: 'after', key: code.toString('utf8', 1) };
    case 'm': return { kind: 'marker', marker: code.toString('utf8', 1) };
    case 'i': return { kind: 'index', index: Number(code.readBigUInt64BE(1)) };
    case 'o': return { kind: 'offset', offset: Number(code.readBigUInt64BE(1)) };
    default: throw new RangeError(`no position: ${code.toString('hex')}`);
  }
}

function encodeNumber(kind: 'i' | 'o', value: number): Buffer {
  const code = Buffer.alloc(9, kind);
  code.writeBigUInt64BE(BigInt(value), 1);
  return code;
}
