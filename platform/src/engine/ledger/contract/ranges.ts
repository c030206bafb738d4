import { describe, expect, test } from 'vitest';
import { FencedError } from '../ledger.ts';
import type { LedgerUnderTest } from '../ledger-contract.ts';
import type { RangePosition, RangeScope } from '../ledger.ts';
import { after, bytes, claimedRange, commitTo, failedObject, newItem, tallyOf, wholeBucket } from './samples.ts';

export function describeRanges(makeLedger: () => Promise<LedgerUnderTest>): void {
  describe('ranges', () => {
    test('are seeded once, whoever asks', async () => {
      const { ledgerFor } = await makeLedger();
      expect(await ledgerFor('a').isSeeded()).toBe(false);
      await Promise.all([ledgerFor('a').seed([wholeBucket]), ledgerFor('b').seed([wholeBucket, wholeBucket])]);
      await ledgerFor('b').seed([wholeBucket]);
      expect(await ledgerFor('b').isSeeded()).toBe(true);
      expect([1, 2]).toContain((await ledgerFor('a').remaining()).openRanges);
    });

    test('may be none at all', async () => {
      const { ledgerFor } = await makeLedger();
      await ledgerFor('a').seed([]);
      expect(await ledgerFor('a').isSeeded()).toBe(true);
      expect(await ledgerFor('a').claimRange()).toBeUndefined();
      expect(await ledgerFor('a').remaining()).toEqual({ openRanges: 0, openItems: 0, nextItemAt: undefined, pending: { objects: 0, bytes: 0 } });
    });

    const scopes: readonly RangeScope[] = [
      { kind: 'keys', prefix: 'a/\u{1f600}' },
      { kind: 'keys', prefix: '', after: 'b ', until: 'c\n' },
      { kind: 'marker', prefix: 'p' },
      { kind: 'names', names: ['x', '', '\uffff/y'] },
      { kind: 'lines', first: 10, end: 9_000_000_000 },
    ];
    test('keep their scopes', async () => {
      const { ledgerFor } = await makeLedger();
      await ledgerFor('a').seed(scopes);
      const leases = await Promise.all(scopes.map(() => claimedRange(ledgerFor('a'))));
      expect(new Set(leases.map(({ scope }) => JSON.stringify(scope)))).toEqual(new Set(scopes.map((scope) => JSON.stringify(scope))));
      for (const lease of leases) expect(lease).toMatchObject({ cursor: { kind: 'start' }, claims: [] });
      for (const lease of leases) expect(lease.rangeId).toMatch(/^[\w-]+$/);
    });

    test('are held by one worker at a time', async () => {
      const { ledgerFor } = await makeLedger();
      await ledgerFor('a').seed([wholeBucket]);
      const claims = await Promise.all(['a', 'b', 'c', 'a'].map((worker) => ledgerFor(worker).claimRange()));
      expect(claims.filter((lease) => lease !== undefined)).toHaveLength(1);
    });

    test('are free again after a release, at the committed cursor and with their claims', async () => {
      const { ledgerFor } = await makeLedger();
      await ledgerFor('a').seed([wholeBucket]);
      const lease = await claimedRange(ledgerFor('a'));
      await ledgerFor('a').claimPage(lease, { to: after('f'), matched: bytes('one') });
      await ledgerFor('a').commitPage(lease, commitTo(after('c')));
      await ledgerFor('a').releaseRange(lease);
      const next = await claimedRange(ledgerFor('b'));
      expect(next).toMatchObject({ rangeId: lease.rangeId, cursor: after('c'), claims: [{ to: after('f') }] });
      expect(next.epoch).toBeGreaterThan(lease.epoch);
    });

    test('are not claimed any more when they are done', async () => {
      const { ledgerFor } = await makeLedger();
      await ledgerFor('a').seed([wholeBucket]);
      await ledgerFor('a').commitPage(await claimedRange(ledgerFor('a')), commitTo(after('z'), { done: true }));
      expect(await ledgerFor('a').claimRange()).toBeUndefined();
      expect((await ledgerFor('a').remaining()).openRanges).toBe(0);
    });

    test('stay with a worker that has heartbeats', async () => {
      const { ledgerFor } = await makeLedger();
      await ledgerFor('a').seed([wholeBucket]);
      await claimedRange(ledgerFor('a'));
      expect(await ledgerFor('a').heartbeat()).toEqual({ desired: 'run', bandwidth: undefined });
      expect(await ledgerFor('b').claimRange()).toBeUndefined();
    });
  });

  describe('claims', () => {
    test('outlive their worker, oldest first, and go with the commit that reaches them', async () => {
      const { ledgerFor, expireLeasesOf } = await makeLedger();
      await ledgerFor('a').seed([wholeBucket]);
      const lost = await claimedRange(ledgerFor('a'));
      await ledgerFor('a').claimPage(lost, { to: after('c'), matched: bytes('one') });
      await ledgerFor('a').claimPage(lost, { to: after('f'), matched: bytes('') });
      await expireLeasesOf('a');
      const lease = await claimedRange(ledgerFor('b'));
      expect(lease.claims.map(({ to, matched }) => [to, Buffer.from(matched).toString()])).toEqual([[after('c'), 'one'], [after('f'), '']]);
      await ledgerFor('b').claimPage(lease, { to: after('c'), matched: bytes('two') });
      await ledgerFor('b').commitPage(lease, commitTo(after('c')));
      await expireLeasesOf('b');
      expect((await claimedRange(ledgerFor('a'))).claims.map(({ to }) => to)).toEqual([after('f')]);
    });

    test('are compared as UTF-8 bytes', async () => {
      const { ledgerFor } = await makeLedger();
      await ledgerFor('a').seed([wholeBucket]);
      const lease = await claimedRange(ledgerFor('a'));
      await ledgerFor('a').claimPage(lease, { to: after('\uffff'), matched: bytes('') });
      await ledgerFor('a').claimPage(lease, { to: after('\u{10000}'), matched: bytes('') });
      await ledgerFor('a').commitPage(lease, commitTo(after('\uffff')));
      await ledgerFor('a').releaseRange(lease);
      expect((await claimedRange(ledgerFor('a'))).claims.map(({ to }) => to)).toEqual([after('\u{10000}')]);
    });

    const marker = (text: string): RangePosition => ({ kind: 'marker', marker: text });
    const index = (value: number): RangePosition => ({ kind: 'index', index: value });
    const offset = (value: number): RangePosition => ({ kind: 'offset', offset: value });
    test.each<{ scope: RangeScope; positions: readonly [RangePosition, RangePosition, RangePosition] }>([
      { scope: { kind: 'marker', prefix: '' }, positions: [marker('zz'), marker('aa'), marker('mm')] },
      { scope: { kind: 'names', names: ['a', 'b', 'c'] }, positions: [index(2), index(10), index(11)] },
      { scope: { kind: 'lines', first: 0, end: 9_000_000_000 }, positions: [offset(9), offset(10), offset(8_000_000_000)] },
    ])('go up to the cursor of a range of kind $scope.kind', async ({ scope, positions }) => {
      const { ledgerFor } = await makeLedger();
      await ledgerFor('a').seed([scope]);
      const lease = await claimedRange(ledgerFor('a'));
      for (const to of positions) await ledgerFor('a').claimPage(lease, { to, matched: bytes('') });
      await ledgerFor('a').commitPage(lease, commitTo(positions[1]));
      await ledgerFor('a').releaseRange(lease);
      expect(await claimedRange(ledgerFor('a'))).toMatchObject({ cursor: positions[1], claims: [{ to: positions[2] }] });
    });

    test('hold any bytes', async () => {
      const { ledgerFor } = await makeLedger();
      await ledgerFor('a').seed([wholeBucket]);
      const lease = await claimedRange(ledgerFor('a'));
      const matched = Uint8Array.from({ length: 70_000 }, (_, i) => i % 256);
      await ledgerFor('a').claimPage(lease, { to: after('a'), matched });
      await ledgerFor('a').releaseRange(lease);
      const [claim] = (await claimedRange(ledgerFor('a'))).claims;
      expect(claim !== undefined && Buffer.compare(claim.matched, matched)).toBe(0);
    });
  });

  describe('a range that somebody else has claimed since', () => {
    test('takes nothing from its former holder', async () => {
      const { ledgerFor, expireLeasesOf } = await makeLedger();
      const [a, b] = [ledgerFor('a'), ledgerFor('b')];
      await a.seed([wholeBucket]);
      const lost = await claimedRange(a);
      await expireLeasesOf('a');
      const lease = await claimedRange(b);
      const commit = commitTo(after('z'), {
        done: true,
        tally: tallyOf({ succeeded: [1, 1] }),
        failures: [failedObject('x')],
        items: [newItem('y')],
        segment: { key: 'oms/s', sha256: '00', lines: 1 },
      });
      await expect(a.claimPage(lost, { to: after('c'), matched: bytes('') })).rejects.toThrow(FencedError);
      await expect(a.commitPage(lost, commit)).rejects.toThrow(FencedError);
      await a.releaseRange(lost).catch((error: unknown) => expect(error).toBeInstanceOf(FencedError));
      expect(await a.tally()).toEqual(tallyOf({}));
      expect(await a.failures(undefined, 10)).toEqual([]);
      expect(await a.segments(undefined, 10)).toEqual([]);
      expect(await a.remaining()).toMatchObject({ openRanges: 1, openItems: 0 });
      await b.commitPage(lease, commit);
      expect(await b.tally()).toEqual(tallyOf({ succeeded: [1, 1] }));
    });

    test('is fenced also when the same worker claimed it again', async () => {
      const { ledgerFor, expireLeasesOf } = await makeLedger();
      await ledgerFor('a').seed([wholeBucket]);
      const lost = await claimedRange(ledgerFor('a'));
      await expireLeasesOf('a');
      await claimedRange(ledgerFor('a'));
      await expect(ledgerFor('a').commitPage(lost, commitTo(after('z')))).rejects.toThrow(FencedError);
    });
  });
}
