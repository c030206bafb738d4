import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ListedObject } from '../object-store/object-store.ts';
import { decide, looksAtDestination, turnsOnCrc64 } from './decide.ts';
import type { OverwriteMode } from './plan.ts';

const T = 1_700_000_000_000;
const object = (more: Partial<ListedObject> = {}): ListedObject => ({ key: 'k', size: 10, lastModified: T, ...more });

const copy = 'copy';
test.each<{ overwrite: OverwriteMode; source?: Partial<ListedObject>; destination?: Partial<ListedObject> | 'none'; since?: number; expected: string; why: string }>([
  { overwrite: 'never', destination: 'none', expected: copy, why: 'nothing is there' },
  { overwrite: 'never', destination: { size: 11, lastModified: T - 1e6 }, expected: 'exists', why: 'something is there' },
  { overwrite: 'always', destination: 'none', expected: copy, why: 'nothing is there' },
  { overwrite: 'always', destination: {}, expected: copy, why: 'always is always' },
  { overwrite: 'size-or-time', destination: 'none', expected: copy, why: 'nothing is there' },
  { overwrite: 'size-or-time', destination: {}, expected: 'same-size-and-time', why: 'size and time are equal' },
  { overwrite: 'size-or-time', destination: { lastModified: T + 5000 }, expected: 'same-size-and-time', why: 'the destination is newer' },
  { overwrite: 'size-or-time', destination: { lastModified: T - 5000 }, expected: copy, why: 'the source is newer' },
  { overwrite: 'size-or-time', destination: { size: 9, lastModified: T + 5000 }, expected: copy, why: 'the sizes differ' },
  { overwrite: 'size-or-time', source: { size: 0 }, destination: { size: 0 }, expected: 'same-size-and-time', why: 'both are empty' },
  { overwrite: 'size-or-time', source: { size: -1 }, destination: { size: 10 }, expected: copy, why: 'the source tells no size' },
  { overwrite: 'size-or-time', source: { crc64: '1' }, destination: { crc64: '2' }, expected: 'same-size-and-time', why: 'checksums are not asked for' },
  { overwrite: 'size-or-time', source: { lastModified: T + 900 }, destination: { lastModified: T }, expected: 'same-size-and-time', why: 'the destination’s time is rounded to the second' },
  { overwrite: 'size-or-time', source: { lastModified: T }, destination: { lastModified: T - 1 }, expected: copy, why: 'the source’s second is later' },
  { overwrite: 'size-or-time', source: { lastModified: T + 501 }, destination: { lastModified: T + 500 }, expected: copy, why: 'both tell milliseconds' },
  { overwrite: 'size-or-time', source: { lastModified: T + 500 }, destination: { lastModified: T + 501 }, expected: 'same-size-and-time', why: 'both tell milliseconds' },
  { overwrite: 'size-or-time', source: { lastModified: 0 }, destination: {}, expected: copy, why: 'the source tells no time' },
  { overwrite: 'crc64', source: { lastModified: 0, crc64: '1' }, destination: { crc64: '1' }, expected: 'same-crc64', why: 'the checksums are equal though the source tells no time' },
  { overwrite: 'never', source: { lastModified: 0 }, destination: 'none', since: T, expected: copy, why: 'the source tells no time' },
  { overwrite: 'never', source: { lastModified: 0 }, destination: {}, since: T, expected: 'exists', why: 'something is there' },
  { overwrite: 'crc64', destination: 'none', expected: copy, why: 'nothing is there' },
  { overwrite: 'crc64', source: { crc64: '1' }, destination: { crc64: '1', lastModified: T - 5000 }, expected: 'same-crc64', why: 'the checksums are equal though the source is newer' },
  { overwrite: 'crc64', source: { crc64: '1' }, destination: { crc64: '2', lastModified: T + 5000 }, expected: copy, why: 'the checksums differ' },
  { overwrite: 'crc64', source: { crc64: '1' }, destination: { crc64: '1', size: 9 }, expected: copy, why: 'the sizes differ' },
  { overwrite: 'crc64', source: { crc64: '1' }, destination: {}, expected: 'same-size-and-time', why: 'the destination has no checksum' },
  { overwrite: 'crc64', destination: { crc64: '1', lastModified: T - 5000 }, expected: copy, why: 'the source has no checksum and is newer' },
  { overwrite: 'always', destination: 'none', since: T, expected: 'older-than-since', why: 'it was modified at that time, not after' },
  { overwrite: 'never', destination: {}, since: T + 1, expected: 'older-than-since', why: 'it is older' },
  { overwrite: 'never', destination: 'none', since: T - 1, expected: copy, why: 'it is newer' },
  { overwrite: 'never', destination: 'none', since: 0, expected: copy, why: 'zero is the documented default' },
])('$overwrite, source $source, destination $destination, since $since: $expected, because $why', ({ overwrite, source, destination = 'none', since, expected }) => {
  const decision = decide(object(source), destination === 'none' ? undefined : object(destination), { overwrite, migrateSince: since });
  expect(decision.kind === 'copy' ? 'copy' : decision.reason).toBe(expected);
});

const anyObject = fc.record({
  key: fc.constant('k'),
  size: fc.constantFrom(0, 1, 2),
  lastModified: fc.constantFrom(T, T + 1, T + 999, T + 1000, T + 1500),
  crc64: fc.constantFrom(undefined, '1', '2'),
});
const anyMode = fc.constantFrom<OverwriteMode>('never', 'size-or-time', 'crc64', 'always');
const anySince = fc.constantFrom(undefined, T, T + 1200);

describe('any pair', () => {
  test('is decided the same when a destination that is not looked at is not known', () => {
    fc.assert(fc.property(anyObject, anyObject, anyMode, anySince, (source, destination, overwrite, migrateSince) => {
      const plan = { overwrite, migrateSince };
      fc.pre(!looksAtDestination(plan));
      expect(decide(source, destination, plan)).toEqual(decide(source, undefined, plan));
    }));
  });

  test('is decided the same with checksums that it does not turn on', () => {
    fc.assert(fc.property(anyObject, anyObject, anyMode, fc.constantFrom('1', '2'), (source, destination, overwrite, crc64) => {
      const plan = { overwrite, migrateSince: undefined };
      fc.pre(!turnsOnCrc64(source, destination, plan));
      const withChecksums = decide({ ...source, crc64: source.crc64 ?? crc64 }, { ...destination, crc64: destination.crc64 ?? crc64 }, plan);
      expect(withChecksums).toEqual(decide(source, destination, plan));
    }));
  });

  test('needs no second copy after a first', () => {
    fc.assert(fc.property(anyObject, anyMode, anySince, fc.nat(100_000), (source, overwrite, migrateSince, later) => {
      const arrived = { ...source, lastModified: source.lastModified + later };
      const decision = decide(source, arrived, { overwrite, migrateSince });
      expect(decision.kind).toBe(overwrite === 'always' && source.lastModified > (migrateSince ?? -1) ? 'copy' : 'skip');
    }));
  });
});
