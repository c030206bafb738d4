/**
 * Source servers and the tasks that migrate them, as the product knows them; the wire's names are in `api/sms`. Times are
 * milliseconds since the epoch, sizes are bytes.
 */

declare const brand: unique symbol;
type Id<Name extends string> = string & { readonly [brand]: Name };
/** UUIDs in lower case. */
export type SourceId = Id<'SourceId'>;
export type ServerTaskId = Id<'ServerTaskId'>;
/** Whose servers they are: SMS is a global service, so a domain and no project. */
export type DomainId = Id<'DomainId'>;

/** Who asks. Two tenants never meet: whatever is another domain's is not there. */
export interface Tenant {
  readonly domain: DomainId;
  readonly userId: string;
}

/** A number up to 2⁶³−1 with all its digits: beyond 2⁵³ a bigint. */
export type Int64 = number | bigint;

/**
 * What an agent or a person said of a server in a shape that the door has judged and that nothing here reads: kept as it
 * came, with all digits, and handed out as it came.
 */
export type Facts = Readonly<Record<string, unknown>>;

export type OsType = 'WINDOWS' | 'LINUX';
export type MigrationType = 'MIGRATE_FILE' | 'MIGRATE_BLOCK';

export type SourceState =
  | 'unavailable' | 'waiting' | 'initialize' | 'replicate' | 'syncing' | 'stopping' | 'stopped' | 'skipping' | 'deleting' | 'clearing' | 'cleared'
  | 'clearfailed' | 'premigready' | 'premiging' | 'premiged' | 'premigfailed' | 'cloning' | 'cutovering' | 'finished' | 'error';

export type MigrationCycle = 'checking' | 'setting' | 'replicating' | 'syncing' | 'cutovering' | 'cutovered';

export type ServerTaskState =
  | 'READY' | 'RUNNING' | 'SYNCING' | 'MIGRATE_SUCCESS' | 'SYNC_SUCCESS' | 'MIGRATE_FAIL' | 'SYNC_FAIL' | 'ABORTING' | 'ABORT' | 'SKIPPING' | 'DELETING' | 'RESETING';

/** What a person or a script asks of a task. */
export type TaskAction =
  | 'start' | 'stop' | 'test' | 'cutover' | 'clone_test' | 'restart' | 'network_check' | 'skip' | 'clear' | 'migration_test' | 'collect_log' | 'sync_failed_rollback';

/** One look at the server for something that a migration needs. */
export interface EnvironmentCheck {
  readonly id: number;
  readonly name: string;
  readonly result: 'OK' | 'WARN' | 'ERROR';
  readonly params: readonly string[];
  readonly errorCode: string | undefined;
  readonly errorOrWarn: string | undefined;
  readonly errorParams: string | undefined;
}

/** What an agent tells when it registers. */
export interface Registration {
  /** Of an earlier registration: it is the same server. */
  readonly id: string | undefined;
  readonly name: string;
  /** Empty: not told. */
  readonly ip: string;
  readonly ipv6: string;
  /** Of its networks, as told: by these and its name a machine is known again that has forgotten its id. */
  readonly macs: readonly string[];
  readonly hostname: string;
  readonly osType: OsType;
  readonly osVersion: string;
  readonly enterpriseProject: string | undefined;
  readonly agentVersion: string;
  readonly oemSystem: boolean;
  readonly startType: string | undefined;
  readonly state: SourceState | undefined;
  readonly cycle: MigrationCycle | undefined;
  /** What the checks look at. */
  readonly inspected: Inspected;
  /** Firmware, CPUs, memory, disks, volume groups, btrfs, networks and the rest. */
  readonly facts: Facts;
}

/** What the documented checks need to know; undefined: not told. */
export interface Inspected {
  readonly firmware: string | undefined;
  readonly cpuQuantity: number | undefined;
  readonly memory: Int64 | undefined;
  readonly disks: readonly { readonly name: string; readonly size: Int64; readonly partitionStyle: string | undefined; readonly volumes: readonly InspectedVolume[] }[];
  readonly hasRsync: boolean | undefined;
  readonly paravirtualization: boolean | undefined;
  readonly rawDevices: string | undefined;
  readonly bootLoader: string | undefined;
  readonly btrfs: readonly Facts[] | undefined;
  readonly volumeGroups: readonly { readonly volumes: readonly InspectedVolume[] }[] | undefined;
  /** Windows. */
  readonly driverFiles: boolean | undefined;
  readonly systemServices: boolean | undefined;
  readonly accountRights: boolean | undefined;
}

/** A file system on a partition or a logical volume. */
export interface InspectedVolume {
  readonly fileSystem: string | undefined;
  readonly mountPoint: string | undefined;
  readonly size: Int64 | undefined;
  readonly free: Int64 | undefined;
}

export interface SourceServer extends Omit<Registration, 'id' | 'state' | 'cycle' | 'inspected' | 'enterpriseProject' | 'macs'> {
  readonly id: SourceId;
  readonly domain: DomainId;
  readonly enterpriseProject: string;
  /** The migration project it belongs to. */
  readonly migrationProject: string | undefined;
  readonly state: SourceState;
  readonly cycle: MigrationCycle;
  /** Its agent has been heard of lately. */
  readonly connected: boolean;
  readonly checks: readonly EnvironmentCheck[];
  /** Disks and volumes as the target is to have them: adjusted sizes and what is left out. */
  readonly targetPlan: Facts | undefined;
  readonly currentTask: ServerTaskId | undefined;
  readonly copied: Int64;
  readonly total: Int64;
  readonly addedAt: number;
  readonly lastHeardAt: number;
  /** Of the latest change of state, and of cycle. */
  readonly stateSince: number;
  readonly cycleSince: number;
  readonly consistencyChecked: boolean;
}

