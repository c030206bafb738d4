import { detached } from '@haulier/lib/detached/detached.ts';
import type { ListedObject } from '../object-store/object-store.ts';
import type { Count, FailedObject, NewWorkItem, Tally } from './ledger/ledger.ts';
import { LineWriter } from './line-writer.ts';
import type { Outcome } from './outcome.ts';
import { aboutOf, bytesOf, noteOf, outcomeLine, type Column } from './outcome-line.ts';
import type { RunObserver } from './run.ts';

/** The outcomes of one commit: its counters, its rows and the lines of its segment (see `records.ts`). */
export class OutcomeBatch {
  readonly failures: FailedObject[] = [];
  readonly items: NewWorkItem[] = [];
  readonly #objects = { succeeded: 0, skipped: 0, failed: 0 };
  readonly #bytes = { succeeded: 0, skipped: 0, failed: 0 };
  readonly #observe: RunObserver;
  readonly #listFailures: boolean;
  readonly #writer: LineWriter;

  /**
   * @param listFailures whether failures are lines of the segment too.
   * @param writer cleared; nothing else uses it as long as the batch is.
   */
  constructor(observe: RunObserver, listFailures: boolean, writer = new LineWriter()) {
    writer.clear();
    this.#writer = writer;
    this.#observe = observe;
    this.#listFailures = listFailures;
  }

  /** JSON in UTF-8, each ended by a line feed. */
  get lines(): Buffer {
    return this.#writer.bytes;
  }

  get lineCount(): number {
    return this.#writer.count;
  }

  /** @param times how many objects of the tally it is. */
  add(source: ListedObject, destinationKey: string, outcome: Outcome, times = 1): void {
    const note = noteOf(outcome);
    if (note !== undefined) this.#line(note.column, times, aboutOf(outcome, source), destinationKey, note.why);
    else if (outcome.kind === 'failed') this.#fail(source, destinationKey, outcome, times);
    else if (outcome.kind === 'deferred') this.items.push(outcome.item);
  }

  /** An object whose line is added by itself. */
  count(column: Column, size: number, times = 1): void {
    this.#objects[column] += times;
    this.#bytes[column] += size * times;
    this.#observe.outcome(column, size);
  }

  /** @param lines so many of them, of objects that are counted. */
  addLines(lines: Uint8Array, count: number): void {
    this.#writer.append(lines, count);
  }

  /** Takes what earlier commits counted as failed out of that column. */
  uncountFailed({ objects, bytes }: Count): void {
    this.#objects.failed -= objects;
    this.#bytes.failed -= bytes;
  }

  tally(): Tally {
    const count = (column: Column) => ({ objects: this.#objects[column], bytes: this.#bytes[column] });
    return { succeeded: count('succeeded'), skipped: count('skipped'), failed: count('failed') };
  }

  #fail(source: ListedObject, destinationKey: string, { failure, message }: Extract<Outcome, { readonly kind: 'failed' }>, times: number): void {
    const { key, lastModified, etag } = source;
    // Rows outlive the page that the object was listed on.
    this.failures.push({
      sourceKey: detached(key), destinationKey: detached(destinationKey), size: bytesOf(source), lastModified,
      etag: etag === undefined ? undefined : detached(etag), code: failure, reason: detached(message),
    });
    this.#line('failed', times, source, destinationKey, `"code":"${failure}","message":${JSON.stringify(message)}`);
  }

  /** @param why members of a JSON object. */
  #line(column: Column, times: number, object: ListedObject, destinationKey: string, why: string): void {
    this.count(column, bytesOf(object), times);
    if (column !== 'failed' || this.#listFailures) this.#writer.add(outcomeLine(column, object, destinationKey, why));
  }
}
