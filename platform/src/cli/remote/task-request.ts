/** The words of `haulier task create` as the request of section 5.2.3. */
import type { CreateTaskReq, ListFile, SourceCdnReq } from '@haulier/wire/oms/create-task.ts';
import { sourceCloudTypes, type SourceCloudType, type TaskPriority, type TaskType } from '@haulier/wire/oms/task-enums.ts';
import type { StoreCredentials } from '../credentials.ts';
import { UsageError } from '../usage-error.ts';
import { migrationFields, sourceCdn, type CdnFlags, type MigrationFlags } from './migration-fields.ts';

export interface SourceFlags extends CdnFlags {
  readonly prefix?: readonly string[];
  readonly listFile?: string;
  readonly appId?: string;
}

export interface CreateFlags extends MigrationFlags, SourceFlags {
  readonly object?: readonly string[];
  readonly priority?: TaskPriority;
}

export interface TaskPlace {
  readonly cloud: string;
  readonly region: string;
  readonly bucket: string;
  /** Exactly as it stands. */
  readonly prefix: string;
}

/** A bucket, or the URLs that a file beside the destination lists. */
export type TaskSource = { readonly kind: 'bucket'; readonly place: TaskPlace } | { readonly kind: 'urls'; readonly list: ListFile };

/** What a migration is to use: no keys for URLs, and one for a CDN that takes one. */
export interface MigrationKeys {
  readonly src: StoreCredentials | undefined;
  readonly dst: StoreCredentials;
  readonly cdn?: string | undefined;
}

interface Keys {
  readonly ak: string;
  readonly sk: string;
  readonly security_token?: string;
}

const grammar = 'expected CLOUD:REGION/BUCKET[/PREFIX], e.g. aws:eu-west-1/photos/2024/';
const urlScheme = 'url:';

/** Throws UsageError. Regions are the server's: it knows which ones there are. */
export function parsePlace(text: string): TaskPlace {
  const match = /^([^:/]+):([^/]+)\/([^/]+)(?:\/([^]*))?$/.exec(text);
  const [, cloud, region, bucket, prefix = ''] = match ?? [];
  if (cloud === undefined || region === undefined || bucket === undefined) throw new UsageError(`"${text}": ${grammar}`);
  return { cloud, region, bucket, prefix };
}

/** Throws UsageError. */
export function parseSource(text: string): TaskSource {
  if (text.startsWith(urlScheme)) return { kind: 'urls', list: parseListFile(urlScheme, text.slice(urlScheme.length)) };
  return { kind: 'bucket', place: parsePlace(text) };
}

/** Throws UsageError. */
export function parseDestination(text: string): TaskPlace {
  const place = parsePlace(text);
  if (!/^(hec|local)$/i.test(place.cloud)) throw new UsageError(`"${text}": a server migrates to hec:REGION/BUCKET[/PREFIX] or local:REGION/BUCKET[/PREFIX]`);
  return place;
}

export function sourceCloud(name: string): SourceCloudType {
  const known = sourceCloudTypes.find((cloud) => cloud.toLowerCase() === name.toLowerCase());
  if (known === undefined) throw new UsageError(`there is no cloud "${name}"; there are ${sourceCloudTypes.join(', ')}`);
  return known;
}

/** BUCKET/KEY, beside the destination. Throws UsageError, which names what was given so. */
export function parseListFile(name: string, text: string): ListFile {
  const slash = text.indexOf('/');
  if (slash <= 0 || slash === text.length - 1) throw new UsageError(`${name} expected BUCKET/KEY of an object beside the destination, not "${text}"`);
  return { obs_bucket: text.slice(0, slash), list_file_key: text.slice(slash + 1) };
}

/**
 * The request, once its keys are known. Whatever else could be wrong, the server says.
 *
 * @throws UsageError before any key is needed.
 */
export function createRequest(source: TaskSource, destination: TaskPlace, flags: CreateFlags): (keys: MigrationKeys) => CreateTaskReq {
  const { task_type: taskType, node } = source.kind === 'urls' ? listedUrls(source.list, flags) : selection(source.place, flags);
  const [place, cdn, fields] = [placeFields(source, flags), sourceCdn(flags), migrationFields(flags)];
  return (keys) => ({
    task_type: taskType,
    src_node: { ...place, ...sourceKeys(keys.src), ...node },
    dst_node: destinationNode(destination, keys.dst),
    ...fields,
    ...cdnFields(cdn, keys.cdn),
    ...(flags.priority === undefined ? {} : { task_priority: flags.priority }),
  });
}

