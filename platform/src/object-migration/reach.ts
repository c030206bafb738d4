/** Whether a task's buckets can be used with the credentials given, asked before the task is accepted. */
import type { Clock } from '../engine/transfer/transfer.ts';
import { isFailure } from '../object-store/failure.ts';
import type { ObjectStore } from '../object-store/object-store.ts';
import type { StoreFailure } from '../object-store/failure.ts';
import type { KeySelection, Selection } from '../engine/plan.ts';
import type { FailureSide } from './failure-codes.ts';
import { isPlainText } from './list-file.ts';
import { MigrationRefusal } from './task.ts';
import { overlaps } from './overlap.ts';
import type { TaskStores } from './stores.ts';
import { withinLimit } from './time-limit.ts';

export interface ReachQuestion {
  readonly selection: Selection;
  readonly savePrefix: string;
  /** In place of the look at the one list file of a task. */
  readonly askListFiles?: ((listFiles: ObjectStore, signal: AbortSignal) => Promise<void>) | undefined;
}

/**
 * Throws the first refusal in the order overlap, source, its CDN, destination, list file. All stores are asked at once, and one that
 * has not answered after `limitMs` counts as unreachable.
 */
export async function checkReach(stores: TaskStores, { selection, savePrefix, askListFiles = askListFile(selection) }: ReachQuestion, clock: Clock, limitMs: number): Promise<void> {
  if (sameBucket(stores) && overlaps(selection, savePrefix)) throw new MigrationRefusal({ kind: 'overlap' });
  const within = (side: FailureSide, question: (signal: AbortSignal) => Promise<void>) => ask(side, () => withinLimit(clock, limitMs, question));
  const asked = [
    within('source', (signal) => askSource(stores, selection, signal)),
    within('source', async (signal) => stores.source.checkReads?.(signal)).then(asCdnRefusal),
    within('destination', (signal) => stores.destination.checkBucket(signal)),
    within('list-file', (signal) => lookAtListFiles(stores, askListFiles, signal)),
  ];
  for (const refusal of await Promise.all(asked)) if (refusal !== undefined) throw refusal;
}

export function bucketRefusal(side: FailureSide, { kind, message }: Pick<StoreFailure, 'kind' | 'message'>): MigrationRefusal {
  return new MigrationRefusal({ kind: 'bucket', side, failure: kind, message });
}

async function ask(side: FailureSide, question: () => Promise<void>): Promise<MigrationRefusal | undefined> {
  try {
    await question();
    return undefined;
  } catch (error) {
    if (error instanceof MigrationRefusal) return error;
    if (isFailure(error)) return bucketRefusal(side, error);
    throw error;
  }
}

/** Lists where the task will list, since a policy may allow a prefix alone. */
async function askSource(stores: TaskStores, selection: Selection, signal: AbortSignal): Promise<void> {
  if (selection.kind === 'url-list') return;
  await stores.source.checkBucket(signal);
  if (selection.kind === 'list-file') return;
  await stores.source.list({ prefix: firstPrefix(selection), from: { kind: 'start' }, limit: 1 }, signal);
}

function firstPrefix(selection: KeySelection): string {
  if (selection.kind === 'interval') return selection.prefix;
  return (selection.kind === 'prefixes' ? selection.prefixes : selection.names)[0] ?? '';
}

/** Reads are refused by a CDN, where the source has one. */
function asCdnRefusal(refusal: MigrationRefusal | undefined): MigrationRefusal | undefined {
  return refusal?.refusal.kind === 'bucket' ? new MigrationRefusal({ kind: 'cdn', message: refusal.refusal.message }) : refusal;
}

type ListFileQuestion = NonNullable<ReachQuestion['askListFiles']>;

async function lookAtListFiles({ listFiles }: TaskStores, ask: ListFileQuestion, signal: AbortSignal): Promise<void> {
  if (listFiles === undefined) return;
  await listFiles.checkBucket(signal);
  await ask(listFiles, signal);
}

function askListFile(selection: Selection): ListFileQuestion {
  return async (listFiles, signal) => {
    if (!('bucket' in selection)) return;
    const file = await listFiles.stat(selection.key, signal);
    if (!isPlainText(file)) throw new MigrationRefusal({ kind: 'list-file-no-text' });
  };
}

function sameBucket({ source, destination }: TaskStores): boolean {
  return source.location.endpoint === destination.location.endpoint && source.location.bucket === destination.location.bucket;
}
