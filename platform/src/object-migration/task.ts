/** A migration task as the product knows it; the wire's names and numbers are in `api/oms`. */
import { RefusalError } from '@haulier/lib/refusal-error/refusal-error.ts';
import type { FailedObject, Tally } from '../engine/ledger/ledger.ts';
import type { Preflight } from '../engine/preflight/preflight.ts';
import type { MigrationPlan, Selection } from '../engine/plan.ts';
import type { Cdn } from '../object-store/cdn.ts';
import type { StoreCredentials } from '../object-store/credentials.ts';
import type { CompareOptions } from './compare-task.ts';
import type { NoticeOrder, NoticeResult } from './notices/notice.ts';
import type { FailureKind } from '../object-store/failure.ts';
import type { GroupId, GroupState } from './groups/group.ts';
import type { SyncLifeEvent } from './sync/sync-life-cycle.ts';
import type { SyncState } from './sync/sync-task.ts';

declare const brand: unique symbol;
/** At most 15 decimal digits. */
export type TaskId = number & { readonly [brand]: 'TaskId' };
export type ProjectId = string & { readonly [brand]: 'ProjectId' };

/**
 * `retrying` is a migration of the failed objects alone. `pausing` ends in `paused` when nothing is in flight.
 * The allowed moves are the table in `life-cycle.ts`.
 */
export type TaskState = 'waiting' | 'migrating' | 'paused' | 'failed' | 'succeeded' | 'retrying' | 'pausing';
export type Priority = 'high' | 'medium' | 'low';

export type CloudType =
  | 'AWS' | 'Azure' | 'Aliyun' | 'Tencent' | 'HuaweiCloud' | 'QingCloud' | 'KingsoftCloud' | 'Baidu' | 'Qiniu' | 'URLSource' | 'Google' | 'UCloud'
  /** This project's own: folders of the host as buckets. */
  | 'Local'
  /** The destination cloud of the documents; resolved by region only. */
  | 'HEC';

export interface SourceNode {
  readonly cloud: CloudType;
  /** A region of the catalogue; empty for URLSource. */
  readonly region: string;
  readonly bucket: string;
  readonly appId: string | undefined;
  readonly selection: Selection;
  /** Objects are read through it; absent: from the bucket itself. */
  readonly cdn?: Cdn | undefined;
}

export interface DestinationNode {
  readonly region: string;
  readonly bucket: string;
  readonly savePrefix: string;
}

/** Secrets of one node. Encrypted at rest, dropped when no longer needed, never shown. */
export type NodeCredentials = StoreCredentials;

export interface TaskCredentials {
  /** Absent for url_list. */
  readonly source: NodeCredentials | undefined;
  readonly destination: NodeCredentials;
  /** Of a source that is read through a CDN. */
  readonly cdnKey?: string;
}

/** Minutes since local midnight; the window includes its last minute and crosses midnight when end < start. */
export interface BandwidthWindow {
  readonly startMinute: number;
  readonly endMinute: number;
  readonly bytesPerSecond: number;
}

export interface TaskOptions extends Pick<MigrationPlan, 'overwrite' | 'check' | 'migrateSince' | 'carryMetadata' | 'recordFailures'> {
  readonly enableKms: boolean;
  readonly enableRestore: boolean;
  readonly enableRequesterPays: boolean;
  readonly storagePolicy: 'STANDARD' | 'IA' | 'ARCHIVE' | 'DEEP_ARCHIVE' | 'SRC_STORAGE_MAPPING';
}

export interface NewTask {
  readonly project: ProjectId;
  readonly description: string;
  readonly source: SourceNode;
  readonly destination: DestinationNode;
  readonly credentials: TaskCredentials;
  readonly options: TaskOptions;
  readonly bandwidth: readonly BandwidthWindow[];
  readonly priority: Priority;
  /** Undefined: nobody is told of its end. */
  readonly notice: NoticeOrder | undefined;
}

export interface ErrorReason {
  readonly code: string;
  readonly message: string;
}