interface Selection {
  readonly task_type: TaskType;
  readonly node: Pick<CreateTaskReq['src_node'], 'object_key' | 'list_file'>;
}

/** What the source selects: single objects, the lines of a list, or everything below prefixes. Throws UsageError. */
function selection({ prefix, bucket }: TaskPlace, { object, prefix: prefixes, listFile }: CreateFlags): Selection {
  const given = [object && '--object', prefixes && '--prefix', listFile && '--list-file'].filter((name) => name !== undefined);
  const [first, second] = given;
  if (first !== undefined && second !== undefined) throw new UsageError(`either ${first} or ${second}, not both`);
  if (prefix !== '' && first !== undefined) throw new UsageError(`a prefix of SRC and ${first} exclude each other: name the bucket alone (${bucket})`);
  if (object !== undefined) return { task_type: 'object', node: { object_key: [...object] } };
  if (listFile !== undefined) return { task_type: 'list', node: { list_file: parseListFile('--list-file:', listFile) } };
  return { task_type: 'prefix', node: { object_key: prefixes === undefined ? [prefix] : [...prefixes] } };
}

function listedUrls(list: ListFile, { object }: CreateFlags): Selection {
  if (object !== undefined) throw new UsageError('--object: the list of SRC names what is migrated');
  return { task_type: 'url_list', node: { list_file: list } };
}

/** Where the objects are, with what goes with that alone. Throws UsageError. */
export function placeFields(source: TaskSource, { prefix, listFile, appId, cdn }: SourceFlags): Pick<CreateTaskReq['src_node'], 'cloud_type' | 'region' | 'bucket' | 'app_id'> {
  if (source.kind === 'urls') {
    const idle = [prefix && '--prefix', listFile && '--list-file', appId && '--app-id', cdn && '--cdn'].find((name) => name !== undefined);
    if (idle !== undefined) throw new UsageError(`${idle}: the list of SRC names what is migrated, and from where`);
    return { cloud_type: 'URLSource' };
  }
  const { region, bucket } = source.place;
  const cloud = sourceCloud(source.place.cloud);
  if (cloud === 'URLSource') throw new UsageError('a list of URLs is named url:BUCKET/KEY, an object beside the destination');
  if ((cloud === 'Tencent') !== (appId !== undefined)) throw new UsageError(appId === undefined ? '--app-id: Tencent needs the APPID of the account that the bucket belongs to' : '--app-id: only Tencent has one');
  return { cloud_type: cloud, region, bucket, ...(appId === undefined ? {} : { app_id: appId }) };
}

export function cdnFields(cdn: Omit<SourceCdnReq, 'authentication_key'> | undefined, key: string | undefined): Pick<CreateTaskReq, 'source_cdn'> {
  return cdn === undefined ? {} : { source_cdn: { ...cdn, ...(key === undefined ? {} : { authentication_key: key }) } };
}

export function sourceKeys(credentials: StoreCredentials | undefined): Partial<Keys> & { readonly json_auth_file?: string; readonly connection_string?: string } {
  if (credentials === undefined) return {};
  const { jsonAuthFile, connectionString, ...keys } = credentials;
  return {
    ...nodeKeys(keys),
    ...(jsonAuthFile === undefined ? {} : { json_auth_file: jsonAuthFile }),
    ...(connectionString === undefined ? {} : { connection_string: connectionString }),
  };
}

export function destinationNode({ region, bucket, prefix }: TaskPlace, keys: StoreCredentials): CreateTaskReq['dst_node'] {
  return { region, bucket, ...destinationKeys(keys), ...(prefix === '' ? {} : { save_prefix: prefix }) };
}

/** Section 5.2.3 has no other credentials of a destination. Throws UsageError. */
export function destinationKeys(keys: StoreCredentials): Keys {
  if (keys.jsonAuthFile !== undefined || keys.connectionString !== undefined) throw new UsageError('the destination of a task takes an access key and a secret key only');
  return nodeKeys(keys);
}

function nodeKeys({ accessKey, secretKey, securityToken }: StoreCredentials): Keys {
  return { ak: accessKey, sk: secretKey, ...(securityToken === undefined ? {} : { security_token: securityToken }) };
}
