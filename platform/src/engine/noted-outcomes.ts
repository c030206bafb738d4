import { compareUtf8 } from '@haulier/lib/byte-order/byte-order.ts';
import type { ListedObject } from '../object-store/object-store.ts';
import type { NoteRoom } from './note-room.ts';
import type { OutcomeBatch } from './outcome-batch.ts';
import type { Outcome } from './outcome.ts';
import { aboutOf, bytesOf, noteOf, outcomeLine, type Note } from './outcome-line.ts';

/** Objects in key order, by index, with their outcomes. */
export interface Settled {
  readonly count: number;
  sourceOf(index: number): ListedObject;
  destinationKeyOf(index: number): string;
  outcomeOf(index: number): Outcome | undefined;
}

const COLUMNS = ['succeeded', 'skipped'] as const satisfies Note['column'][];
const LINE_FEED = 0x0a;

/**
 * A stretch of outcomes in the form in which they are committed: a line each, and a size and a column for the tally. It
 * holds nothing of the objects themselves and hardly anything in the heap.
 */
export class NotedOutcomes {
  readonly count: number;
  readonly #room: NoteRoom;
  /** Sizes, columns and lines, one after the other. */
  readonly #buffer: Buffer;
  readonly #sizes: Float64Array;
  readonly #columns: Uint8Array;
  readonly #lines: Buffer;

  private constructor(room: NoteRoom, count: number, lines: Uint8Array) {
    const columnsAt = Float64Array.BYTES_PER_ELEMENT * count;
    const linesAt = columnsAt + count;
    const buffer = room.take(linesAt + lines.byteLength);
    buffer.set(lines, linesAt);
    this.count = count;
    this.#room = room;
    this.#buffer = buffer;
    this.#sizes = new Float64Array(buffer.buffer, buffer.byteOffset, count);
    this.#columns = buffer.subarray(columnsAt, linesAt);
    this.#lines = buffer.subarray(linesAt, linesAt + lines.byteLength);
  }

  /** Undefined when an object has no outcome, or one that is not a line alone. */
  static of(settled: Settled, room: NoteRoom): NotedOutcomes | undefined {
    const { count } = settled;
    const { writer } = room;
    writer.clear();
    for (let index = 0; index < count; index++) {
      const outcome = settled.outcomeOf(index);
      const note = outcome === undefined ? undefined : noteOf(outcome);
      if (outcome === undefined || note === undefined) return undefined;
      writer.add(outcomeLine(note.column, aboutOf(outcome, settled.sourceOf(index)), settled.destinationKeyOf(index), note.why));
    }
    const noted = new NotedOutcomes(room, count, writer.bytes);
    noted.#noteAll(settled);
    return noted;
  }

  /** Adds those of the indexes from `from` up to `to` (exclusive). */
  addTo(batch: OutcomeBatch, from: number, to: number): void {
    for (let index = from; index < to; index++) batch.count(COLUMNS[this.#columns[index] ?? 0] ?? 'succeeded', this.#sizes[index] ?? 0);
    const start = this.#lineStart(from, 0, 0);
    batch.addLines(this.#lines.subarray(start, to === this.count ? undefined : this.#lineStart(to, from, start)), to - from);
  }

  /** How many from the first on have a key up to `until`. */
  countUpTo(until: string): number {
    let start = 0;
    for (let index = 0; index < this.count; index++) {
      const end = this.#lineStart(index + 1, index, start);
      if (compareUtf8(keyOfLine(this.#lines.toString('utf8', start, end)), until) > 0) return index;
      start = end;
    }
    return this.count;
  }

  /** Gives its memory back. It must not be used any more. */
  release(): void {
    this.#room.give(this.#buffer);
  }

  #noteAll(settled: Settled): void {
    for (let index = 0; index < this.count; index++) {
      const outcome = settled.outcomeOf(index);
      const note = outcome === undefined ? undefined : noteOf(outcome);
      if (outcome === undefined || note === undefined) continue;
      this.#sizes[index] = bytesOf(aboutOf(outcome, settled.sourceOf(index)));
      this.#columns[index] = COLUMNS.indexOf(note.column);
    }
  }

  /** Where the line of an index begins, when that of another one before it begins at `start`. */
  #lineStart(index: number, other: number, start: number): number {
    let at = start;
    for (let i = other; i < index; i++) at = this.#lines.indexOf(LINE_FEED, at) + 1;
    return at;
  }
}

function keyOfLine(line: string): string {
  const { key } = JSON.parse(line) as { readonly key: string };
  return key;
}
