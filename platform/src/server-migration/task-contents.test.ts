import { describe, expect, it } from 'vitest';
import type { ProgressReport } from './server-migration.ts';
import { exceededLimit, speedWindowsOf, stoppingLimits, vmIdOf, type LimitedTask } from './task-contents.ts';

const window = (start: string, end: string, speed: number, overSpeedThreshold?: number) => ({ start, end, speed, overSpeedThreshold });
const limited = (speedLimit: number, overSpeedThreshold: number | undefined, ...windows: LimitedTask['windows']): LimitedTask => ({ speedLimit, overSpeedThreshold, windows });
const report = (speed: number | undefined, agentTime?: string): ProgressReport => ({
  subtask: 'MIGRATE_LINUX_FILE', progress: 1, copied: 0, total: 0, processTrace: '', speed, compressRate: undefined, remainingSeconds: undefined, agentTime, usage: {},
});

describe('speed limits of a task', () => {
  it('are its windows, or the whole day, or none', () => {
    expect(speedWindowsOf(limited(0, undefined))).toEqual([]);
    expect(speedWindowsOf(limited(50, 10))).toEqual([window('00:00', '23:59', 50, 10)]);
    expect(speedWindowsOf(limited(50, 10, window('1:00', '2:00', 5)))).toEqual([window('1:00', '2:00', 5)]);
  });

  it('stop a task only with a threshold', () => {
    expect(stoppingLimits(limited(50, undefined, window('1:00', '2:00', 5)))).toBeUndefined();
    expect(stoppingLimits(limited(50, 10))).toEqual(limited(50, 10));
    expect(stoppingLimits(limited(0, undefined, window('1:00', '2:00', 5, 20)))).toBeDefined();
  });

  const night = limited(100, 10, window('22:00', '6:00', 500, 20));

  it.each<[string, LimitedTask, ProgressReport, number | undefined]>([
    ['within the window', night, report(600, '2026-11-21 23:30:00'), undefined],
    ['beyond the window', night, report(601, '2026-11-21 23:30:00'), 500],
    ['beyond the day', night, report(111, '2026-11-21 12:00:00'), 100],
    ['within the day', night, report(110, '2026-11-21 12:00:00'), undefined],
    ['at no time of day', night, report(9999), undefined],
    ['at no time of day, with one limit', limited(100, 10), report(111), 100],
    ['at no speed', night, report(undefined, '12:00'), undefined],
    ['without a limit', limited(0, 10), report(9999), undefined],
  ])('%s', (_, task, told, limit) => {
    expect(exceededLimit(task, told)?.speed).toBe(limit);
  });
});

it.each([[{ vm_id: 'v' }, 'v'], [{ vm_id: '' }, undefined], [{}, undefined], [{ vm_id: 5 }, undefined]])('the machine of target %j is %s', (target, id) => {
  expect(vmIdOf({ target })).toBe(id);
});
