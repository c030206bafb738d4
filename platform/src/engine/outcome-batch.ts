import { detached } from '@haulier/lib/detached/detached.ts';
import type { ListedObject } from '../object-store/object-store.ts';
import type { Count, FailedObject, NewWorkItem, Tally } from './ledger/ledger.ts';
import type { Outcome } from './outcome.ts';
import type { RunObserver } from './run.ts';

type Column = keyof Tally;

/** The outcomes of one commit: its counters, its rows and the lines of its segment (see `records.ts`). */
export class OutcomeBatch {
  readonly failures: FailedObject[] = [];
  readonly items: NewWorkItem[] = [];
  /** JSON, each ended by a line feed. */
  lines = '';
  lineCount = 0;
  readonly #objects = { succeeded: 0, skipped: 0, failed: 0 };
  readonly #bytes = { succeeded: 0, skipped: 0, failed: 0 };
  readonly #observe: RunObserver;
  readonly #listFailures: boolean;

  /** @param listFailures whether failures are lines of the segment too. */
  constructor(observe: RunObserver, listFailures: boolean) {
    this.#observe = observe;
    this.#listFailures = listFailures;
  }

  /** @param times how many objects of the tally it is. */
  add(source: ListedObject, destinationKey: string, outcome: Outcome, times = 1): void {
    switch (outcome.kind) {
      case 'copied':
        this.#note('succeeded', times, outcome.source, destinationKey, `"proof":"${outcome.proof}"`);
        return;
      case 'recovered':
        this.#note('succeeded', times, source, destinationKey, '"proof":"size-and-time"');
        return;
      case 'skipped':
        this.#note('skipped', times, source, destinationKey, `"reason":"${outcome.reason}"`);
        return;
      case 'failed':
        this.#fail(source, destinationKey, outcome, times);
        return;
      case 'deferred':
        this.items.push(outcome.item);
        return;
      case 'ignored':
    }
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
    this.#note('failed', times, source, destinationKey, `"code":"${failure}","message":${JSON.stringify(message)}`);
  }

  /** @param why members of a JSON object. */
  #note(column: Column, times: number, source: ListedObject, destinationKey: string, why: string): void {
    const size = bytesOf(source);
    this.#objects[column] += times;
    this.#bytes[column] += size * times;
    this.#observe.outcome(column, size);
    if (column === 'failed' && !this.#listFailures) return;
    const { key, etag } = source;
    const to = destinationKey === key ? '' : `,"to":${JSON.stringify(destinationKey)}`;
    const tag = etag === undefined ? '' : `,"etag":${JSON.stringify(etag)}`;
    // One line per object of a whole bucket: stringifying an object takes half as long again.
    this.lines += `{"outcome":"${column}","key":${JSON.stringify(key)}${to},"size":${size}${tag},${why}}\n`;
    this.lineCount++;
  }
}

/** A source that tells no size shows a negative one. */
function bytesOf({ size }: ListedObject): number {
  return Math.max(0, size);
}