export interface Overview {
  readonly waiting: number;
  readonly replicate: number;
  readonly syncing: number;
  readonly stopped: number;
  readonly deleting: number;
  readonly cutovering: number;
  readonly unavailable: number;
  readonly stopping: number;
  readonly skipping: number;
  readonly finished: number;
  readonly initialize: number;
  readonly error: number;
  readonly cloning: number;
  readonly unconfigured: number;
}

/**
 * What an agent is asked to do. CLEAR, ROLLBACK and NETWORK_CHECK are names of ours: the documents have actions for them, and
 * no command.
 */
export type Order = 'START' | 'STOP' | 'SYNC' | 'SKIP' | 'DELETE' | 'UPLOAD_LOG' | 'RSET_LOG_ACL' | 'CLEAR' | 'ROLLBACK' | 'NETWORK_CHECK';

/** What the agent is to do. Delivered until its result has come, so it may come twice. */
export type AgentCommand =
  | { readonly name: Order; readonly taskId: ServerTaskId | undefined; readonly bucket: string | undefined }
  | { readonly name: 'TASK_NOT_STARTED' | 'TASK_HAS_STOPPED' | 'TASK_HAS_FINISHED'; readonly taskId: ServerTaskId | undefined };

export interface CommandResult {
  readonly command: string;
  readonly succeeded: boolean;
  readonly detail: unknown;
}

/** Steps of a task, in the documented order of its kind: `subtask-plan.ts`. */
export type SubtaskName =
  | 'CREATE_CLOUD_SERVER' | 'SSL_CONFIG' | 'ATTACH_AGENT_IMAGE' | 'DETTACH_AGENT_IMAGE' | 'FORMAT_DISK_LINUX' | 'FORMAT_DISK_LINUX_FILE' | 'FORMAT_DISK_LINUX_BLOCK'
  | 'FORMAT_DISK_WINDOWS' | 'MIGRATE_LINUX_FILE' | 'MIGRATE_LINUX_BLOCK' | 'MIGRATE_WINDOWS_BLOCK' | 'CLONE_VM' | 'SYNC_LINUX_FILE' | 'SYNC_LINUX_BLOCK' | 'SYNC_WINDOWS_BLOCK'
  | 'CONFIGURE_LINUX' | 'CONFIGURE_LINUX_BLOCK' | 'CONFIGURE_LINUX_FILE' | 'CONFIGURE_WINDOWS';

export interface Subtask {
  readonly id: number;
  readonly name: SubtaskName;
  /** 0 to 100. */
  readonly progress: number;
  /** Any number, where an update told it. */
  readonly startedAt: Int64 | undefined;
  readonly endedAt: Int64 | undefined;
  /** Mbit/s. */
  readonly speed: number | undefined;
  readonly userOp: string | undefined;
  readonly processTrace: string;
}

export interface NewServerTask {
  readonly name: string;
  readonly type: MigrationType;
  readonly osType: OsType | undefined;
  readonly source: SourceId;
  readonly priority: 0 | 1 | 2;
  readonly startTargetServer: boolean;
  readonly autoStart: boolean;
  readonly migrationIp: string | undefined;
  readonly region: { readonly id: string; readonly name: string };
  readonly project: { readonly id: string; readonly name: string };
  readonly template: string | undefined;
  readonly cloneTemplate: string | undefined;
  readonly usePublicIp: boolean;
  readonly useIpv6: boolean;
  /** Go on synchronising after the full copy. */
  readonly syncing: boolean;
  readonly existServer: boolean;
  readonly startNetworkCheck: boolean;
  /** Mbit/s; 0: no limit. */
  readonly speedLimit: number;
  /** Percent. */
  readonly overSpeedThreshold: number | undefined;
  readonly consistencyCheck: boolean;
  readonly migrationTest: boolean;
  /** Name, vm_id, disks, volume groups, btrfs. */
  readonly target: Facts;
}

export interface ServerTask extends Omit<NewServerTask, 'osType'> {
  readonly id: ServerTaskId;
  readonly domain: DomainId;
  readonly enterpriseProject: string;
  readonly osType: OsType;
  readonly state: ServerTaskState;
  readonly subtasks: readonly Subtask[];
  /** The whole task's, 0 to 100, from its subtasks. */
  readonly progress: number;
  /** Of the latest report since it was started. MB/s; 0 while nothing is copied. */
  readonly speed: number;
  readonly compressRate: number | undefined;
  readonly copied: Int64;
  readonly total: Int64;
  /** Told by the agent, or else from the bytes that are left and the measured speed; of the latest report since it was started. Undefined: not known, or nothing is copied. */
  readonly remainingSeconds: Int64 | undefined;
  /** When it is expected to be copied. */
  readonly estimatedEndAt: number | undefined;
  readonly createdAt: number;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  /** Milliseconds it has been running. */
  readonly totalTime: number;
  readonly error: string | undefined;
  /** What updates and reports said beside that: clone_server, snapshot ids, network check, usage of CPU, memory and IO. */
  readonly facts: Facts;
  readonly logCollection: { readonly state: 'INIT' | 'UPLOADING' | 'UPLOAD_FAIL' | 'UPLOADED'; readonly bucket: string | undefined; readonly uploadedAt: number | undefined } | undefined;
}
