/** The words of `haulier task-group create` as the request of section 5.4.2. */
import type { CreateTaskGroupReq } from '@haulier/wire/oms/task-groups.ts';
import { UsageError } from '../usage-error.ts';
import { migrationFields, sourceCdn, type MigrationFlags } from './migration-fields.ts';
import { cdnFields, destinationNode, parseListFile, placeFields, sourceKeys, type MigrationKeys, type SourceFlags, type TaskPlace, type TaskSource } from './task-request.ts';

export interface CreateGroupFlags extends MigrationFlags, SourceFlags {}

/**
 * The request, once its keys are known. Whatever else could be wrong, the server says.
 *
 * @throws UsageError before any key is needed.
 */
export function createGroupRequest(source: TaskSource, destination: TaskPlace, flags: CreateGroupFlags): (keys: MigrationKeys) => CreateTaskGroupReq {
  const node = source.kind === 'urls' ? { list_file: source.list } : selection(source.place, flags);
  const taskType = source.kind === 'urls' ? 'URL_LIST' : flags.listFile === undefined ? 'PREFIX' : 'LIST';
  const [place, cdn, fields] = [placeFields(source, flags), sourceCdn(flags), migrationFields(flags)];
  return (keys) => ({
    src_node: { ...place, ...sourceKeys(keys.src), ...node },
    dst_node: destinationNode(destination, keys.dst),
    task_type: taskType,
    ...fields,
    ...cdnFields(cdn, keys.cdn),
  });
}

function selection({ prefix, bucket }: TaskPlace, { prefix: prefixes, listFile }: CreateGroupFlags): Pick<CreateTaskGroupReq['src_node'], 'object_key' | 'list_file'> {
  if (prefixes !== undefined && listFile !== undefined) throw new UsageError('either --prefix or --list-file, not both');
  if (prefix !== '' && (prefixes ?? listFile) !== undefined) throw new UsageError(`a prefix of SRC and ${listFile === undefined ? '--prefix' : '--list-file'} exclude each other: name the bucket alone (${bucket})`);
  return listFile === undefined ? { object_key: prefixes === undefined ? [prefix] : [...prefixes] } : { list_file: parseListFile('--list-file:', listFile) };
}
