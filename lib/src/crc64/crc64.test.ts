import { beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { combineCrc64, loadCrc64, type Crc64Engine } from './crc64.ts';

let engine: Crc64Engine;
beforeAll(async () => {
  engine = await loadCrc64();
});

function oneShot(bytes: Uint8Array): bigint {
  const stream = engine.start();
  stream.update(bytes);
  return stream.value();
}

/** The definition, bit by bit. */
function byDefinition(bytes: Uint8Array): bigint {
  let crc = 0xffffffffffffffffn;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1n) === 0n ? crc >> 1n : (crc >> 1n) ^ 0xc96c5795d7870f42n;
  }
  return crc ^ 0xffffffffffffffffn;
}

describe('CRC64-ECMA', () => {
  it('has the published check value', () => {
    expect(oneShot(Buffer.from('123456789'))).toBe(0x995dc9bbdf1939fan);
    expect(oneShot(Buffer.alloc(0))).toBe(0n);
  });

  it('follows the definition', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => oneShot(bytes) === byDefinition(bytes)));
  });

  it('gives the same for any cut of the bytes, also when streams take turns', () => {
    const streams = fc.array(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 6 }), { minLength: 1, maxLength: 4 });
    fc.assert(fc.property(streams, (inputs) => {
      const running = inputs.map(() => engine.start());
      for (let round = 0; round < 6; round++) {
        inputs.forEach((chunks, index) => {
          const chunk = chunks[round];
          if (chunk !== undefined) running[index]?.update(chunk);
          if (index === round) running[index]?.value();
        });
      }
      expect(running.map((stream) => stream.value())).toEqual(inputs.map((chunks) => oneShot(Buffer.concat(chunks))));
    }));
  });

  it('combines', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (a, b) =>
      combineCrc64(oneShot(a), oneShot(b), b.length) === oneShot(Buffer.concat([a, b]))));
  });

  it('combines over lengths beyond 32 bits', () => {
    const zeros = 6 * 2 ** 30;
    const half = combineCrc64(oneShot(Buffer.from('x')), zeroes(zeros / 2), zeros / 2);
    expect(combineCrc64(half, zeroes(zeros / 2), zeros / 2)).toBe(combineCrc64(oneShot(Buffer.from('x')), zeroes(zeros), zeros));
  });
});

/** CRC64 of so many zero bytes, a power of two times three, by doubling. */
function zeroes(length: number): bigint {
  if (length < 4096) return oneShot(Buffer.alloc(length));
  const half = zeroes(length / 2);
  return combineCrc64(half, half, length / 2);
}
