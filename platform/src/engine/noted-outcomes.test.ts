import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareUtf8 } from '@haulier/lib/byte-order/byte-order.ts';
import type { ListedObject } from '../object-store/object-store.ts';
import { NoteRoom } from './note-room.ts';
import { NotedOutcomes, type Settled } from './noted-outcomes.ts';
import { OutcomeBatch } from './outcome-batch.ts';
import { deferred, EXISTS, IGNORED, RECOVERED, type Outcome } from './outcome.ts';

interface Row {
  readonly object: ListedObject;
  readonly outcome: Outcome;
}

const text = fc.string({ unit: 'binary', minLength: 1 });
const object: fc.Arbitrary<ListedObject> = fc.record({ key: text, size: fc.integer({ min: -1, max: 5e12 }), lastModified: fc.constant(0), etag: fc.option(text, { nil: undefined }) });
const noted: fc.Arbitrary<Row> = fc.record({
  object,
  outcome: fc.oneof(
    fc.constantFrom<Outcome>(EXISTS, RECOVERED, { kind: 'skipped', reason: 'same-size-and-time' }),
    object.map((source): Outcome => ({ kind: 'copied', source, destinationEtag: undefined, proof: 'md5' })),
  ),
});

function settled(rows: readonly Row[], savePrefix: string): Settled {
  const rowAt = (index: number): Row => {
    const row = rows[index];
    if (row === undefined) throw new RangeError(`no row ${index}`);
    return row;
  };
  return {
    count: rows.length,
    sourceOf: (index) => rowAt(index).object,
    destinationKeyOf: (index) => savePrefix + rowAt(index).object.key,
    outcomeOf: (index) => rowAt(index).outcome,
  };
}

/** What a commit makes of what is added to it. */
function committed(add: (batch: OutcomeBatch) => void): unknown {
  const seen: [string, number][] = [];
  const batch = new OutcomeBatch({ bytes() {}, outcome: (column, size) => seen.push([column, size]), recordFailed() {} }, true);
  add(batch);
  return { seen, tally: batch.tally(), lines: batch.lines.toString(), count: batch.lineCount };
}

describe('outcomes that are noted', () => {
  test('are committed as those of the objects would be, in memory that is used again', () => {
    const room = new NoteRoom();
    fc.assert(fc.property(fc.array(noted, { maxLength: 30 }), fc.constantFrom('', 'to/'), fc.nat(), fc.nat(), (rows, savePrefix, a, b) => {
      const [from = 0, to = 0] = [a % (rows.length + 1), b % (rows.length + 1)].sort((x, y) => x - y);
      const page = settled(rows, savePrefix);
      const notes = NotedOutcomes.of(page, room);
      expect(committed((batch) => notes?.addTo(batch, from, to))).toEqual(committed((batch) => {
        for (let i = from; i < to; i++) batch.add(page.sourceOf(i), page.destinationKeyOf(i), rows[i]?.outcome ?? IGNORED);
      }));
      notes?.release();
      expect(room.taken).toBe(0);
    }));
  });

  test('are cut after a key', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1 }), { maxLength: 20 }), fc.string({ unit: 'grapheme' }), (keys, until) => {
      const sorted = keys.sort(compareUtf8);
      const notes = NotedOutcomes.of(settled(sorted.map((key) => ({ object: { key, size: 1, lastModified: 0 }, outcome: EXISTS })), ''), new NoteRoom());
      expect(notes?.countUpTo(until)).toBe(sorted.filter((key) => compareUtf8(key, until) <= 0).length);
    }));
  });

  const one: ListedObject = { key: 'k', size: 1, lastModified: 0 };
  test.each<[string, Outcome | undefined]>([
    ['is not there yet', undefined],
    ['makes a row', { kind: 'failed', failure: 'denied', message: 'no' }],
    ['makes an item', deferred('large', one, 'k')],
    ['makes nothing', IGNORED],
  ])('are not those of which one %s', (_, outcome) => {
    const room = new NoteRoom();
    const outcomes = [EXISTS, outcome];
    expect(NotedOutcomes.of({ count: 2, sourceOf: () => one, destinationKeyOf: () => 'k', outcomeOf: (index) => outcomes[index] }, room)).toBeUndefined();
    expect(room.taken).toBe(0);
  });
});
