/** From what a plan selects to the ranges its migration begins with. Nothing is in two of them. */
import { compareUtf8 } from '@haulier/lib/byte-order/byte-order.ts';
import type { ObjectStore } from '../object-store/object-store.ts';
import type { RangeScope } from './ledger/ledger.ts';
import type { ListFile } from './listing/list-file.ts';
import type { KeySelection } from './plan.ts';

type Listable = Pick<ObjectStore['traits'], 'listOrder'>;

/** Bytes of a list file per range, unless that made more ranges than this. */
const LINES_BYTES = 4 * 1024 * 1024;
const MOST_LINES_RANGES = 256;
/** Names per range: a range is held in one row. */
const RANGE_NAMES = 1_000;

/** Keys that are listed: those that start with `prefix`, after `after` (exclusive) up to `until` (inclusive). */
export interface Stretch {
  readonly prefix: string;
  readonly after?: string;
  readonly until?: string;
}

/** What of a selection is to be listed, and what is to be looked at by name. */
export interface SelectedKeys {
  readonly stretches: readonly Stretch[];
  readonly names: readonly string[];
}

/**
 * The ranges of a selection by names, prefixes or an interval.
 *
 * @throws {RangeError} for an interval of a store that lists in no order.
 */
export function rangesOf(selection: KeySelection, { listOrder }: Listable): readonly RangeScope[] {
  const { stretches, names } = selectedKeys(selection);
  return [
    ...stretches.map((stretch) => rangeOf(stretch, listOrder)),
    ...chunks(names, RANGE_NAMES).map((some): RangeScope => ({ kind: 'names', names: some })),
  ];
}

function rangeOf(stretch: Stretch, listOrder: Listable['listOrder']): RangeScope {
  if (listOrder === 'bytes') return { kind: 'keys', ...stretch };
  if (stretch.after !== undefined || stretch.until !== undefined) throw new RangeError('a store that lists in no order has no intervals of keys');
  return { kind: 'marker', prefix: stretch.prefix };
}

/** No name or prefix is covered by another prefix. */
export function selectedKeys(selection: KeySelection): SelectedKeys {
  if (selection.kind === 'interval') {
    const { prefix, after, until } = selection;
    return { stretches: [{ prefix, ...(after === undefined ? {} : { after }), ...(until === undefined ? {} : { until }) }], names: [] };
  }
  if (selection.kind === 'prefixes') return { stretches: listed(uncoveredPrefixes(selection.prefixes)), names: [] };
  const prefixes = uncoveredPrefixes(selection.names.filter(isFolder));
  const names = selection.names.filter((name) => !isFolder(name) && !prefixes.some((prefix) => name.startsWith(prefix)));
  return { stretches: listed(prefixes), names: [...new Set(names)] };
}

/** A name that ends in `/` stands for all below it, the empty one for the whole bucket (section 5.2.3, object_key). */
function isFolder(name: string): boolean {
  return name === '' || name.endsWith('/');
}

function listed(prefixes: readonly string[]): readonly Stretch[] {
  return prefixes.map((prefix) => ({ prefix }));
}

/** In byte order, without those that begin with another. */
export function uncoveredPrefixes(prefixes: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (const prefix of [...prefixes].sort(compareUtf8)) {
    const last = kept.at(-1);
    if (last === undefined || !prefix.startsWith(last)) kept.push(prefix);
  }
  return kept;
}

function chunks<T>(values: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, i) => values.slice(i * size, (i + 1) * size));
}

/**
 * The ranges of a list file, each of whole lines.
 *
 * @throws {RunFailure} when the file cannot be read or has a line that is too long.
 */
export async function rangesOfLines(file: ListFile, signal: AbortSignal): Promise<readonly RangeScope[]> {
  const size = await file.size(signal);
  const stretch = Math.max(LINES_BYTES, Math.ceil(size / MOST_LINES_RANGES));
  const ranges: RangeScope[] = [];
  for (let first = 0; first < size; ) {
    const end = await file.lineStart(first + stretch, size, signal);
    ranges.push({ kind: 'lines', first, end });
    first = end;
  }
  return ranges;
}
