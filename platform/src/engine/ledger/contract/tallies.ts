import { describe, expect, test } from 'vitest';
import type { LedgerUnderTest } from '../ledger-contract.ts';
import { after, claimedItem, claimedRange, commitTo, failedObject, newItem, tallyOf, wholeBucket, withItems } from './samples.ts';

export function describeTallies(makeLedger: () => Promise<LedgerUnderTest>): void {
  describe('counters', () => {
    test('add up, negative steps too', async () => {
      const { ledgerFor } = await makeLedger();
      const ledger = ledgerFor('a');
      await ledger.seed([wholeBucket]);
      const lease = await claimedRange(ledger);
      expect(await ledger.tally()).toEqual(tallyOf({}));
      await ledger.commitPage(lease, commitTo(after('a'), { tally: tallyOf({ succeeded: [1, 9_000_000_000_000], skipped: [2, 20], failed: [3, 30] }) }));
      await ledger.commitPage(lease, commitTo(after('b'), { tally: tallyOf({ succeeded: [10, 1], failed: [-1, -10] }) }));
      expect(await ledgerFor('b').tally()).toEqual(tallyOf({ succeeded: [11, 9_000_000_000_001], skipped: [2, 20], failed: [2, 20] }));
    });
  });

  describe('failures', () => {
    test('come in the byte order of their destination keys, page by page', async () => {
      const { ledgerFor } = await makeLedger();
      const ledger = ledgerFor('a');
      await ledger.seed([wholeBucket]);
      const keys = ['a', 'a/', 'a/b', 'a0', 'B', '\uffff', '\u{10000}', 'é'];
      await ledger.commitPage(await claimedRange(ledger), commitTo(after('z'), { failures: keys.map((key) => failedObject(key)) }));
      const inOrder = keys.map((key) => `to/${key}`).sort((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)));
      const read: string[] = [];
      for (let page = await ledger.failures(undefined, 3); page.length > 0; page = await ledger.failures(read.at(-1), 3)) {
        expect(page.length).toBeLessThanOrEqual(3);
        read.push(...page.map(({ destinationKey }) => destinationKey));
      }
      expect(read).toEqual(inOrder);
    });

    test('of one destination key are one row, the latest', async () => {
      const { ledgerFor } = await makeLedger();
      const ledger = ledgerFor('a');
      await ledger.seed([wholeBucket]);
      const lease = await claimedRange(ledger);
      await ledger.commitPage(lease, commitTo(after('a'), { failures: [failedObject('k'), failedObject('k', { reason: 'twice in one commit' })] }));
      await ledger.commitPage(lease, commitTo(after('b'), { failures: [failedObject('k', { code: 'archived', etag: undefined, reason: 'cold\u{1f976}' })] }));
      expect(await ledger.failures(undefined, 10)).toEqual([failedObject('k', { code: 'archived', etag: undefined, reason: 'cold\u{1f976}' })]);
    });

    test('of one destination key are retried once, for all that the tally holds of it', async () => {
      const { ledgerFor, retryFailed } = await makeLedger();
      const ledger = ledgerFor('a');
      const range = await withItems(ledger, [newItem('k')]);
      await ledger.commitItem(await claimedItem(ledger), { kind: 'done', tally: tallyOf({ failed: [1, 7] }), failure: failedObject('k'), segment: undefined });
      await ledger.commitPage(range, commitTo(after('n'), { tally: tallyOf({ failed: [2, 8] }), failures: [failedObject('k', { size: 5 }), failedObject('k', { size: 3 })] }));
      await ledger.commitPage(range, commitTo(after('o'), { done: true, tally: tallyOf({ failed: [1, 0] }), failures: [failedObject('k', { size: 0 })] }));
      await retryFailed();
      const again = await claimedItem(ledger);
      expect(again).toMatchObject({ counted: 'as-failed', failed: { objects: 4, bytes: 15 } });
      await ledger.commitItem(again, { kind: 'done', tally: tallyOf({ failed: [0, 5] }), failure: failedObject('k', { size: 5 }), segment: undefined });
      await retryFailed();
      expect(await claimedItem(ledger)).toMatchObject({ failed: { objects: 4, bytes: 20 } });
      expect((await ledger.remaining()).openItems).toBe(1);
      expect(await ledger.tally()).toEqual(tallyOf({ failed: [4, 20] }));
    });

    test('move to the successes when their retry succeeds', async () => {
      const { ledgerFor, retryFailed } = await makeLedger();
      const ledger = ledgerFor('a');
      await ledger.seed([wholeBucket]);
      const commit = commitTo(after('z'), { done: true, failures: [failedObject('k'), failedObject('l')], tally: tallyOf({ failed: [2, 14] }) });
      await ledger.commitPage(await claimedRange(ledger), commit);
      await retryFailed();
      expect(await ledger.remaining()).toMatchObject({ openRanges: 0, openItems: 2, pending: { objects: 0, bytes: 0 } });
      const item = await claimedItem(ledger);
      expect(item).toMatchObject({ counted: 'as-failed', attempts: 0, object: { key: item.object.key, size: 7, lastModified: 1_700_000_000_123, etag: 'abc' } });
      await ledger.commitItem(item, { kind: 'done', tally: tallyOf({ succeeded: [1, 7], failed: [-1, -7] }), failure: undefined, segment: undefined });
      const other = await claimedItem(ledger);
      await ledger.commitItem(other, { kind: 'done', tally: tallyOf({}), failure: failedObject(other.object.key, { reason: 'still' }), segment: undefined });
      expect(await ledger.tally()).toEqual(tallyOf({ succeeded: [1, 7], failed: [1, 7] }));
      expect(await ledger.failures(undefined, 10)).toEqual([failedObject(other.object.key, { reason: 'still' })]);
    });
  });

  describe('segments', () => {
    test('are read page by page in the order of their keys', async () => {
      const { ledgerFor } = await makeLedger();
      const ledger = ledgerFor('a');
      const lease = await withItems(ledger, [newItem('k')]);
      const all = ['oms/s/1', 'oms/s/2', 'oms/s/3'].map((key, lines) => ({ key, sha256: 'ab'.repeat(32), lines }));
      for (const segment of [...all].reverse()) await ledger.commitPage(lease, commitTo(after('n'), { segment }));
      expect(await ledger.segments(undefined, 2)).toEqual(all.slice(0, 2));
      expect(await ledger.segments('oms/s/2', 2)).toEqual(all.slice(2));
    });
  });

  describe('the counting pass', () => {
    test('begins at nothing, is resumed by anyone and stays done', async () => {
      const { ledgerFor } = await makeLedger();
      const [a, b] = [ledgerFor('a'), ledgerFor('b')];
      expect(await a.counting()).toEqual({ position: undefined, found: { objects: 0, bytes: 0 }, done: false });
      const halfWay = { position: '{"prefix":0,"after":"k\u{1f600}"}', found: { objects: 5, bytes: 50 }, done: false };
      await a.recordCounting(halfWay);
      expect(await b.counting()).toEqual(halfWay);
      const end = { position: undefined, found: { objects: 9, bytes: 90 }, done: true };
      await b.recordCounting(end);
      await a.recordCounting({ ...halfWay, found: { objects: 6, bytes: 60 } });
      expect(await a.counting()).toEqual(end);
    });
  });
}
