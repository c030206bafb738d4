import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareByStat, compositeMd5, digestNeeded, judge, plainMd5, type Facts, type Verdict } from './verify.ts';

const bare: Facts = { check: 'size-and-time', lengthTold: true };

describe('judge', () => {
  const rows: { name: string; facts: Partial<Facts>; verdict: Partial<Verdict> | { proof: string } }[] = [
    { name: 'equal CRC64s where the plan asks for them', facts: { check: 'crc64', sourceCrc64: '1', destinationCrc64: '1' }, verdict: { proof: 'crc64' } },
    { name: 'unequal CRC64s, although the MD5s are equal', facts: { check: 'crc64', sourceCrc64: '1', destinationCrc64: '2', sourceMd5: 'a', destinationMd5: 'a' }, verdict: { kind: 'corrupt' } },
    { name: 'unequal CRC64s where the plan asks for none', facts: { sourceCrc64: '1', destinationCrc64: '2', sourceMd5: 'a', destinationMd5: 'a' }, verdict: { proof: 'etag' } },
    { name: 'a CRC64 on one side only', facts: { check: 'crc64', sourceCrc64: '1', stat: 'same' }, verdict: { proof: 'size-and-time' } },
    { name: 'equal ETags', facts: { sourceMd5: 'a', destinationMd5: 'a' }, verdict: { proof: 'etag' } },
    { name: 'equal ETags and a digest that agrees', facts: { sourceMd5: 'a', destinationMd5: 'a', readMd5: 'a' }, verdict: { proof: 'etag' } },
    { name: 'a digest equal to the destination\'s ETag, the source having none', facts: { destinationMd5: 'a', readMd5: 'a' }, verdict: { proof: 'md5' } },
    { name: 'a digest equal to the destination\'s ETag, the source\'s being another', facts: { sourceMd5: 'b', destinationMd5: 'a', readMd5: 'a' }, verdict: { kind: 'read-again' } },
    { name: 'the same, when an earlier reading gave another digest', facts: { sourceMd5: 'b', destinationMd5: 'a', readMd5: 'a', earlierMd5: 'c' }, verdict: { kind: 'read-again' } },
    { name: 'the same, when an earlier reading gave that digest, too', facts: { sourceMd5: 'b', destinationMd5: 'a', readMd5: 'a', earlierMd5: 'a' }, verdict: { proof: 'md5' } },
    { name: 'unequal ETags and no digest', facts: { sourceMd5: 'b', destinationMd5: 'a' }, verdict: { kind: 'read-again' } },
    { name: 'a digest that differs, the destination not yet looked at', facts: { destinationMd5: 'a', readMd5: 'b' }, verdict: { kind: 'stat' } },
    { name: 'a digest that differs', facts: { destinationMd5: 'a', readMd5: 'b', stat: 'same' }, verdict: { kind: 'corrupt' } },
    { name: 'a digest that differs from an ETag struck out because of encryption', facts: { readMd5: 'b', stat: 'same' }, verdict: { proof: 'size-and-time' } },
    { name: 'a CRC64 of the bytes that agrees', facts: { readCrc64: '1', destinationCrc64: '1' }, verdict: { proof: 'crc64' } },
    { name: 'a CRC64 of the bytes that differs', facts: { readCrc64: '1', destinationCrc64: '2' }, verdict: { kind: 'corrupt' } },
    { name: 'untold length and no check', facts: { check: 'none', lengthTold: false }, verdict: { proof: 'none' } },
    { name: 'told length and no check', facts: { check: 'none' }, verdict: { kind: 'stat' } },
    { name: 'untold length and a check', facts: { lengthTold: false }, verdict: { kind: 'stat' } },
    { name: 'nothing', facts: {}, verdict: { kind: 'stat' } },
    { name: 'the same size and no earlier time', facts: { stat: 'same' }, verdict: { proof: 'size-and-time' } },
    { name: 'another size', facts: { stat: 'other-size' }, verdict: { kind: 'corrupt' } },
    { name: 'an earlier time', facts: { stat: 'earlier' }, verdict: { kind: 'too-early' } },
  ];

  it.each(rows)('of $name', ({ facts, verdict }) => {
    expect(judge({ ...bare, ...facts })).toMatchObject(verdict);
  });

  const digest = fc.option(fc.constantFrom('a', 'b'), { nil: undefined });
  const anyFacts: fc.Arbitrary<Facts> = fc.record({
    check: fc.constantFrom('size-and-time', 'crc64', 'none'),
    lengthTold: fc.boolean(),
    sourceMd5: digest,
    destinationMd5: digest,
    readMd5: digest,
    earlierMd5: digest,
    sourceCrc64: digest,
    destinationCrc64: digest,
    readCrc64: digest,
    stat: fc.constantFrom(undefined, 'same', 'other-size', 'earlier'),
  });

  it('never proves what a digest of the bytes read denies', () => {
    fc.assert(fc.property(anyFacts, (facts) => {
      const { readMd5, destinationMd5, sourceMd5, check } = facts;
      if (readMd5 === undefined || destinationMd5 === undefined || readMd5 === destinationMd5) return;
      const verdict = judge(facts);
      if (verdict.kind !== 'proved') return;
      expect(verdict.proof === 'etag' ? sourceMd5 : check).toBe(verdict.proof === 'etag' ? destinationMd5 : 'crc64');
    }), { numRuns: 2_000 });
  });

  it('has an answer once the destination was looked at and the bytes were digested', () => {
    fc.assert(fc.property(anyFacts, (facts) => {
      if (facts.stat !== undefined && facts.readMd5 !== undefined && facts.readMd5 === facts.earlierMd5) expect(['proved', 'corrupt', 'too-early']).toContain(judge(facts).kind);
    }), { numRuns: 2_000 });
  });
});

