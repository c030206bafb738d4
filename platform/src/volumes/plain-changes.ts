/** Changes of what clients call a disk or a snapshot by and note on it: they are made at once, whatever its state. */
import { checkTexts } from './refusals.ts';
import type { MetadataChange, SnapshotChange } from './volumes.ts';

type Texts = Readonly<Record<string, string>>;

export function checkChange({ name, description, metadata }: SnapshotChange): void {
  checkTexts({ name, description, metadata: metadata?.kind === 'remove' ? undefined : metadata?.values });
}

export function patchOf({ metadata: kept }: { readonly metadata: Texts }, { metadata, ...plain }: SnapshotChange): { readonly name?: string; readonly description?: string; readonly metadata?: Texts } {
  return { ...plain, ...(metadata === undefined ? {} : { metadata: changed(kept, metadata) }) };
}

function changed(values: Texts, change: MetadataChange): Texts {
  switch (change.kind) {
    case 'set': return change.values;
    case 'merge': return { ...values, ...change.values };
    case 'remove': return without(values, [change.key]);
  }
}

export function without(values: Texts, keys: readonly string[]): Texts {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !keys.includes(key)));
}
