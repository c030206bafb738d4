/** Which objects of a bucket are the list files of a group, and what a creation is refused for. */
import type { ListPosition, ObjectStore } from '../../../object-store/object-store.ts';
import { isListFileName, isListFileSize } from '../../list-file.ts';
import { MigrationRefusal } from '../../task.ts';

/** S3M.1045 has no number in the documents; this is ours. */
const mostFiles = 2_000;

/** The name of a `.txt` file stands for itself alone; any other is what the names of several begin with. Folders' own objects are no files. */
export function isListKey(candidate: string, key: string): boolean {
  return isListFileName(key) ? candidate === key : !candidate.endsWith('/');
}

/** How many list files there are. Throws the refusal of the first that cannot be one (S3M.1042 to S3M.1045). */
export async function countListFiles(store: Pick<ObjectStore, 'list'>, key: string, expected: number | undefined, signal: AbortSignal): Promise<number> {
  let count = 0;
  for (let from: ListPosition | undefined = { kind: 'start' }; from !== undefined; ) {
    const page = await store.list({ prefix: key, from }, signal);
    const files = page.objects.filter((object) => isListKey(object.key, key));
    if (files.some((file) => !isListFileSize(file.size))) throw refused('too-large');
    if (files.some((file) => !isListFileName(file.key))) throw refused('no-txt');
    count += files.length;
    if (count > mostFiles) throw refused('too-many');
    from = page.next;
  }
  if (count === 0) throw refused('none');
  if (expected !== undefined && expected !== count) throw refused('other-number');
  return count;
}

function refused(problem: 'none' | 'too-large' | 'no-txt' | 'too-many' | 'other-number'): MigrationRefusal {
  return new MigrationRefusal({ kind: 'list-files', problem });
}