describe('digestNeeded', () => {
  const known = { check: 'size-and-time', sourceMd5: undefined, destinationGivesMd5: false, sourceCrc64: undefined, destinationGivesCrc64: false } as const;
  it.each([
    { name: 'the ETags will compare', over: { sourceMd5: 'a', destinationGivesMd5: true }, digest: 'none' },
    { name: 'the source\'s ETag is none', over: { destinationGivesMd5: true }, digest: 'md5' },
    { name: 'the CRC64s will compare', over: { check: 'crc64', sourceCrc64: '1', destinationGivesCrc64: true }, digest: 'none' },
    { name: 'the destination keeps a CRC64 alone', over: { sourceMd5: 'a', destinationGivesCrc64: true }, digest: 'crc64' },
    { name: 'the destination answers with nothing', over: { sourceMd5: 'a' }, digest: 'none' },
  ] as const)('is $digest when $name', ({ over, digest }) => {
    expect(digestNeeded({ ...known, ...over })).toBe(digest);
  });
});

describe('ETags', () => {
  const hex = 'D41D8CD98F00B204E9800998ECF8427E';
  it('are MD5s only by their shape, in either case', () => {
    expect(plainMd5(hex)).toBe(hex.toLowerCase());
    for (const etag of [undefined, '', `${hex}-1`, hex.slice(1), `${hex.slice(1)}g`, `"${hex}"`]) expect(plainMd5(etag)).toBeUndefined();
  });

  it('are MD5s of MD5s with a number of parts', () => {
    expect(compositeMd5(`${hex}-12`)).toBe(`${hex.toLowerCase()}-12`);
    for (const etag of [undefined, hex, `${hex}-`, `${hex}-0`, `${hex}-123456`, `${hex}-x`]) expect(compositeMd5(etag)).toBeUndefined();
  });
});

describe('compareByStat', () => {
  it('forgives what a HEAD rounds away, and nothing more', () => {
    expect(compareByStat({ size: 1, lastModified: 5_999 }, { size: 1, lastModified: 5_000 })).toBe('same');
    expect(compareByStat({ size: 1, lastModified: 6_000 }, { size: 1, lastModified: 5_999 })).toBe('earlier');
    expect(compareByStat({ size: 1, lastModified: 1 }, { size: 2, lastModified: 9_999 })).toBe('other-size');
  });
});
