/** The use cases of server migration: what `api/sms` calls. Each throws {@link ServerRefusal}, and changes nothing then. */
import { RefusalError } from '@haulier/lib/refusal-error/refusal-error.ts';
import type {
  AgentCommand, CommandResult, Facts, Int64, MigrationCycle, NewServerTask, OsType, Overview, Registration, ServerTask, ServerTaskId, ServerTaskState, SourceId, SourceServer,
  SourceState, SubtaskName, TaskAction, Tenant,
} from './server.ts';

export interface Page {
  readonly limit: number;
  readonly offset: number;
}

/** The items of one page, and how many there are on all pages. */
export interface Listed<T> {
  readonly items: readonly T[];
  readonly count: number;
}

/** What is absent is not looked at. */
export interface SourceFilter extends Page {
  readonly state?: SourceState;
  /** Anywhere in the name, case aside. */
  readonly name?: string;
  readonly id?: string;
  readonly ip?: string;
  readonly ipv6?: string;
  readonly migrationProject?: string;
  readonly cycle?: MigrationCycle;
  readonly connected?: boolean;
  readonly enterpriseProject?: string;
  readonly consistencyChecked?: boolean;
  /** Of the target's virtual machine. */
  readonly vmId?: string;
}

/** A source with what its current task says, read at one moment. */
export interface SourceWithTask {
  readonly source: SourceServer;
  readonly task: ServerTask | undefined;
}

export interface SourceServers {
  /** A server that registers again is updated: by its id, or else as the same machine (its MAC addresses) of the domain. One with a task keeps its operating system. */
  register(tenant: Tenant, registration: Registration): Promise<SourceId>;
  show(tenant: Tenant, id: SourceId): Promise<SourceWithTask>;
  list(tenant: Tenant, filter: SourceFilter): Promise<Listed<SourceWithTask>>;
  /** What is absent stays, also of a plan: its disks, or its volume groups. */
  update(tenant: Tenant, id: SourceId, change: { readonly name?: string; readonly migrationProject?: string; readonly plan?: Facts }): Promise<void>;
  /** Disks, volume groups and btrfs as they are now; what is absent stays as it was. The checks look again. */
  setDiskInfo(tenant: Tenant, id: SourceId, facts: Facts, inspected: Partial<Pick<Registration['inspected'], 'disks' | 'volumeGroups' | 'btrfs'>>): Promise<void>;
  /** All of them or none. */
  remove(tenant: Tenant, ids: readonly SourceId[]): Promise<void>;
  /** Exact at one moment. */
  overview(tenant: Tenant, enterpriseProject?: string): Promise<Overview>;
  /** Does nothing in the states where the documents say so. */
  changeState(tenant: Tenant, id: SourceId, change: { readonly state: SourceState | undefined; readonly cycle: MigrationCycle | undefined }): Promise<void>;
  /** Sources whose migration failed. */
  failures(tenant: Tenant, filter: Page & { readonly enterpriseProject?: string }): Promise<Listed<{ readonly source: SourceServer; readonly task: ServerTask | undefined; readonly error: string }>>;
  /** The agent asks what to do; that it asks shows that it lives. Undefined: it is at work, and there is nothing else to do. */
  nextCommand(tenant: Tenant, id: SourceId): Promise<AgentCommand | undefined>;
  /** Harmless when it comes again. */
  takeResult(tenant: Tenant, id: SourceId, result: CommandResult): Promise<void>;
}

export interface ServerTaskFilter extends Page {
  readonly state?: ServerTaskState;
  readonly name?: string;
  readonly id?: string;
  readonly source?: string;
  readonly enterpriseProject?: string;
}

/** A source with a task of it. */
export interface TaskWithSource {
  readonly task: ServerTask;
  readonly source: SourceServer;
}

/** As lists show it. */
export interface ListedTask extends TaskWithSource {
  readonly configurations: readonly Configuration[];
}

export interface TaskChange {
  readonly name?: string;
  readonly type?: NewServerTask['type'];
  readonly priority?: 0 | 1 | 2;
  readonly startTargetServer?: boolean;
  readonly migrationIp?: string;
  readonly region?: { readonly id?: string; readonly name?: string };
  readonly project?: { readonly id?: string; readonly name?: string };
  readonly template?: string;
  readonly existServer?: boolean;
  readonly usePublicIp?: boolean;
  readonly useIpv6?: boolean;
  readonly speedLimit?: number;
  readonly enterpriseProject?: string;
  /** What replaces the task's target, field by field; a list is replaced as a whole. */
  readonly target?: Facts;
  /** What the agent says of the source beside it: replaces what is kept of the server, field by field. */
  readonly source?: Facts;
  /** What happened to it, in the agent's words. It moves no state. */
  readonly error?: string;
  readonly subtasks?: readonly SubtaskChange[];
  /** What replaces the task's facts, field by field: clone_server, image_disk_id, snapshot_ids, target_snapshot_id and the like. */
  readonly facts?: Facts;
}

/** Of one subtask, as an update brings it. Its progress may rise by it, never fall, and no state is moved: that is what reports do. */
export interface SubtaskChange {
  readonly name: SubtaskName;
  readonly progress: number;
  readonly startedAt: Int64 | undefined;
  readonly endedAt: Int64 | undefined;
  /** Mbit/s. */
  readonly speed: number | undefined;
  readonly userOp: string | undefined;
  readonly processTrace: string | undefined;
}

