/**
 * The steps of a task, as data: for each operating system and way of migrating, in the documented order. All of a task's steps are
 * there from its beginning, with progress 0; `CLONE_VM` joins them with the first clone.
 */
import type { MigrationType, OsType, SubtaskName } from './server.ts';

/** What a step belongs to: the documented parts of a task's progress, or what comes again and again beside it. */
export type SubtaskPhase = 'configuration' | 'data' | 'launch' | 'repeated';

export const phaseOf: Readonly<Record<SubtaskName, SubtaskPhase>> = {
  CREATE_CLOUD_SERVER: 'configuration',
  SSL_CONFIG: 'configuration',
  ATTACH_AGENT_IMAGE: 'configuration',
  FORMAT_DISK_LINUX: 'configuration',
  FORMAT_DISK_LINUX_FILE: 'configuration',
  FORMAT_DISK_LINUX_BLOCK: 'configuration',
  FORMAT_DISK_WINDOWS: 'configuration',
  MIGRATE_LINUX_FILE: 'data',
  MIGRATE_LINUX_BLOCK: 'data',
  MIGRATE_WINDOWS_BLOCK: 'data',
  SYNC_LINUX_FILE: 'repeated',
  SYNC_LINUX_BLOCK: 'repeated',
  SYNC_WINDOWS_BLOCK: 'repeated',
  CLONE_VM: 'repeated',
  CONFIGURE_LINUX: 'launch',
  CONFIGURE_LINUX_FILE: 'launch',
  CONFIGURE_LINUX_BLOCK: 'launch',
  CONFIGURE_WINDOWS: 'launch',
  DETTACH_AGENT_IMAGE: 'launch',
};

type MigrationKind = 'linux-file' | 'linux-block' | 'windows-block';

interface KindSteps {
  readonly format: SubtaskName;
  readonly migrate: SubtaskName;
  readonly sync: SubtaskName;
  readonly configure: SubtaskName;
}

const stepsOf: Readonly<Record<MigrationKind, KindSteps>> = {
  'linux-file': { format: 'FORMAT_DISK_LINUX_FILE', migrate: 'MIGRATE_LINUX_FILE', sync: 'SYNC_LINUX_FILE', configure: 'CONFIGURE_LINUX_FILE' },
  'linux-block': { format: 'FORMAT_DISK_LINUX_BLOCK', migrate: 'MIGRATE_LINUX_BLOCK', sync: 'SYNC_LINUX_BLOCK', configure: 'CONFIGURE_LINUX_BLOCK' },
  'windows-block': { format: 'FORMAT_DISK_WINDOWS', migrate: 'MIGRATE_WINDOWS_BLOCK', sync: 'SYNC_WINDOWS_BLOCK', configure: 'CONFIGURE_WINDOWS' },
};

export interface PlannedTask {
  readonly osType: OsType;
  readonly type: MigrationType;
  readonly syncing: boolean;
}

/** Undefined for what there is no way to migrate: Windows file by file. */
export function subtaskPlan({ osType, type, syncing }: PlannedTask): readonly SubtaskName[] | undefined {
  const kind = kindOf(osType, type);
  if (kind === undefined) return undefined;
  const { format, migrate, sync, configure } = stepsOf[kind];
  return ['CREATE_CLOUD_SERVER', 'SSL_CONFIG', 'ATTACH_AGENT_IMAGE', format, migrate, ...(syncing ? [sync] : []), configure, 'DETTACH_AGENT_IMAGE'];
}

function kindOf(osType: OsType, type: MigrationType): MigrationKind | undefined {
  if (osType === 'LINUX') return type === 'MIGRATE_FILE' ? 'linux-file' : 'linux-block';
  return type === 'MIGRATE_BLOCK' ? 'windows-block' : undefined;
}

/** Names that older agents have for the steps of both ways to migrate Linux. */
const olderNames: Readonly<Partial<Record<SubtaskName, readonly SubtaskName[]>>> = {
  FORMAT_DISK_LINUX: ['FORMAT_DISK_LINUX_FILE', 'FORMAT_DISK_LINUX_BLOCK'],
  CONFIGURE_LINUX: ['CONFIGURE_LINUX_FILE', 'CONFIGURE_LINUX_BLOCK'],
};

/** The step of the plan that a report means by `name`; undefined: the task has none like it. */
export function plannedName(plan: readonly SubtaskName[], name: SubtaskName): SubtaskName | undefined {
  const meant: readonly SubtaskName[] = [name, ...olderNames[name] ?? []];
  return plan.find((step) => meant.includes(step));
}

/** Where a clone's step stands: behind those of copying, before those of launching. */
export function withClone(plan: readonly SubtaskName[]): readonly SubtaskName[] {
  if (plan.includes('CLONE_VM')) return plan;
  const launch = plan.findIndex((name) => phaseOf[name] === 'launch');
  return plan.toSpliced(launch === -1 ? plan.length : launch, 0, 'CLONE_VM');
}
