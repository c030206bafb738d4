/**
 * Where our records lie in a destination, and how they are told from other people's objects.
 *
 * All are below `oms/<recordName>/`, where a record name is one or two folders. A bucket that once was a destination may
 * become a source; our records in it are not migrated. People may have objects under `oms/` too: a key is taken for ours
 * only when all of it has the form of a key we write, down to the mark `.haulier` before its extension.
 *
 * The tasks of a group share a folder. Segments are named by ranges and items, which no two tasks have in common; lists and
 * manifests bear the task's name in front, the `part`.
 */
const OWN_RECORD = /^oms\/(?:[^/]+\/){1,2}(?:segments\/(?:range|item)-[\w-]+-\d+-\d+|(?:failed_object_lists|segment_lists)\/(?:task-[\d-]+-)?\d{6}|(?:task-[\d-]+-)?manifest)\.haulier\.jsonl?$/;

export function isOwnRecord(key: string): boolean {
  return key.startsWith('oms/') && OWN_RECORD.test(key);
}

/** @param whose a range or an item, by its id; `number` counts the segments of one epoch. */
export function segmentKey(recordName: string, whose: { readonly kind: 'range' | 'item'; readonly id: string; readonly epoch: number }, number: number): string {
  return `oms/${recordName}/segments/${whose.kind}-${whose.id}-${whose.epoch}-${number}.haulier.jsonl`;
}

export function failedListsFolder(recordName: string): string {
  return `oms/${recordName}/failed_object_lists/`;
}

export function segmentListsFolder(recordName: string): string {
  return `oms/${recordName}/segment_lists/`;
}

/** What the files of a list begin with; `part` is undefined where the folder is the task's own. */
export function listFilePrefix(folder: string, part: string | undefined): string {
  return folder + (part === undefined ? '' : `${part}-`);
}

/** A list is written as numbered files of bounded size; `number` counts from 1. */
export function listFileKey(prefix: string, number: number): string {
  return `${prefix}${String(number).padStart(6, '0')}.haulier.jsonl`;
}

export function manifestKey(recordName: string, part: string | undefined): string {
  return `${listFilePrefix(`oms/${recordName}/`, part)}manifest.haulier.json`;
}