export interface ProgressReport {
  readonly subtask: SubtaskName;
  /** Of the subtask, 0 to 100. */
  readonly progress: number;
  /** Bytes of the task that have been copied, and that there are. */
  readonly copied: Int64;
  readonly total: Int64;
  readonly processTrace: string;
  /** Mbit/s. */
  readonly speed: number | undefined;
  readonly compressRate: number | undefined;
  readonly remainingSeconds: Int64 | undefined;
  /** What the agent's clock shows, in its own form: it tells late reports from new ones, and which speed limit holds. */
  readonly agentTime: string | undefined;
  /** Use of CPU, memory and IO, kept for showing. */
  readonly usage: Facts;
}

/**
 * From `start` up to `end`, which is not in it: H:MM or HH:MM of the agent's clock, `24:00` as an end too. One that ends at or
 * before its start crosses midnight. Windows may touch and not overlap.
 */
export interface SpeedWindow {
  readonly start: string;
  readonly end: string;
  /** Mbit/s, 0 to 1000; 0: no limit. */
  readonly speed: number;
  /** Percent by which a report may exceed the speed before the task is stopped; undefined: it is not stopped. */
  readonly overSpeedThreshold: number | undefined;
}

export interface CertificateSet {
  readonly ca: string;
  readonly source: { readonly certificate: string; readonly key: string };
  readonly targetManagement: { readonly certificate: string; readonly key: string };
  readonly targetData: { readonly certificate: string; readonly key: string };
}

export interface Configuration {
  readonly key: string;
  readonly value: string;
  readonly status: string | undefined;
}

export interface ConsistencyResult {
  readonly directory: string;
  readonly files: Int64;
  readonly different: Int64;
  readonly missing: Int64;
  readonly more: Int64;
}

/** One verification, with all directories that it looked at. */
export interface ConsistencyCheck {
  readonly finishedAt: number;
  /** Every directory is the same on both sides. */
  readonly consistent: boolean;
  readonly results: readonly ConsistencyResult[];
}

export interface ServerTasks {
  create(tenant: Tenant, task: NewServerTask): Promise<ServerTaskId>;
  show(tenant: Tenant, id: ServerTaskId): Promise<TaskWithSource>;
  list(tenant: Tenant, filter: ServerTaskFilter): Promise<Listed<ListedTask>>;
  update(tenant: Tenant, id: ServerTaskId, change: TaskChange): Promise<void>;
  /** All of them or none. */
  remove(tenant: Tenant, ids: readonly ServerTaskId[]): Promise<void>;
  act(tenant: Tenant, id: ServerTaskId, action: TaskAction, options: { readonly template: string | undefined; readonly switchHce: boolean | undefined; readonly consistencyCheck: boolean | undefined }): Promise<void>;
  /** Of the agent. A report that comes again, or late, changes nothing. */
  report(tenant: Tenant, id: ServerTaskId, report: ProgressReport): Promise<void>;

  speedLimits(tenant: Tenant, id: ServerTaskId): Promise<readonly SpeedWindow[]>;
  setSpeedLimits(tenant: Tenant, id: ServerTaskId, windows: readonly SpeedWindow[]): Promise<void>;
  /** Asks the agent to put its log into a bucket. */
  collectLog(tenant: Tenant, id: ServerTaskId, bucket: string): Promise<void>;
  /** PEM; the same for one run of the task, fresh for the next. */
  certificates(tenant: Tenant, id: ServerTaskId): Promise<CertificateSet>;
  passphrase(tenant: Tenant, id: ServerTaskId): Promise<string>;
  configuration(tenant: Tenant, id: ServerTaskId, key: string | undefined): Promise<{ readonly task: ServerTask; readonly configurations: readonly Configuration[] }>;
  setConfiguration(tenant: Tenant, id: ServerTaskId, configurations: readonly Configuration[]): Promise<void>;
  /** All verifications of the task, the oldest first. */
  consistencyChecks(tenant: Tenant, id: ServerTaskId): Promise<readonly ConsistencyCheck[]>;
  /** One more verification. */
  addConsistencyCheck(tenant: Tenant, id: ServerTaskId, results: readonly ConsistencyResult[]): Promise<void>;
  /** Of several tasks, for the export as a file. */
  exportConsistency(tenant: Tenant, tasks: readonly ServerTaskId[]): Promise<readonly { readonly task: ServerTask; readonly source: SourceServer; readonly checks: readonly ConsistencyCheck[] }[]>;
  setNetworkCheck(tenant: Tenant, id: ServerTaskId, result: Facts): Promise<void>;
}

/** Why a use case does not do what it was asked to. */
export type Refusal =
  | { readonly kind: 'no-such-source' | 'no-such-task' | 'no-such-template' | 'no-such-project'; readonly id: string }
  | { readonly kind: 'action-not-allowed'; readonly action: TaskAction | 'create' | 'update' | 'delete' | 'read-secrets'; readonly state: ServerTaskState | SourceState; /** Of a task's server, which says more than the task's. */ readonly source?: SourceState; readonly id: string }
  | { readonly kind: 'source-has-task'; readonly id: SourceId }
  | { readonly kind: 'source-unavailable'; readonly id: SourceId }
  | { readonly kind: 'source-not-connected'; readonly id: SourceId }
  /** It has a task, which is for the system that it had. */
  | { readonly kind: 'other-system'; readonly id: SourceId; readonly was: OsType }
  | { readonly kind: 'unknown-subtask'; readonly id: ServerTaskId; readonly subtask: string }
  | { readonly kind: 'overlapping-windows' }
  | { readonly kind: 'name-taken'; readonly name: string }
  | { readonly kind: 'default-project' | 'project-has-servers'; readonly id: string }
  | { readonly kind: 'unsupported'; readonly option: string };

export class ServerRefusal extends RefusalError<Refusal> {
  override readonly name = 'ServerRefusal';
}
