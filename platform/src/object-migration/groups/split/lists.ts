/** Makes a task of each list file. */
import { forEachBounded } from '../../../engine/bounded.ts';
import { patiently } from '../../../engine/patience.ts';
import type { ListPage, ListPosition, ListQuery, ObjectStore } from '../../../object-store/object-store.ts';
import { taskError } from '../../failure-codes.ts';
import { isListFile, isPlainText } from '../../list-file.ts';
import type { ErrorReason } from '../../task.ts';
import type { GroupSelection } from '../group.ts';
import { isListKey } from './list-folder.ts';
import type { SplitCursor, SplitDeps, SplitStep } from './split.ts';

/** A file under the name of the lists is none, or cannot be used as one. */
export class InvalidListFile extends Error {
  override readonly name = 'InvalidListFile';
  readonly reason: ErrorReason;

  constructor(key: string, reason: ErrorReason) {
    super(`${JSON.stringify(key)} cannot be used as a list file: ${reason.message}`);
    this.reason = reason;
  }
}

type Lists = Extract<GroupSelection, { readonly kind: 'list-file' | 'url-list' }>;

const LOOKS_AT_ONCE = 16;

/** @param expected files that were found when the group was created. */
export async function* splitLists({ listFiles, clock }: SplitDeps, selection: Lists, expected: number, cursor: SplitCursor | undefined, signal: AbortSignal): AsyncGenerator<SplitStep> {
  if (listFiles === undefined) throw new TypeError('a group by list files needs their bucket');
  let from: ListPosition | undefined = cursor?.kind === 'lists' ? cursor.from : { kind: 'start' };
  let made = cursor?.kind === 'lists' ? cursor.made : 0;
  while (from !== undefined) {
    const query: ListQuery = { prefix: selection.key, from };
    const page: ListPage = await patiently('list-file', clock, signal, () => listFiles.list(query, signal));
    const keys = page.objects.map(({ key }) => key).filter((key) => isListKey(key, selection.key));
    await forEachBounded(keys, LOOKS_AT_ONCE, (key) => patiently('list-file', clock, signal, () => checkFile(listFiles, key, signal)));
    from = page.next;
    made += keys.length;
    if (from === undefined && made === 0) throw new InvalidListFile(selection.key, taskError('TRF.0013'));
    yield {
      tasks: keys.map((key) => ({ selection: { ...selection, key }, found: undefined })),
      cursor: from === undefined ? undefined : { kind: 'lists', from, made },
      left: from === undefined ? 0 : Math.max(1, expected - made),
    };
  }
}

async function checkFile(store: Pick<ObjectStore, 'stat'>, key: string, signal: AbortSignal): Promise<void> {
  const file = await store.stat(key, signal);
  if (!isListFile(file)) throw new InvalidListFile(key, taskError('TRF.0014'));
  if (!isPlainText(file)) throw new InvalidListFile(key, taskError('TRF.0019'));
}
