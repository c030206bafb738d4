/** The port to the kept tasks and to what is inside of them. Each call is one transaction; times are the database's clock. */
import type { TaskContents } from './task-contents.ts';
import type { Configuration, ConsistencyCheck, ConsistencyResult, Listed, ProgressReport, ServerTaskFilter, SubtaskChange } from './server-migration.ts';
import type { DomainId, Facts, ServerTask, ServerTaskId, ServerTaskState, SourceId, SourceState, SubtaskName } from './server.ts';

export interface NewStoredTask {
  readonly id: ServerTaskId;
  readonly name: string;
  readonly contents: TaskContents;
  readonly plan: readonly SubtaskName[];
}

export type Creation =
  | { readonly kind: 'created' | 'no-such-source' | 'has-task' }
  | { readonly kind: 'refused'; readonly state: SourceState };

/** What is to change; absent fields stay. */
export interface ContentsChange {
  readonly name?: string;
  readonly enterpriseProject?: string;
  readonly error?: string;
  readonly contents?: TaskContents;
  /** Instead of the steps that it has, which have all to do yet. */
  readonly plan?: readonly SubtaskName[];
  readonly subtasks?: readonly SubtaskChange[];
  /** Of its source server. */
  readonly source?: Facts;
}

/** A task under lock. */
export interface OpenTask {
  readonly name: string;
  readonly state: ServerTaskState;
  readonly contents: TaskContents;
}

export type Reported = 'absent' | 'unknown-subtask' | 'taken';

/** What there is of a task's secrets, sealed. */
export interface KeptSecrets {
  readonly state: ServerTaskState;
  /** The number of its current run. */
  readonly run: number;
  readonly passphrase: Uint8Array | undefined;
  /** Of the current run. */
  readonly certificates: Uint8Array | undefined;
}

export interface ServerTaskStore {
  /** @param actions that the task begins with */
  create(domain: DomainId, source: SourceId, task: NewStoredTask, actions: readonly ('start' | 'network_check')[]): Promise<Creation>;
  find(domain: DomainId, id: ServerTaskId): Promise<ServerTask | undefined>;
  /** Those of them that there are. */
  findAll(domain: DomainId, ids: readonly ServerTaskId[]): Promise<readonly ServerTask[]>;
  /** Newest first. */
  list(domain: DomainId, filter: ServerTaskFilter): Promise<Listed<ServerTask>>;
  contents(domain: DomainId, id: ServerTaskId): Promise<TaskContents | undefined>;
  /** What `change` throws undoes all. False: there is no such task. */
  change(domain: DomainId, id: ServerTaskId, change: (task: OpenTask) => ContentsChange): Promise<boolean>;
  /** One that exceeds a speed limit by more than its threshold stops the task. */
  report(domain: DomainId, id: ServerTaskId, report: ProgressReport): Promise<Reported>;
  /** Orders the agent to upload its log. */
  collectLog(domain: DomainId, id: ServerTaskId, bucket: string): Promise<'absent' | 'ordered' | { readonly refusedIn: ServerTaskState }>;

  secrets(domain: DomainId, id: ServerTaskId): Promise<KeptSecrets | undefined>;
  /** Does nothing when the task has one, or is over. */
  keepPassphrase(id: ServerTaskId, sealed: Uint8Array): Promise<void>;
  /** Does nothing when the run has some, or is not the task's current one, or is over. */
  keepCertificates(id: ServerTaskId, run: number, sealed: Uint8Array): Promise<void>;

  /** Replaces those of the same keys. False: there is no such task. */
  configure(domain: DomainId, id: ServerTaskId, configurations: readonly Configuration[]): Promise<boolean>;
  /** Of each task in the order of their keys. */
  configurations(domain: DomainId, ids: readonly ServerTaskId[], key?: string): Promise<ReadonlyMap<ServerTaskId, readonly Configuration[]>>;
  addConsistencyCheck(domain: DomainId, id: ServerTaskId, results: readonly ConsistencyResult[]): Promise<boolean>;
  /** Of each task the oldest first. */
  consistencyChecks(domain: DomainId, ids: readonly ServerTaskId[]): Promise<ReadonlyMap<ServerTaskId, readonly ConsistencyCheck[]>>;
}

/** Nothing of the task runs any more, nor will: its secrets are gone. */
export const overStates = ['MIGRATE_SUCCESS', 'SYNC_SUCCESS', 'DELETING'] as const satisfies readonly ServerTaskState[];

export function isOver(state: ServerTaskState): boolean {
  return overStates.some((over) => over === state);
}
