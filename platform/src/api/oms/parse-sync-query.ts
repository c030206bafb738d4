/** The query parameters of section 5.3: tables 5-77, 5-90 and 5-95. */
import { statisticDataTypes, syncStatuses, type StatisticDataType } from '@haulier/wire/oms/sync-tasks.ts';
import type { TimeRange } from '../../object-migration/sync/statistics.ts';
import type { SyncTaskFilter } from '../../object-migration/sync/sync-task.ts';
import { syncStates } from './enums.ts';
import { brokenRule, fieldRules, taskRules } from './errors.ts';
import { checkedChoice } from './fields.ts';
import { integerParameter } from './parse-list.ts';

/** As Fastify reads it: a parameter given twice is an array, and is refused. */
type Query = Readonly<Record<string, unknown>>;

export function parseSyncTaskFilter(query: Query): SyncTaskFilter {
  const limit = integerParameter(query, 'limit', { min: 1, max: 100 }, taskRules.listRange) ?? 10;
  const offset = integerParameter(query, 'offset', { min: 0, max: 10_000 }, taskRules.listRange) ?? 0;
  const status = query['status'];
  if (status === undefined || status === '') return { limit, offset };
  return { limit, offset, state: syncStates[checkedChoice(status, 'status', syncStatuses, fieldRules.constraint)] };
}

export function parseQueryTime(query: Query): number {
  return timeParameter(query, 'query_time');
}

export interface StatisticsQuestion {
  /** Each once, in the order asked. */
  readonly types: readonly StatisticDataType[];
  readonly range: TimeRange;
}

export function parseStatisticsQuery(query: Query): StatisticsQuestion {
  const names = requiredParameter(query, 'data_type', 255).split(',');
  const types = new Set(names.map((name) => checkedChoice(name.trim(), 'data_type', statisticDataTypes, fieldRules.constraint)));
  const from = timeParameter(query, 'start_time');
  const to = timeParameter(query, 'end_time');
  if (to < from) throw brokenRule(fieldRules.constraint, 'end_time');
  return { types: [...types], range: { from, to } };
}

/** The last millisecond of the year 9999. */
const latest = 253_402_300_799_999;

function timeParameter(query: Query, name: string): number {
  const text = requiredParameter(query, name, 1024);
  const time = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (!(time <= latest)) throw brokenRule(fieldRules.constraint, name);
  return time;
}

function requiredParameter(query: Query, name: string, max: number): string {
  const value = query[name];
  if (value === undefined || value === '') throw brokenRule(fieldRules.missing, name);
  if (typeof value !== 'string' || value.length > max) throw brokenRule(fieldRules.constraint, name);
  return value;
}
