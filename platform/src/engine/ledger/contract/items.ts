import { describe, expect, test } from 'vitest';
import { FencedError } from '../ledger.ts';
import type { LedgerUnderTest } from '../ledger-contract.ts';
import type { UploadRecord } from '../ledger.ts';
import { claimedItem, failedObject, FAR_FUTURE, newItem, tallyOf, withItems } from './samples.ts';

const intended: UploadRecord = { state: 'intended', sourceEtag: 'e-1', size: 50, partBytes: 10, known: ['not-ours'] };
const open = { state: 'open', sourceEtag: undefined, size: 50, partBytes: 10, uploadId: 'u-1' } as const;
const completing: UploadRecord = { state: 'completing', sourceEtag: 'e-1', size: 20, partBytes: 10, uploadId: 'u-1', parts: [{ number: 1, etag: 'p1', size: 10 }, { number: 2, etag: 'p2', size: 10 }] };
const nothing = { kind: 'done', tally: tallyOf({}), failure: undefined, segment: undefined } as const;

export function describeItems(makeLedger: () => Promise<LedgerUnderTest>): void {
  describe('items', () => {
    test('come with the commit of a page and keep what they were made of', async () => {
      const { ledgerFor } = await makeLedger();
      await withItems(ledgerFor('a'), [newItem('k\u{1f600}', { attempts: 2, object: { key: 'k\u{1f600}', size: 9_007_199_254_740_991, lastModified: 5 } })]);
      expect(await ledgerFor('b').remaining()).toMatchObject({ openItems: 1, pending: { objects: 1, bytes: 9_007_199_254_740_991 } });
      const item = await claimedItem(ledgerFor('b'));
      expect(item).toMatchObject({ kind: 'large', destinationKey: 'to/k\u{1f600}', attempts: 2, counted: 'not-yet', failed: { objects: 0, bytes: 0 }, upload: undefined, reclaimed: false });
      expect(item.object).toMatchObject({ key: 'k\u{1f600}', size: 9_007_199_254_740_991, lastModified: 5 });
      expect([item.object.etag, item.object.storageClass, item.object.crc64]).toEqual([undefined, undefined, undefined]);
      expect(item.itemId).toMatch(/^[\w-]+$/);
    });

    test('of untold size are pending without bytes', async () => {
      const { ledgerFor } = await makeLedger();
      await withItems(ledgerFor('a'), [newItem('k', { object: { key: 'k', size: -1, lastModified: 5 } }), newItem('l')]);
      expect((await ledgerFor('a').remaining()).pending).toEqual({ objects: 2, bytes: 7 });
      const untold = await claimedItem(ledgerFor('a'));
      expect(untold.object.size).toBe(-1);
      await ledgerFor('a').commitItem(untold, { kind: 'later', as: 'large', notBefore: 0, attempts: 1, object: untold.object });
      expect((await ledgerFor('a').remaining()).pending).toEqual({ objects: 2, bytes: 7 });
    });

    test('keep all that a listing told', async () => {
      const { ledgerFor } = await makeLedger();
      const item = newItem('k');
      await withItems(ledgerFor('a'), [item]);
      expect((await claimedItem(ledgerFor('a'))).object).toEqual(item.object);
    });

    test('are held by one worker at a time', async () => {
      const { ledgerFor } = await makeLedger();
      await withItems(ledgerFor('a'), [newItem('k')]);
      const claims = await Promise.all(['a', 'b', 'c', 'a'].map((worker) => ledgerFor(worker).claimItem()));
      expect(claims.filter((lease) => lease !== undefined)).toHaveLength(1);
    });

    test('wait until they are due', async () => {
      const { ledgerFor } = await makeLedger();
      await withItems(ledgerFor('a'), [newItem('later', { notBefore: FAR_FUTURE }), newItem('now', { notBefore: 1 })]);
      expect((await ledgerFor('a').remaining()).nextItemAt).toBe(1);
      expect((await claimedItem(ledgerFor('a'))).object.key).toBe('now');
      expect(await ledgerFor('a').claimItem()).toBeUndefined();
      expect(await ledgerFor('a').remaining()).toMatchObject({ openItems: 2, nextItemAt: FAR_FUTURE });
    });

    test('are claimed by kind', async () => {
      const { ledgerFor } = await makeLedger();
      await withItems(ledgerFor('a'), [newItem('l', { kind: 'large' }), newItem('s', { kind: 'again' })]);
      expect((await claimedItem(ledgerFor('a'), 'again')).object.key).toBe('s');
      expect(await ledgerFor('a').claimItem('again')).toBeUndefined();
      expect((await claimedItem(ledgerFor('a'), 'large')).object.key).toBe('l');
    });

    test('are put off, with the object as it is now', async () => {
      const { ledgerFor } = await makeLedger();
      await withItems(ledgerFor('a'), [newItem('k')]);
      const lease = await claimedItem(ledgerFor('a'));
      await ledgerFor('a').recordUpload(lease, open);
      await ledgerFor('a').commitItem(lease, { kind: 'later', as: 'restore', notBefore: 2, attempts: 3, object: { ...lease.object, size: 11, etag: 'new' } });
      expect((await ledgerFor('a').remaining()).pending).toEqual({ objects: 1, bytes: 11 });
      expect(await claimedItem(ledgerFor('b'))).toMatchObject({ kind: 'restore', attempts: 3, notBefore: 2, object: { size: 11, etag: 'new' }, upload: open });
    });

    test('tell when an earlier claim ended without a commit', async () => {
      const { ledgerFor, expireLeasesOf } = await makeLedger();
      await withItems(ledgerFor('a'), [newItem('k')]);
      expect((await claimedItem(ledgerFor('a'))).reclaimed).toBe(false);
      await expireLeasesOf('a');
      const again = await claimedItem(ledgerFor('b'));
      expect(again.reclaimed).toBe(true);
      await ledgerFor('b').releaseItem(again);
      expect((await claimedItem(ledgerFor('c'))).reclaimed).toBe(true);
    });

    test('are gone when done, with their counters, failure and segment', async () => {
      const { ledgerFor } = await makeLedger();
      await withItems(ledgerFor('a'), [newItem('k')]);
      const lease = await claimedItem(ledgerFor('a'));
      const segment = { key: 'oms/i', sha256: 'ff', lines: 1 };
      await ledgerFor('a').commitItem(lease, { kind: 'done', tally: tallyOf({ failed: [1, 7] }), failure: failedObject('k'), segment });
      expect(await ledgerFor('a').claimItem()).toBeUndefined();
      expect(await ledgerFor('a').remaining()).toMatchObject({ openItems: 0, nextItemAt: undefined, pending: { objects: 0, bytes: 0 } });
      expect(await ledgerFor('a').tally()).toEqual(tallyOf({ failed: [1, 7] }));
      expect(await ledgerFor('a').failures(undefined, 10)).toEqual([failedObject('k')]);
      expect(await ledgerFor('a').segments(undefined, 10)).toEqual([segment]);
    });

    test('that somebody else has claimed since take nothing from their former holder', async () => {
      const { ledgerFor, expireLeasesOf } = await makeLedger();
      const a = ledgerFor('a');
      await withItems(a, [newItem('k')]);
      const lost = await claimedItem(a);
      await expireLeasesOf('a');
      const lease = await claimedItem(ledgerFor('b'));
      await expect(a.recordUpload(lost, open)).rejects.toThrow(FencedError);
      await expect(a.abandonUpload(lost)).rejects.toThrow(FencedError);
      await expect(a.commitItem(lost, { ...nothing, tally: tallyOf({ succeeded: [1, 7] }) })).rejects.toThrow(FencedError);
      await expect(a.commitItem(lost, { kind: 'later', as: 'large', notBefore: 0, attempts: 9, object: lost.object })).rejects.toThrow(FencedError);
      expect(await a.tally()).toEqual(tallyOf({}));
      await ledgerFor('b').commitItem(lease, nothing);
      expect((await a.remaining()).openItems).toBe(0);
    });
  });

  describe('uploads', () => {
    test.each([intended, open, completing])('in state $state are there after a crash', async (upload) => {
      const { ledgerFor, expireLeasesOf } = await makeLedger();
      await withItems(ledgerFor('a'), [newItem('k')]);
      const lease = await claimedItem(ledgerFor('a'));
      await ledgerFor('a').recordUpload(lease, { state: 'intended', sourceEtag: 'older', size: 1, partBytes: 1 });
      await ledgerFor('a').recordUpload(lease, upload);
      await expireLeasesOf('a');
      expect((await claimedItem(ledgerFor('b'))).upload).toEqual(upload);
    });

    test.each([
      { upload: intended, uploadId: undefined, known: ['not-ours'] },
      { upload: open, uploadId: 'u-1', known: undefined },
      { upload: completing, uploadId: 'u-1', known: undefined },
    ])('in state $upload.state go to the janitor when abandoned', async ({ upload, uploadId, known }) => {
      const { ledgerFor } = await makeLedger();
      const ledger = ledgerFor('a');
      await withItems(ledger, [newItem('k')]);
      const lease = await claimedItem(ledger);
      await ledger.recordUpload(lease, upload);
      expect(await ledger.abandonedUploads(10)).toEqual([]);
      await ledger.abandonUpload(lease);
      const [abandoned, ...more] = await ledgerFor('b').abandonedUploads(10);
      expect(more).toEqual([]);
      expect([abandoned?.destinationKey, abandoned?.uploadId, abandoned?.known]).toEqual(['to/k', uploadId, known]);
      await ledger.releaseItem(lease);
      expect((await claimedItem(ledger)).upload).toBeUndefined();
      if (abandoned !== undefined) await ledger.forgetUpload(abandoned.id);
      expect(await ledger.abandonedUploads(10)).toEqual([]);
    });

    test('that were abandoned are read a few at a time and outlive their item', async () => {
      const { ledgerFor } = await makeLedger();
      const ledger = ledgerFor('a');
      await withItems(ledger, [newItem('k')]);
      const lease = await claimedItem(ledger);
      for (const uploadId of ['u-1', 'u-2', 'u-3']) {
        await ledger.recordUpload(lease, { ...open, uploadId });
        await ledger.abandonUpload(lease);
      }
      await ledger.abandonUpload(lease);
      await ledger.commitItem(lease, nothing);
      expect(await ledger.abandonedUploads(2)).toHaveLength(2);
      expect((await ledger.abandonedUploads(10)).map(({ uploadId }) => uploadId).sort()).toEqual(['u-1', 'u-2', 'u-3']);
    });

    test('of an item that is done are not the janitor’s', async () => {
      const { ledgerFor } = await makeLedger();
      const ledger = ledgerFor('a');
      await withItems(ledger, [newItem('k')]);
      const lease = await claimedItem(ledger);
      await ledger.recordUpload(lease, completing);
      await ledger.commitItem(lease, nothing);
      expect(await ledger.abandonedUploads(10)).toEqual([]);
    });
  });
}
