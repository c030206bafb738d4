/**
 * Cuts prefixes into intervals of keys by listing them once, ahead of the migration. The listing is the counting pass of the
 * tasks that come of it, so that it costs no request more than they would have spent, and their totals are known at once.
 */
import { detached } from '@haulier/lib/detached/detached.ts';
import { checkOrder } from '../../../engine/listing/key-pages.ts';
import { isOwnRecord } from '../../../engine/own-records.ts';
import { patiently } from '../../../engine/patience.ts';
import type { ListedObject, ListPosition } from '../../../object-store/object-store.ts';
import type { SplitCursor, SplitDeps, SplitStep, SplitTask, TaskBounds } from './split.ts';

type Place = Omit<Extract<SplitCursor, { readonly kind: 'keys' }>, 'kind'>;

/** @param prefixes in byte order, none of which begins with another. */
export async function* splitKeys(deps: SplitDeps, prefixes: readonly string[], cursor: SplitCursor | undefined, signal: AbortSignal): AsyncGenerator<SplitStep> {
  let place: Place = cursor?.kind === 'keys' ? cursor : { prefix: 0 };
  while (place.prefix < prefixes.length) {
    const { prefix: index, after } = place;
    for await (const { task, until } of intervalsOf(deps, prefixes[index] ?? '', after, signal)) {
      place = until === undefined ? { prefix: index + 1 } : { prefix: index, after: until };
      const left = prefixes.length - place.prefix;
      yield { tasks: [task], cursor: left === 0 ? undefined : cursorAt(place), left };
    }
  }
}

function cursorAt({ prefix, after }: Place): SplitCursor {
  return { kind: 'keys', prefix, ...(after === undefined ? {} : { after }) };
}

interface Interval {
  readonly task: SplitTask;
  /** Its last key; undefined for the last interval of the prefix, which is open. */
  readonly until: string | undefined;
}

/** A store that lists in no order of its own has one interval, whose keys are not counted. */
async function* intervalsOf(deps: SplitDeps, prefix: string, after: string | undefined, signal: AbortSignal): AsyncGenerator<Interval> {
  if (deps.source.traits.listOrder !== 'bytes') {
    yield { task: { selection: { kind: 'interval', prefix }, found: undefined }, until: undefined };
    return;
  }
  const growing = new GrowingInterval(deps.bounds, prefix, after);
  for await (const page of pagesOf(deps, prefix, after, signal)) {
    for (const object of page) {
      const full = growing.add(object);
      if (full !== undefined) yield full;
    }
  }
  yield growing.close(undefined);
}

async function* pagesOf({ source, clock }: SplitDeps, prefix: string, after: string | undefined, signal: AbortSignal): AsyncGenerator<readonly ListedObject[]> {
  let from: ListPosition | undefined = after === undefined ? { kind: 'start' } : { kind: 'after', key: after };
  let last = after;
  while (from !== undefined) {
    const query = { prefix, from };
    const page = await patiently('source', clock, signal, async () => {
      const listed = await source.list(query, signal);
      checkOrder(listed.objects, last, 'source');
      return listed;
    });
    yield page.objects;
    last = page.objects.at(-1)?.key ?? last;
    from = page.next;
  }
}

/** Counts objects until they are as many as a task may have. Our own records belong to no task. */
class GrowingInterval {
  readonly #bounds: TaskBounds;
  readonly #prefix: string;
  #after: string | undefined;
  #last: string | undefined;
  #objects = 0;
  #bytes = 0;

  constructor(bounds: TaskBounds, prefix: string, after: string | undefined) {
    this.#bounds = bounds;
    this.#prefix = prefix;
    this.#after = after;
  }

  /** The interval up to the object before this one, when this one does not belong to it any more. */
  add({ key, size }: ListedObject): Interval | undefined {
    if (isOwnRecord(key)) return undefined;
    const bytes = Math.max(0, size);
    const full = this.#objects >= this.#bounds.objects || (this.#objects > 0 && this.#bytes + bytes > this.#bounds.bytes);
    const interval = full ? this.close(this.#last) : undefined;
    this.#objects += 1;
    this.#bytes += bytes;
    this.#last = key;
    return interval;
  }

  close(last: string | undefined): Interval {
    const until = last === undefined ? undefined : detached(last);
    const after = this.#after;
    const selection = { kind: 'interval' as const, prefix: this.#prefix, ...(after === undefined ? {} : { after }), ...(until === undefined ? {} : { until }) };
    const found = { objects: this.#objects, bytes: this.#bytes };
    this.#after = until;
    this.#objects = 0;
    this.#bytes = 0;
    return { task: { selection, found }, until };
  }
}

