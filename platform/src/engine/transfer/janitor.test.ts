import { describe, expect, it } from 'vitest';
import { StoreFailure } from '../../object-store/failure.ts';
import { abortAbandoned } from './janitor.ts';
import { MemoryStore } from './testing/memory-store.ts';
import { MemoryJournal, never } from './testing/setting.ts';

const options = { metadata: { user: {} } };

async function world(uploads: number) {
  const destination = new MemoryStore();
  const journal = new MemoryJournal('to');
  const ids: string[] = [];
  for (let made = 0; made < uploads; made++) ids.push((await destination.multipart.create('to', options)).uploadId);
  return { destination, journal, ids, left: () => [...destination.multipart.open.keys()] };
}

describe('abortAbandoned', () => {
  it('aborts, looks whether it is gone, and forgets', async () => {
    const { destination, journal, ids, left } = await world(2);
    journal.abandoned.push({ id: '1', destinationKey: 'to', uploadId: ids[0] });
    expect(await abortAbandoned(journal, destination, never)).toEqual({ gone: 1, left: 0 });
    expect(left()).toEqual([ids[1]]);
    expect(journal.abandoned).toEqual([]);
  });

  it('aborts again what lives on because a part landed late', async () => {
    const { destination, journal, ids, left } = await world(1);
    const upload = destination.multipart.open.get(ids[0] ?? '');
    destination.after = ({ name, nth }) => {
      if (name === 'abort' && nth === 1 && upload !== undefined) destination.multipart.open.set(ids[0] ?? '', upload);
    };
    journal.abandoned.push({ id: '1', destinationKey: 'to', uploadId: ids[0] });
    expect(await abortAbandoned(journal, destination, never)).toEqual({ gone: 1, left: 0 });
    expect(left()).toEqual([]);
  });

  it('keeps what cannot be ended now for the next call', async () => {
    const { destination, journal, ids } = await world(2);
    journal.abandoned.push({ id: '1', destinationKey: 'to', uploadId: ids[0] }, { id: '2', destinationKey: 'to', uploadId: ids[1] });
    destination.before = ({ name, nth }) => {
      if (name === 'abort' && nth === 1) throw new StoreFailure('transient', 'reset');
    };
    expect(await abortAbandoned(journal, destination, never)).toEqual({ gone: 1, left: 1 });
    expect(await abortAbandoned(journal, destination, never)).toEqual({ gone: 1, left: 0 });
  });

  it('finds the upload of an intent, and touches no other', async () => {
    const { destination, journal, ids, left } = await world(2);
    const elsewhere = await destination.multipart.create('to/else', options);
    journal.abandoned.push({ id: '1', destinationKey: 'to', uploadId: undefined, known: ids.slice(0, 1) });
    expect(await abortAbandoned(journal, destination, never)).toEqual({ gone: 1, left: 0 });
    expect(left()).toEqual([ids[0], elsewhere.uploadId]);
  });

  it('touches nothing when nobody knows what was there before the intent', async () => {
    const { destination, journal, ids, left } = await world(1);
    journal.abandoned.push({ id: '1', destinationKey: 'to', uploadId: undefined });
    expect(await abortAbandoned(journal, destination, never)).toEqual({ gone: 1, left: 0 });
    expect(left()).toEqual(ids);
  });

  it.each([
    { kind: 'no-bucket', cleaned: { gone: 1, left: 0 } },
    { kind: 'denied', cleaned: { gone: 0, left: 1 } },
    { kind: 'expired-credentials', cleaned: { gone: 0, left: 1 } },
  ] as const)('takes $kind as it is', async ({ kind, cleaned }) => {
    const { destination, journal, ids } = await world(1);
    destination.before = () => {
      throw new StoreFailure(kind, kind);
    };
    journal.abandoned.push({ id: '1', destinationKey: 'to', uploadId: ids[0] });
    expect(await abortAbandoned(journal, destination, never)).toEqual(cleaned);
  });

  it('takes the abort\'s word where it may not look', async () => {
    const { destination, journal, ids } = await world(1);
    destination.before = ({ name }) => {
      if (name === 'partsOf') throw new StoreFailure('denied', 'no');
    };
    journal.abandoned.push({ id: '1', destinationKey: 'to', uploadId: ids[0] });
    expect(await abortAbandoned(journal, destination, never)).toEqual({ gone: 1, left: 0 });
  });

  it('rejects with the reason of an abort', async () => {
    const { destination, journal, ids } = await world(1);
    journal.abandoned.push({ id: '1', destinationKey: 'to', uploadId: ids[0] });
    destination.before = () => {
      throw new StoreFailure('transient', 'reset');
    };
    await expect(abortAbandoned(journal, destination, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});
