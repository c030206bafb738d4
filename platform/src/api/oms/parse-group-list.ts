/** Table 5-114: which groups are listed. */
import { groupStatuses } from '@haulier/wire/oms/task-groups.ts';
import type { GroupFilter } from '../../object-migration/groups/group.ts';
import { taskRules } from './errors.ts';
import { groupStatesByNumber } from './group-enums.ts';
import { integerParameter } from './parse-list.ts';

/** @param query as Fastify reads it: a parameter given twice is an array, and is refused. */
export function parseGroupFilter(query: Readonly<Record<string, unknown>>): GroupFilter {
  const limit = integerParameter(query, 'limit', { min: 1, max: 100 }, taskRules.listRange) ?? 10;
  const offset = integerParameter(query, 'offset', { min: 0, max: 2_147_483_647 }, taskRules.listRange) ?? 0;
  const status = integerParameter(query, 'status', { min: 0, max: 9 }, taskRules.groupStatus);
  const number = groupStatuses.find((candidate) => candidate === status);
  return { limit, offset, ...(number === undefined ? {} : { state: groupStatesByNumber[number] }) };
}
