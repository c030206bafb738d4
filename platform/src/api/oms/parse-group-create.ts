/** Table 5-131: a new task group. Its fields are read in the table's order, so the first broken rule is the one answered. */
import { groupTaskTypes } from '@haulier/wire/oms/task-groups.ts';
import type { NewGroup } from '../../object-migration/groups/group.ts';
import type { ProjectId } from '../../object-migration/task.ts';
import { refusedByName, taskRules } from './errors.ts';
import { bandwidthPolicy } from './parse-bandwidth.ts';
import { parseCopying, parseDescription, parseMigrateSince, requestFields } from './parse-create.ts';
import { parseGroupDestination } from './parse-group-destination.ts';
import { parseGroupSource } from './parse-group-source.ts';
import { parseNotice } from './parse-notice.ts';
import { parseSourceCdn } from './parse-source-cdn.ts';

/** @param body as `parseExactJson` read it; undefined when there was none. */
export function parseCreateGroup(project: ProjectId, body: unknown): NewGroup {
  const fields = requestFields(body);
  // The table has task_type after the nodes, whose rules depend on it; one that is wrong is answered in its place.
  const taskType = fields.peek('task_type', groupTaskTypes) ?? 'PREFIX';
  const source = parseGroupSource(fields.requiredObject('src_node', taskRules.sourceParameters), taskType);
  const description = parseDescription(fields);
  const destination = parseGroupDestination(fields.requiredObject('dst_node', taskRules.destinationParameters), source.node.selection);
  const carryMetadata = fields.flag('enable_metadata_migration', false);
  const recordFailures = fields.flag('enable_failed_object_recording', true);
  const enableRestore = fields.flag('enable_restore', false);
  const enableKms = fields.flag('enable_kms', false);
  fields.filledChoice('task_type', groupTaskTypes);
  const bandwidth = bandwidthPolicy(fields);
  const notice = parseNotice(fields);
  const cdn = parseSourceCdn(fields);
  if (cdn !== undefined && taskType === 'URL_LIST') throw refusedByName(fields.path('source_cdn'));
  const migrateSince = parseMigrateSince(fields);
  const copying = parseCopying(fields, source.node.cloud);
  return {
    project,
    description,
    source: { ...source.node, cdn: cdn?.cdn },
    destination: destination.node,
    credentials: { source: source.credentials, destination: destination.credentials, ...(cdn?.key === undefined ? {} : { cdnKey: cdn.key }) },
    options: { ...copying, migrateSince, carryMetadata, recordFailures, enableKms, enableRestore },
    bandwidth,
    notice,
    listFiles: source.listFiles,
  };
}
