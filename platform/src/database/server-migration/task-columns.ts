/** What is kept of a server's task as JSON, with all digits. */
import { keptJson, type KeptJson } from '@haulier/lib/kept-json/kept-json.ts';
import { Type } from 'typebox';
import type { Pace } from '../../server-migration/pace.ts';
import type { TaskProgress } from '../../server-migration/progress.ts';
import type { Configuration, ConsistencyResult } from '../../server-migration/server-migration.ts';
import type { Int64 } from '../../server-migration/server.ts';
import type { LimitedTask, TaskContents } from '../../server-migration/task-contents.ts';
import { facts, int64 } from './column-fields.ts';

const limited = {
  speedLimit: Type.Number(),
  overSpeedThreshold: Type.Optional(Type.Number()),
  windows: Type.Array(Type.Object({ start: Type.String(), end: Type.String(), speed: Type.Number(), overSpeedThreshold: Type.Optional(Type.Number()) })),
};
const named = Type.Object({ id: Type.String(), name: Type.String() });

export const contentsColumn: KeptJson<TaskContents> = keptJson('server_task.spec', Type.Object({
  type: Type.Enum(['MIGRATE_FILE', 'MIGRATE_BLOCK']),
  osType: Type.Enum(['WINDOWS', 'LINUX']),
  priority: Type.Enum([0, 1, 2]),
  startTargetServer: Type.Boolean(),
  autoStart: Type.Boolean(),
  migrationIp: Type.Optional(Type.String()),
  region: named,
  project: named,
  template: Type.Optional(Type.String()),
  cloneTemplate: Type.Optional(Type.String()),
  usePublicIp: Type.Boolean(),
  useIpv6: Type.Boolean(),
  syncing: Type.Boolean(),
  existServer: Type.Boolean(),
  startNetworkCheck: Type.Boolean(),
  consistencyCheck: Type.Boolean(),
  migrationTest: Type.Boolean(),
  target: facts,
  facts,
  logCollection: Type.Optional(Type.Object({
    state: Type.Enum(['INIT', 'UPLOADING', 'UPLOAD_FAIL', 'UPLOADED']), bucket: Type.Optional(Type.String()), uploadedAt: Type.Optional(Type.Number()),
  })),
  ...limited,
}));

export const limitsColumn: KeptJson<LimitedTask> = keptJson('server_task_progress.limits', Type.Object(limited));

/** A rate beyond 2⁵³ is read as a bigint. */
export interface KeptProgress extends Omit<TaskProgress, 'pace'> {
  readonly pace: Omit<Pace, 'bytesPerSecond'> & { readonly bytesPerSecond: Int64 | undefined } | undefined;
}

const subtaskNames = Type.Enum([
  'CREATE_CLOUD_SERVER', 'SSL_CONFIG', 'ATTACH_AGENT_IMAGE', 'DETTACH_AGENT_IMAGE', 'FORMAT_DISK_LINUX', 'FORMAT_DISK_LINUX_FILE', 'FORMAT_DISK_LINUX_BLOCK',
  'FORMAT_DISK_WINDOWS', 'MIGRATE_LINUX_FILE', 'MIGRATE_LINUX_BLOCK', 'MIGRATE_WINDOWS_BLOCK', 'CLONE_VM', 'SYNC_LINUX_FILE', 'SYNC_LINUX_BLOCK', 'SYNC_WINDOWS_BLOCK',
  'CONFIGURE_LINUX', 'CONFIGURE_LINUX_BLOCK', 'CONFIGURE_LINUX_FILE', 'CONFIGURE_WINDOWS',
]);

export const progressColumn: KeptJson<KeptProgress> = keptJson('server_task_progress.state', Type.Object({
  subtasks: Type.Array(Type.Object({
    id: Type.Number(), name: subtaskNames, progress: Type.Number(), startedAt: Type.Optional(int64), endedAt: Type.Optional(int64),
    speed: Type.Optional(Type.Number()), userOp: Type.Optional(Type.String()), processTrace: Type.String(),
  })),
  copied: int64,
  total: int64,
  speed: Type.Number(),
  compressRate: Type.Optional(Type.Number()),
  remainingSeconds: Type.Optional(int64),
  usage: facts,
  reportedAt: Type.Optional(Type.Number()),
  agentTime: Type.Optional(Type.String()),
  pace: Type.Optional(Type.Object({ copied: int64, at: Type.Number(), bytesPerSecond: Type.Optional(int64) })),
}));

export const configurationColumn: KeptJson<Configuration> = keptJson('server_task_configuration.content', Type.Object({
  key: Type.String(), value: Type.String(), status: Type.Optional(Type.String()),
}));

export const consistencyColumn: KeptJson<readonly ConsistencyResult[]> = keptJson('server_consistency_check.results', Type.Array(Type.Object({
  directory: Type.String(), files: int64, different: int64, missing: int64, more: int64,
})));
