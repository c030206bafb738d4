/** Table 5-12: which tasks to list. */
import { taskStatuses } from '@haulier/wire/oms/task-enums.ts';
import type { TaskFilter } from '../../object-migration/task.ts';
import type { DocumentedCode } from './error-catalogue.ts';
import { statesByNumber } from './enums.ts';
import { brokenRule, taskRules } from './errors.ts';
import { checkedText } from './fields.ts';

/** @param query as Fastify reads it: a parameter given twice is an array, and is refused. */
export function parseTaskFilter(query: Readonly<Record<string, unknown>>): TaskFilter {
  const groupId = textParameter(query, 'group_id', 100);
  const limit = integerParameter(query, 'limit', { min: 1, max: 100 }, taskRules.listRange) ?? 10;
  const offset = integerParameter(query, 'offset', { min: 0, max: 2_147_483_647 }, taskRules.listRange) ?? 0;
  const status = integerParameter(query, 'status', { min: 1, max: 7 }, taskRules.listStatus);
  const name = textParameter(query, 'task_name', 10_240);
  const number = taskStatuses.find((candidate) => candidate === status);
  return {
    limit,
    offset,
    ...(groupId === undefined ? {} : { groupId }),
    ...(number === undefined ? {} : { state: statesByNumber[number] }),
    ...(name === undefined ? {} : { name }),
  };
}

/** `?group_id=` asks for no group, as SDKs send an empty filter. */
function textParameter(query: Readonly<Record<string, unknown>>, name: string, max: number): string | undefined {
  const value = query[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw brokenRule(taskRules.listFilter, name);
  return checkedText(value, name, { max }, taskRules.listFilter);
}

interface Range {
  readonly min: number;
  readonly max: number;
}

export function integerParameter(query: Readonly<Record<string, unknown>>, name: string, { min, max }: Range, invalid: DocumentedCode): number | undefined {
  const value = query[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || !/^\d{1,10}$/.test(value)) throw brokenRule(invalid, name);
  const number = Number(value);
  if (number < min || number > max) throw brokenRule(invalid, name);
  return number;
}
