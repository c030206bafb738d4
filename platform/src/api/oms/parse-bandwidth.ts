import { maxBandwidth, maxBandwidthRules, minBandwidth } from '@haulier/wire/oms/bandwidth-policy.ts';
import type { BandwidthWindow } from '../../object-migration/task.ts';
import { brokenRule, fieldRules, taskRules } from './errors.ts';
import { Fields } from './fields.ts';

const minutesOfDay = 24 * 60;

/** Mandatory in the requests that change the rules of a task; an empty array takes them away. */
export function requiredBandwidthPolicy(fields: Fields): readonly BandwidthWindow[] {
  return parseRules(fields.requiredList('bandwidth_policy'), fields.path('bandwidth_policy'));
}

export function bandwidthPolicy(fields: Fields): readonly BandwidthWindow[] {
  return parseRules(fields.list('bandwidth_policy') ?? [], fields.path('bandwidth_policy'));
}

function parseRules(rules: readonly unknown[], path: string): readonly BandwidthWindow[] {
  if (rules.length > maxBandwidthRules) throw brokenRule(taskRules.tooManyBandwidthRules, path);
  const windows = rules.map((rule, index) => parseRule(new Fields(rule, `${path}[${index}]`, fieldRules.constraint)));
  if (overlapping(windows)) throw brokenRule(taskRules.bandwidthOverlap, path);
  return windows;
}

/** In the order of table 5-43: end, max_bandwidth, start. */
function parseRule(rule: Fields): BandwidthWindow {
  const endMinute = minuteOfDay(rule, 'end');
  const bytesPerSecond = rule.requiredInteger('max_bandwidth');
  if (bytesPerSecond < minBandwidth || bytesPerSecond > maxBandwidth) throw brokenRule(taskRules.bandwidthRange, rule.path('max_bandwidth'));
  const startMinute = minuteOfDay(rule, 'start');
  return { startMinute, endMinute, bytesPerSecond: Number(bytesPerSecond) };
}

/** `hh:mm`, 00:00 to 23:59. */
function minuteOfDay(rule: Fields, name: string): number {
  const time = rule.requiredPattern(name, /^(?:[01]\d|2[0-3]):[0-5]\d$/, { max: 5 }, taskRules.bandwidthTime);
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

/** By minutes: a window includes its last one, and one that ends before it starts crosses midnight. */
function overlapping(windows: readonly BandwidthWindow[]): boolean {
  const taken = new Uint8Array(minutesOfDay);
  for (const { startMinute, endMinute } of windows) {
    const length = ((endMinute - startMinute + minutesOfDay) % minutesOfDay) + 1;
    for (let step = 0; step < length; step += 1) {
      const minute = (startMinute + step) % minutesOfDay;
      if (taken[minute] === 1) return true;
      taken[minute] = 1;
    }
  }
  return false;
}