/** Everything an answer shows, true at the moment it was read. */
export interface Task extends Omit<NewTask, 'credentials'> {
  readonly id: TaskId;
  /** Of the group that made it. */
  readonly groupId: GroupId | undefined;
  readonly name: string;
  readonly state: TaskState;
  readonly createdAt: number;
  /** Of the latest start; undefined while it has never run. Milliseconds since the epoch. */
  readonly startedAt: number | undefined;
  /** Running time without the paused time, in milliseconds. */
  readonly activeMs: number;
  readonly tally: Tally;
  /** Known once the counting pass or the listing is over. */
  readonly total: { readonly objects: number; readonly bytes: number } | undefined;
  /** Bytes per second over the last seconds; 0 unless running. */
  readonly speed: number;
  /** Milliseconds to go; undefined while unknown. */
  readonly leftMs: number | undefined;
  /** 0 to 1. */
  readonly progress: number;
  readonly error: ErrorReason | undefined;
  readonly failedRecord: { readonly supported: boolean; readonly listKey: string | undefined; readonly errorCode: string | undefined } | undefined;
  readonly successRecordError: string | undefined;
  readonly skipRecordError: string | undefined;
  /** What became of the message about the end of the latest run; undefined while there is none. */
  readonly noticeResult: NoticeResult | undefined;
}

export interface TaskFilter {
  readonly state?: TaskState;
  readonly groupId?: string;
  /** Part of a name. */
  readonly name?: string;
  readonly limit: number;
  readonly offset: number;
}

export type GroupAction = 'stop' | 'start' | 'retry' | 'delete' | 'update';

/** Why a use case refused. `api/oms/errors.ts` maps each, exhaustively, onto a documented code. */
export type Refusal =
  | { readonly kind: 'no-such-task'; readonly id: string }
  | { readonly kind: 'not-allowed-in-state'; readonly action: 'stop' | 'start' | 'delete' | 'bandwidth' | 'batch-update'; readonly state: TaskState }
  | { readonly kind: 'no-such-group'; readonly id: string }
  | { readonly kind: 'not-allowed-for-group'; readonly action: GroupAction; readonly state: GroupState }
  | { readonly kind: 'quota-groups' }
  /** The list files of a group. */
  | { readonly kind: 'list-files'; readonly problem: 'none' | 'too-large' | 'no-txt' | 'too-many' | 'other-number' }
  | { readonly kind: 'quota-per-day' }
  | { readonly kind: 'quota-waiting' }
  | { readonly kind: 'unknown-region'; readonly side: 'source' | 'destination'; readonly region: string }
  | { readonly kind: 'bucket'; readonly side: 'source' | 'destination' | 'list-file'; readonly failure: FailureKind; readonly message: string }
  /** No such topic for messages about the end of a task. */
  | { readonly kind: 'unknown-topic' }
  /** Nobody answers at the domain of the source's CDN. */
  | { readonly kind: 'cdn'; readonly message: string }
  | { readonly kind: 'overlap' }
  /** The list file is not of type text/plain, or has an encoding. */
  | { readonly kind: 'list-file-no-text' }
  | { readonly kind: 'failed-objects-not-recorded' }
  | { readonly kind: 'no-failed-objects' }
  | { readonly kind: 'unsupported-option'; readonly option: string }
  | { readonly kind: 'sync-not-allowed-in-state'; readonly action: Exclude<SyncLifeEvent, 'create'>; readonly state: SyncState }
  | { readonly kind: 'quota-sync-tasks' }
  | { readonly kind: 'bad-webhook-token' };

export class MigrationRefusal extends RefusalError<Refusal> {
  override readonly name = 'MigrationRefusal';
}

export interface StartOptions {
  readonly credentials: TaskCredentials;
  readonly failedObjectsOnly: boolean;
}

export interface BatchUpdate {
  readonly ids: readonly TaskId[];
  readonly bandwidth: readonly BandwidthWindow[];
  readonly priority: Priority | undefined;
}

/** The use cases of migration tasks; each throws {@link MigrationRefusal}. */
export interface MigrationTasks {
  create(task: NewTask): Promise<{ readonly id: TaskId; readonly name: string }>;
  show(project: ProjectId, id: TaskId): Promise<Task>;
  list(project: ProjectId, filter: TaskFilter): Promise<{ readonly tasks: readonly Task[]; readonly count: number }>;
  stop(project: ProjectId, id: TaskId): Promise<void>;
  start(project: ProjectId, id: TaskId, options: StartOptions): Promise<void>;
  remove(project: ProjectId, id: TaskId): Promise<void>;
  setBandwidth(project: ProjectId, id: TaskId, windows: readonly BandwidthWindow[]): Promise<void>;
  batchUpdate(project: ProjectId, update: BatchUpdate): Promise<void>;
  /** What this task would meet; creates nothing. */
  preflight(task: NewTask, signal: AbortSignal): Promise<Preflight>;
  /** JSON lines: what is identical, different, missing and extra now. */
  compare(project: ProjectId, id: TaskId, options: CompareOptions, signal: AbortSignal): Promise<AsyncIterable<string>>;
  failures(project: ProjectId, id: TaskId, afterKey: string | undefined, limit: number): Promise<readonly FailedObject[]>;
}
