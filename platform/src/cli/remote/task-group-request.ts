/** The words of `haulier task-group create` as the request of section 5.4.2. */
import type { CreateTaskGroupReq } from '@haulier/wire/oms/task-groups.ts';
import type { StoreCredentials } from '../credentials.ts';
import { UsageError } from '../usage-error.ts';
import { destinationKeys, migrationFields, parseListFile, sourceCloud, sourceKeys, type MigrationFlags, type TaskPlace } from './task-request.ts';

export interface CreateGroupFlags extends MigrationFlags {
  readonly prefix?: readonly string[];
  readonly listFile?: string;
}

/** Throws UsageError. Whatever else could be wrong, the server says. */
export function createGroupRequest(source: TaskPlace, destination: TaskPlace, flags: CreateGroupFlags, keys: { readonly src: StoreCredentials; readonly dst: StoreCredentials }): CreateTaskGroupReq {
  return {
    src_node: { cloud_type: sourceCloud(source.cloud), region: source.region, bucket: source.bucket, ...sourceKeys(keys.src), ...selection(source, flags) },
    dst_node: { region: destination.region, bucket: destination.bucket, ...destinationKeys(keys.dst), ...(destination.prefix === '' ? {} : { save_prefix: destination.prefix }) },
    task_type: flags.listFile === undefined ? 'PREFIX' : 'LIST',
    ...migrationFields(flags),
  };
}

function selection({ prefix, bucket }: TaskPlace, { prefix: prefixes, listFile }: CreateGroupFlags): Pick<CreateTaskGroupReq['src_node'], 'object_key' | 'list_file'> {
  if (prefixes !== undefined && listFile !== undefined) throw new UsageError('either --prefix or --list-file, not both');
  if (prefix !== '' && (prefixes ?? listFile) !== undefined) throw new UsageError(`a prefix of SRC and ${listFile === undefined ? '--prefix' : '--list-file'} exclude each other: name the bucket alone (${bucket})`);
  return listFile === undefined ? { object_key: prefixes === undefined ? [prefix] : [...prefixes] } : { list_file: parseListFile(listFile) };
}
