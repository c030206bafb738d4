/**
 * How the work of a group is cut into tasks: a list of durable steps, each with the tasks it makes and the place to go on
 * from. Going on from a step's place never makes its tasks again, and all tasks together cover the selection.
 */
import type { Count } from '../../../engine/ledger/ledger.ts';
import type { Selection } from '../../../engine/plan.ts';
import { uncoveredPrefixes } from '../../../engine/ranges.ts';
import type { Clock } from '../../../engine/transfer/transfer.ts';
import type { ListPosition, ObjectStore } from '../../../object-store/object-store.ts';
import type { GroupSelection } from '../group.ts';
import { splitKeys } from './keys.ts';
import { splitLists } from './lists.ts';

/** What the tasks that are made do not cover yet. */
export type SplitCursor =
  /** Of the prefix of this index the keys up to `after`, and all of those before it, are covered. */
  | { readonly kind: 'keys'; readonly prefix: number; readonly after?: string }
  /** The list files before this place in their folder's listing are covered. */
  | { readonly kind: 'lists'; readonly from: ListPosition; readonly made: number };

/** The most that one task is given; a single object may be larger. */
export interface TaskBounds {
  readonly objects: number;
  readonly bytes: number;
}

export interface SplitTask {
  readonly selection: Selection;
  /** What the listing found in it; undefined where nothing was counted. */
  readonly found: Count | undefined;
}

export interface SplitStep {
  readonly tasks: readonly SplitTask[];
  /** Undefined after the last step. */
  readonly cursor: SplitCursor | undefined;
  /** Tasks that will follow at least. */
  readonly left: number;
}

export interface SplitDeps {
  readonly source: Pick<ObjectStore, 'list' | 'traits'>;
  /** The bucket of the list files, where the selection is one. */
  readonly listFiles: Pick<ObjectStore, 'list' | 'stat'> | undefined;
  readonly clock: Clock;
  readonly bounds: TaskBounds;
}

/** The steps from a cursor on, or from the start. Throws `RunFailure` when a store does not list, `InvalidListFile` for a file that is no list. */
export function splitSteps(deps: SplitDeps, selection: GroupSelection, listFiles: number | undefined, cursor: SplitCursor | undefined, signal: AbortSignal): AsyncIterable<SplitStep> {
  if (selection.kind === 'prefixes') return splitKeys(deps, uncoveredPrefixes(selection.prefixes), cursor, signal);
  return splitLists(deps, selection, listFiles ?? 0, cursor, signal);
}

/** Tasks that there will be at least: one for each prefix and for each list file. */
export function fewestTasks(selection: GroupSelection, listFiles: number | undefined): number {
  return selection.kind === 'prefixes' ? uncoveredPrefixes(selection.prefixes).length : (listFiles ?? 0);
}
