/**
 * CRC64 as object stores of the ECMA-182 family keep it: polynomial 0x42F0E1EBA9EA3693, reflected, all ones before and
 * after (also known as CRC-64/XZ; "123456789" gives 0x995DC9BBDF1939FA).
 *
 * It is not the CRC64 of AWS (CRC-64/NVME): never compare the two.
 */
import { createCRC64 } from 'hash-wasm';

/** The polynomial without its leading term, bits reversed. */
const polynomial = 0xc96c5795d7870f42n;
/** x^0 and x^8 where the highest bit stands for the lowest power. */
const one = 1n << 63n;
const oneByte = 1n << 55n;

/** One running checksum. */
export interface Crc64Stream {
  /** The chunk is read before the call returns and not kept. */
  update(chunk: Uint8Array): void;
  /** Of everything so far; more may follow. Between 0 and 2^64 - 1. */
  value(): bigint;
}

export interface Crc64Engine {
  start(): Crc64Stream;
}

/**
 * Compiles the checksum once. Streams of one engine may be interleaved freely: they take turns in the same memory, so
 * that thousands of them cost no more than one.
 */
export async function loadCrc64(): Promise<Crc64Engine> {
  const hasher = await createCRC64(polynomial.toString(16));
  const empty = hasher.init().save();
  /** Saves the state of the stream whose turn it is. */
  let leave: (() => void) | undefined;

  function start(): Crc64Stream {
    let state = empty;
    const save = (): void => {
      state = hasher.save();
    };
    const enter = (): void => {
      if (leave === save) return;
      leave?.();
      hasher.load(state);
      leave = save;
    };
    return {
      update(chunk) {
        enter();
        hasher.update(chunk);
      },
      value() {
        enter();
        save();
        leave = undefined;
        return BigInt(`0x${hasher.digest()}`);
      },
    };
  }

  return { start };
}

/** The CRC64 of two stretches put together, from the CRC64 of each and the length of the second in bytes. */
export function combineCrc64(first: bigint, second: bigint, secondLength: number): bigint {
  return multiply(power(oneByte, BigInt(secondLength)), first) ^ second;
}

/** Product of two polynomials modulo the CRC's, bits reversed. */
function multiply(a: bigint, b: bigint): bigint {
  let product = 0n;
  for (let bit = one; bit !== 0n; bit >>= 1n) {
    if ((a & bit) !== 0n) product ^= b;
    b = (b & 1n) === 0n ? b >> 1n : (b >> 1n) ^ polynomial;
  }
  return product;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = one;
  for (let left = exponent; left !== 0n; left >>= 1n) {
    if ((left & 1n) !== 0n) result = multiply(result, base);
    base = multiply(base, base);
  }
  return result;
}
