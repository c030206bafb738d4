import { Type } from 'typebox';

const largest = 2n ** 63n - 1n;

/** A whole number from `minimum` (default 0) to 2⁶³−1 with all its digits: beyond 2⁵³ it is a bigint. */
export function Int64(description: string, minimum = 0) {
  return Type.Union([Type.Integer({ minimum }), Type.Refine(Type.BigInt(), (value) => value >= BigInt(minimum) && value <= largest)], { description });
}
