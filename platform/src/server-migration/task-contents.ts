/** What is kept of a task beside its states and its progress, and what updates make of it: pure functions. */
import type { ProgressReport, SpeedWindow, TaskChange } from './server-migration.ts';
import type { Facts, NewServerTask, OsType, ServerTask } from './server.ts';
import { isOverSpeed, limitAt, shownMinute, type SpeedLimit } from './speed-windows.ts';

/** The settings of a task and what was told of it. */
export interface TaskContents extends Omit<NewServerTask, 'name' | 'source' | 'osType'> {
  readonly osType: OsType;
  readonly facts: Facts;
  /** Where none of these holds, `speedLimit` does. */
  readonly windows: readonly SpeedWindow[];
  readonly logCollection: ServerTask['logCollection'];
}

/** What an update leaves out stays. Name, enterprise project, error, steps and what it says of the source are not kept here. */
export function afterChange(before: TaskContents, change: TaskChange): TaskContents {
  const { region, project, target, facts } = change;
  return {
    ...before,
    type: change.type ?? before.type,
    priority: change.priority ?? before.priority,
    startTargetServer: change.startTargetServer ?? before.startTargetServer,
    migrationIp: change.migrationIp ?? before.migrationIp,
    region: { id: region?.id ?? before.region.id, name: region?.name ?? before.region.name },
    project: { id: project?.id ?? before.project.id, name: project?.name ?? before.project.name },
    template: change.template ?? before.template,
    existServer: change.existServer ?? before.existServer,
    usePublicIp: change.usePublicIp ?? before.usePublicIp,
    useIpv6: change.useIpv6 ?? before.useIpv6,
    speedLimit: change.speedLimit ?? before.speedLimit,
    target: { ...before.target, ...target },
    facts: { ...before.facts, ...facts },
  };
}

/** Of the target, for the filter of lists; undefined: there is none yet. */
export function vmIdOf({ target }: Pick<TaskContents, 'target'>): string | undefined {
  const { vm_id: id } = target;
  return typeof id === 'string' && id !== '' ? id : undefined;
}

export type LimitedTask = Pick<TaskContents, 'windows' | 'speedLimit' | 'overSpeedThreshold'>;

/** The windows of the task, or the whole day, as the documents write it, where it has one limit alone. */
export function speedWindowsOf({ windows, speedLimit, overSpeedThreshold }: LimitedTask): readonly SpeedWindow[] {
  if (windows.length > 0 || speedLimit === 0) return windows;
  return [{ start: '00:00', end: '23:59', speed: speedLimit, overSpeedThreshold }];
}

/** What a task is stopped for; undefined: for no speed. */
export function stoppingLimits(task: LimitedTask): LimitedTask | undefined {
  const stops = task.overSpeedThreshold !== undefined || task.windows.some(({ overSpeedThreshold }) => overSpeedThreshold !== undefined);
  const { windows, speedLimit, overSpeedThreshold } = task;
  return stops ? { windows, speedLimit, overSpeedThreshold } : undefined;
}

/** The limit that a report exceeds by more than its threshold; undefined: none, or the agent tells no time of day or no speed. */
export function exceededLimit(task: LimitedTask, { speed, agentTime }: ProgressReport): SpeedLimit | undefined {
  if (speed === undefined) return undefined;
  const minute = agentTime === undefined ? undefined : shownMinute(agentTime);
  if (minute === undefined && task.windows.length > 0) return undefined;
  const limit = (minute === undefined ? undefined : limitAt(task.windows, minute)) ?? { speed: task.speedLimit, overSpeedThreshold: task.overSpeedThreshold };
  return isOverSpeed(limit, speed) ? limit : undefined;
}
