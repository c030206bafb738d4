/** Whether a migration would write over, or list again, what it is to read. */
import type { KeySelection, Selection } from '../engine/plan.ts';

/** A set of keys: one key, or all that start with a prefix. */
type KeySet = { readonly kind: 'key'; readonly key: string } | { readonly kind: 'prefix'; readonly prefix: string };

/**
 * True when some destination key of the selection (`savePrefix` + source key) may itself be a selected source key.
 * Only asked when source and destination are the same bucket of the same endpoint.
 *
 * The keys of a list file are not known beforehand; they overlap for certain when the destination key is the source key.
 */
export function overlaps(selection: Selection, savePrefix: string): boolean {
  if (selection.kind === 'url-list') return false;
  if (selection.kind === 'list-file' || savePrefix === '') return savePrefix === '';
  const read = keySets(selection);
  return read.some((set) => {
    const written = prepend(savePrefix, set);
    return read.some((other) => intersect(written, other));
  });
}

/** An interval is taken for all keys of its prefix. */
function keySets(selection: KeySelection): readonly KeySet[] {
  if (selection.kind === 'interval') return [{ kind: 'prefix', prefix: selection.prefix }];
  if (selection.kind === 'prefixes') return selection.prefixes.map((prefix) => ({ kind: 'prefix', prefix }));
  return selection.names.map((name) => (name === '' || name.endsWith('/') ? { kind: 'prefix', prefix: name } : { kind: 'key', key: name }));
}

function prepend(savePrefix: string, set: KeySet): KeySet {
  return set.kind === 'key' ? { kind: 'key', key: savePrefix + set.key } : { kind: 'prefix', prefix: savePrefix + set.prefix };
}

function intersect(a: KeySet, b: KeySet): boolean {
  if (a.kind === 'key') return b.kind === 'key' ? a.key === b.key : a.key.startsWith(b.prefix);
  if (b.kind === 'key') return b.key.startsWith(a.prefix);
  return a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix);
}
