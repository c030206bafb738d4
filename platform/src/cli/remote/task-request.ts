/** The words of `haulier task create` as the request of section 5.2.3. */
import type { CreateTaskReq } from '@haulier/wire/oms/create-task.ts';
import { sourceCloudTypes, type ConsistencyCheck, type DstStoragePolicy, type ObjectOverwriteMode, type SourceCloudType, type TaskPriority, type TaskType } from '@haulier/wire/oms/task-enums.ts';
import type { StoreCredentials } from '../credentials.ts';
import { UsageError } from '../usage-error.ts';

/** What tasks and task groups have in common. */
export interface MigrationFlags {
  readonly description?: string;
  readonly overwrite?: ObjectOverwriteMode;
  readonly check?: ConsistencyCheck;
  readonly since?: string;
  readonly metadata: boolean;
  readonly records: boolean;
  readonly storageClass?: DstStoragePolicy;
  readonly restore?: true;
  readonly kms?: true;
  readonly requesterPays?: true;
}

export interface CreateFlags extends MigrationFlags {
  readonly object?: readonly string[];
  readonly listFile?: string;
  readonly priority?: TaskPriority;
}

export interface TaskPlace {
  readonly cloud: string;
  readonly region: string;
  readonly bucket: string;
  /** Exactly as it stands. */
  readonly prefix: string;
}

type SharedField =
  | 'enable_metadata_migration' | 'enable_failed_object_recording' | 'description' | 'migrate_since' | 'object_overwrite_mode' | 'consistency_check'
  | 'dst_storage_policy' | 'enable_restore' | 'enable_kms' | 'enable_requester_pays';

interface Keys {
  readonly ak: string;
  readonly sk: string;
  readonly security_token?: string;
}

const grammar = 'expected CLOUD:REGION/BUCKET[/PREFIX], e.g. aws:eu-west-1/photos/2024/';

/** Throws UsageError. Regions are the server's: it knows which ones there are. */
export function parsePlace(text: string): TaskPlace {
  const match = /^([^:/]+):([^/]+)\/([^/]+)(?:\/([^]*))?$/.exec(text);
  const [, cloud, region, bucket, prefix = ''] = match ?? [];
  if (cloud === undefined || region === undefined || bucket === undefined) throw new UsageError(`"${text}": ${grammar}`);
  return { cloud, region, bucket, prefix };
}

/** Without a time zone a date is a day of UTC. Throws UsageError. */
export function parseSince(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new UsageError(`--since: expected a date or time such as 2026-01-31T08:00:00Z, not "${text}"`);
  return Math.floor(time / 1000);
}

export function sourceCloud(name: string): SourceCloudType {
  const known = sourceCloudTypes.find((cloud) => cloud.toLowerCase() === name.toLowerCase());
  if (known === undefined) throw new UsageError(`there is no cloud "${name}"; there are ${sourceCloudTypes.join(', ')}`);
  return known;
}

/** What the source selects: single objects, the lines of a list, or everything below a prefix. Throws UsageError. */
function selection({ prefix, bucket }: TaskPlace, { object, listFile }: CreateFlags): { readonly task_type: TaskType; readonly node: Pick<CreateTaskReq['src_node'], 'object_key' | 'list_file'> } {
  if (object !== undefined && listFile !== undefined) throw new UsageError('either --object or --list-file, not both');
  if (prefix !== '' && (object ?? listFile) !== undefined) throw new UsageError(`a prefix of SRC and ${object === undefined ? '--list-file' : '--object'} exclude each other: name the bucket alone (${bucket})`);
  if (object !== undefined) return { task_type: 'object', node: { object_key: [...object] } };
  if (listFile === undefined) return { task_type: 'prefix', node: { object_key: [prefix] } };
  return { task_type: 'list', node: { list_file: parseListFile(listFile) } };
}

/** BUCKET/KEY, beside the destination. Throws UsageError. */
export function parseListFile(text: string): { readonly obs_bucket: string; readonly list_file_key: string } {
  const slash = text.indexOf('/');
  if (slash <= 0 || slash === text.length - 1) throw new UsageError(`--list-file: expected BUCKET/KEY of an object beside the destination, not "${text}"`);
  return { obs_bucket: text.slice(0, slash), list_file_key: text.slice(slash + 1) };
}

/** Throws UsageError. Whatever else could be wrong, the server says. */
export function createRequest(source: TaskPlace, destination: TaskPlace, flags: CreateFlags, keys: { readonly src: StoreCredentials; readonly dst: StoreCredentials }): CreateTaskReq {
  const { task_type: taskType, node } = selection(source, flags);
  return {
    task_type: taskType,
    src_node: { cloud_type: sourceCloud(source.cloud), region: source.region, bucket: source.bucket, ...sourceKeys(keys.src), ...node },
    dst_node: { region: destination.region, bucket: destination.bucket, ...destinationKeys(keys.dst), ...(destination.prefix === '' ? {} : { save_prefix: destination.prefix }) },
    ...migrationFields(flags),
    ...(flags.priority === undefined ? {} : { task_priority: flags.priority }),
  };
}

/** Throws UsageError. */
export function migrationFields(flags: MigrationFlags): Pick<CreateTaskReq, SharedField> {
  return {
    enable_metadata_migration: flags.metadata,
    enable_failed_object_recording: flags.records,
    ...(flags.description === undefined ? {} : { description: flags.description }),
    ...(flags.since === undefined ? {} : { migrate_since: parseSince(flags.since) }),
    ...(flags.overwrite === undefined ? {} : { object_overwrite_mode: flags.overwrite }),
    ...(flags.check === undefined ? {} : { consistency_check: flags.check }),
    ...(flags.storageClass === undefined ? {} : { dst_storage_policy: flags.storageClass }),
    ...(flags.restore === undefined ? {} : { enable_restore: true }),
    ...(flags.kms === undefined ? {} : { enable_kms: true }),
    ...(flags.requesterPays === undefined ? {} : { enable_requester_pays: true }),
  };
}

export function sourceKeys({ jsonAuthFile, connectionString, ...keys }: StoreCredentials): Keys & { json_auth_file?: string; connection_string?: string } {
  return {
    ...nodeKeys(keys),
    ...(jsonAuthFile === undefined ? {} : { json_auth_file: jsonAuthFile }),
    ...(connectionString === undefined ? {} : { connection_string: connectionString }),
  };
}

/** Section 5.2.3 has no other credentials of a destination. */
export function destinationKeys(keys: StoreCredentials): Keys {
  if (keys.jsonAuthFile !== undefined || keys.connectionString !== undefined) throw new UsageError('the destination of a task takes an access key and a secret key only');
  return nodeKeys(keys);
}

function nodeKeys({ accessKey, secretKey, securityToken }: StoreCredentials): Keys {
  return { ak: accessKey, sk: secretKey, ...(securityToken === undefined ? {} : { security_token: securityToken }) };
}
