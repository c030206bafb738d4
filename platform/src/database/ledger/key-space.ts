/** How much of the key space a range has left: a guess at where a split is worth most. */
import type { RangePosition, RangeScope } from '../../engine/ledger/ledger.ts';

/** Longer than keys are at any store. */
const width = 1_100;

/**
 * The stretch of keys from `from` to the end of the scope, read as numbers of {@link width} bytes: comparable between
 * ranges, and no count of objects.
 */
export function spaceLeft(scope: RangeScope & { readonly kind: 'keys' }, from: RangePosition): bigint {
  const start = from.kind === 'after' ? from.key : scope.after ?? scope.prefix;
  const end = scope.until === undefined ? endOfPrefix(scope.prefix) : toNumber(Buffer.from(scope.until), 0x00);
  const left = end - toNumber(Buffer.from(start), 0x00);
  return left > 0n ? left : 0n;
}

/** No key with this prefix is greater. */
function endOfPrefix(prefix: string): bigint {
  return toNumber(Buffer.from(prefix), 0xff);
}

function toNumber(bytes: Buffer, filler: number): bigint {
  const padded = Buffer.alloc(width, filler);
  bytes.copy(padded);
  return BigInt(`0x${padded.toString('hex')}`);
}
