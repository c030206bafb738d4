import { describe, expect, test } from 'vitest';
import type { LedgerUnderTest } from '../ledger-contract.ts';
import { after, bytes, claimedRange, commitTo, wholeBucket } from './samples.ts';

export function describeSplits(makeLedger: () => Promise<LedgerUnderTest>): void {
  describe('splits', () => {
    test('move the keys after a point into a range of their own', async () => {
      const { ledgerFor } = await makeLedger();
      const [a, b] = [ledgerFor('a'), ledgerFor('b')];
      await a.seed([{ kind: 'keys', prefix: 'p/', after: 'p/b', until: 'p/x' }]);
      const lease = await claimedRange(a);
      expect(await b.splitRange(lease.rangeId, 'p/m')).toBe(true);
      expect(await claimedRange(b)).toMatchObject({ scope: { kind: 'keys', prefix: 'p/', after: 'p/m', until: 'p/x' }, cursor: { kind: 'start' }, claims: [] });
      expect(await a.claimPage(lease, { to: after('p/c'), matched: bytes('') })).toEqual({ kind: 'keys', prefix: 'p/', after: 'p/b', until: 'p/m' });
      expect(await b.claimRange()).toBeUndefined();
    });

    test('leave the end of an endless range open', async () => {
      const { ledgerFor } = await makeLedger();
      await ledgerFor('a').seed([wholeBucket]);
      const lease = await claimedRange(ledgerFor('a'));
      expect(await ledgerFor('b').splitRange(lease.rangeId, 'm')).toBe(true);
      expect((await claimedRange(ledgerFor('b'))).scope).toEqual({ kind: 'keys', prefix: '', after: 'm' });
    });

    test.each([
      { at: 'k', taken: false, why: 'inside what is claimed' },
      { at: 'c', taken: false, why: 'before the cursor' },
      { at: 'x', taken: false, why: 'at the end' },
      { at: 'y', taken: false, why: 'beyond the end' },
      { at: 'm', taken: true, why: 'where the claim ends' },
      { at: 'n', taken: true, why: 'beyond the claim' },
    ])('are $taken at a point $why', async ({ at, taken }) => {
      const { ledgerFor } = await makeLedger();
      await ledgerFor('a').seed([{ kind: 'keys', prefix: '', until: 'x' }]);
      const lease = await claimedRange(ledgerFor('a'));
      await ledgerFor('a').commitPage(lease, commitTo(after('d')));
      await ledgerFor('a').claimPage(lease, { to: after('m'), matched: bytes('') });
      expect(await ledgerFor('b').splitRange(lease.rangeId, at)).toBe(taken);
      expect((await ledgerFor('a').remaining()).openRanges).toBe(taken ? 2 : 1);
    });

    test('compare as UTF-8 bytes', async () => {
      const { ledgerFor } = await makeLedger();
      await ledgerFor('a').seed([wholeBucket]);
      const lease = await claimedRange(ledgerFor('a'));
      await ledgerFor('a').claimPage(lease, { to: after('\u{10000}'), matched: bytes('') });
      expect(await ledgerFor('b').splitRange(lease.rangeId, '\uffff')).toBe(false);
      expect(await ledgerFor('b').splitRange(lease.rangeId, '\u{10001}')).toBe(true);
    });

    test('are offered for ranges of keys that another worker holds', async () => {
      const { ledgerFor } = await makeLedger();
      await ledgerFor('a').seed([wholeBucket]);
      expect(await ledgerFor('b').splittableRange()).toBeUndefined();
      const lease = await claimedRange(ledgerFor('a'));
      await ledgerFor('a').commitPage(lease, commitTo(after('c')));
      expect(await ledgerFor('a').splittableRange()).toBeUndefined();
      expect(await ledgerFor('b').splittableRange()).toEqual({ rangeId: lease.rangeId, scope: wholeBucket, claimedTo: after('c') });
      await ledgerFor('a').claimPage(lease, { to: after('f'), matched: bytes('') });
      expect((await ledgerFor('b').splittableRange())?.claimedTo).toEqual(after('f'));
      await ledgerFor('a').commitPage(lease, commitTo(after('f'), { done: true }));
      expect(await ledgerFor('b').splittableRange()).toBeUndefined();
      expect(await ledgerFor('b').splitRange(lease.rangeId, 'm')).toBe(false);
    });

    test('are not offered for other kinds of ranges', async () => {
      const { ledgerFor } = await makeLedger();
      await ledgerFor('a').seed([{ kind: 'names', names: ['a', 'b'] }]);
      await claimedRange(ledgerFor('a'));
      expect(await ledgerFor('b').splittableRange()).toBeUndefined();
    });
  });
}
