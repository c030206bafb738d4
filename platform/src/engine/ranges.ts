/** From what a plan selects to the ranges its migration begins with. Nothing is in two of them. */
import { compareUtf8 } from '@haulier/lib/byte-order/byte-order.ts';
import type { ObjectStore } from '../object-store/object-store.ts';
import type { RangeScope } from './ledger/ledger.ts';
import type { ListFile } from './listing/list-file.ts';
import type { Selection } from './plan.ts';

type Listable = Pick<ObjectStore['traits'], 'listOrder'>;

/** Bytes of a list file per range, unless that made more ranges than this. */
const LINES_BYTES = 4 * 1024 * 1024;
const MOST_LINES_RANGES = 256;
/** Names per range: a range is held in one row. */
const RANGE_NAMES = 1_000;

/** The ranges of a selection by names or prefixes. */
export function rangesOf(selection: Extract<Selection, { readonly kind: 'names' | 'prefixes' }>, { listOrder }: Listable): readonly RangeScope[] {
  const { prefixes, names } = selectedKeys(selection);
  return [
    ...prefixes.map((prefix): RangeScope => ({ kind: listOrder === 'bytes' ? 'keys' : 'marker', prefix })),
    ...chunks(names, RANGE_NAMES).map((some): RangeScope => ({ kind: 'names', names: some })),
  ];
}

/** What is to be listed and what is to be looked at by name; no name or prefix is covered by another prefix. */
export function selectedKeys(selection: Extract<Selection, { readonly kind: 'names' | 'prefixes' }>): { readonly prefixes: readonly string[]; readonly names: readonly string[] } {
  if (selection.kind === 'prefixes') return { prefixes: uncovered(selection.prefixes), names: [] };
  const prefixes = uncovered(selection.names.filter(isFolder));
  const names = selection.names.filter((name) => !isFolder(name) && !prefixes.some((prefix) => name.startsWith(prefix)));
  return { prefixes, names: [...new Set(names)] };
}

/** A name that ends in `/` stands for all below it, the empty one for the whole bucket (section 5.2.3, object_key). */
function isFolder(name: string): boolean {
  return name === '' || name.endsWith('/');
}

/** In byte order, without those that begin with another. */
function uncovered(prefixes: readonly string[]): readonly string[] {
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
