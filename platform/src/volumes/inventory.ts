/** Holds what a backend has against what the rows say that it has. */
import type { SnapshotId, SnapshotState, VolumeId, VolumeState } from './volume.ts';
import type { BackendItem } from './volume-backend.ts';
import { snapshotWorkStates } from './snapshot-life-cycle.ts';
import { volumeWorkStates } from './volume-life-cycle.ts';
import type { Place } from './volume-work.ts';

/** What the rows say of one place at one moment. */
export interface Inventory {
  readonly volumes: ReadonlyMap<VolumeId, KnownVolume>;
  readonly snapshots: ReadonlyMap<SnapshotId, KnownSnapshot>;
}

interface Known {
  readonly lost: boolean;
  /** Unfinished work touches the disk. */
  readonly busy: boolean;
  /** When its row was last written; only good for being compared. */
  readonly updatedAt: number;
}

export interface KnownVolume extends Known {
  readonly state: VolumeState;
}

export interface KnownSnapshot extends Known {
  readonly volume: VolumeId;
  readonly state: SnapshotState;
}

export type Stray = Exclude<BackendItem, { readonly kind: 'debris' }>;

export interface Findings {
  /** Should be there, and is not. */
  readonly lost: readonly Subject[];
  /** Was lost, and is there. */
  readonly found: readonly Subject[];
  /** Is in a state that only work leaves, and there is no work. */
  readonly stalled: readonly Subject[];
  /** Is there, and no row knows it. */
  readonly strays: readonly Stray[];
  readonly debris: readonly BackendItem[];
}

export type Subject = { readonly kind: 'volume'; readonly id: VolumeId } | { readonly kind: 'snapshot'; readonly id: SnapshotId; readonly volume: VolumeId };

/** What inventories are made with. */
export interface InventoryStore {
  inventory(place: Place): Promise<Inventory>;
  /** Remembers these, and nothing else, as strays of the place. Resolves to those that were seen first at least `graceMs` ago. */
  noteStrays(place: Place, strays: readonly Stray[], graceMs: number): Promise<readonly Stray[]>;
  /** Forgets jobs that ended so long ago. */
  forgetJobs(olderThanMs: number): Promise<void>;
}

/**
 * `before` and `after` are of the moments around the listing of the items. A row is there before its data is and goes after it, so that
 * an item is a stray only if `after` does not know it; data is missing only where neither row nor work has moved in between.
 */
export function compare(before: Inventory, items: readonly BackendItem[], after: Inventory): Findings {
  const there = new Set<string>(items.flatMap((item) => (item.kind === 'debris' ? [] : [item.id])));
  const subjects = [...subjectsOf(before, after)];
  const strays = items.filter((item): item is Stray => item.kind !== 'debris' && !isKnown(after, item));
  const strayVolumes = new Set<string>(strays.flatMap((item) => (item.kind === 'volume' ? [item.id] : [])));
  return {
    lost: subjects.filter(({ subject, known }) => !there.has(subject.id) && shouldBeThere(subject.kind, known)).map(({ subject }) => subject),
    found: subjects.filter(({ subject, known }) => there.has(subject.id) && known.lost).map(({ subject }) => subject),
    stalled: subjects.filter(({ known }) => workStates.has(known.state)).map(({ subject }) => subject),
    // Those of a stray disk go with it.
    strays: strays.filter((item) => item.kind === 'volume' || !strayVolumes.has(item.volume)),
    debris: items.filter((item) => item.kind === 'debris'),
  };
}

const workStates: ReadonlySet<VolumeState | SnapshotState> = new Set([...volumeWorkStates, ...snapshotWorkStates]);
/** States in which there is data, or nobody could do anything with the disk. */
const wholeVolumeStates: ReadonlySet<VolumeState | SnapshotState> = new Set(['available', 'attaching', 'in-use', 'detaching', 'awaiting-transfer', 'error_extending', 'error_rollbacking']);

function shouldBeThere(kind: Subject['kind'], { state }: KnownVolume | KnownSnapshot): boolean {
  return kind === 'volume' ? wholeVolumeStates.has(state) : state === 'available';
}

/** What was the same before and after, with no work on its disk. */
function* subjectsOf(before: Inventory, after: Inventory): Iterable<{ readonly subject: Subject; readonly known: KnownVolume | KnownSnapshot }> {
  for (const [id, known] of after.volumes) if (isAtRest(before.volumes.get(id), known)) yield { subject: { kind: 'volume', id }, known };
  for (const [id, known] of after.snapshots) if (isAtRest(before.snapshots.get(id), known)) yield { subject: { kind: 'snapshot', id, volume: known.volume }, known };
}

function isAtRest(before: Known | undefined, after: Known): boolean {
  return before !== undefined && !before.busy && !after.busy && before.updatedAt === after.updatedAt;
}

function isKnown({ volumes, snapshots }: Inventory, item: Stray): boolean {
  return item.kind === 'volume' ? volumes.has(item.id) : snapshots.has(item.id);
}
