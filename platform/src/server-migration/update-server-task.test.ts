import { describe, expect, it } from 'vitest';
import type { TaskChange } from './server-migration.ts';
import { serverTaskId } from './server-id.ts';
import type { ServerTaskState } from './server.ts';
import type { TaskContents } from './task-contents.ts';
import { updateServerTask } from './update-server-task.ts';

const id = serverTaskId('1dcbf9f2-9f2a-4df5-88dc-27a5614a1187');
const contents: TaskContents = {
  type: 'MIGRATE_FILE', osType: 'LINUX', priority: 1, startTargetServer: true, autoStart: false, migrationIp: undefined, region: { id: 'r', name: 'R' }, project: { id: 'p', name: 'P' },
  template: undefined, cloneTemplate: undefined, usePublicIp: true, useIpv6: false, syncing: true, existServer: false, startNetworkCheck: false, speedLimit: 0,
  overSpeedThreshold: undefined, consistencyCheck: false, migrationTest: false, target: { name: 't', disks: [{ size: 5n }], image_disk_id: 'd' }, facts: { float_ip: 'f' }, windows: [], logCollection: undefined,
};
const update = (change: TaskChange, state: ServerTaskState = 'RUNNING', of = contents) => updateServerTask(id, { name: 'a task', state, contents: of }, change);

describe('an update of a task', () => {
  it('leaves what it does not say', () => {
    expect(update({})).toEqual({ contents });
  });

  it('replaces what it says, lists as a whole and the rest field by field', () => {
    const change: TaskChange = {
      name: 'n', priority: 2, startTargetServer: false, migrationIp: '10.0.0.1', region: { id: 'r2' }, project: { name: 'P2' }, template: 'x', existServer: true, usePublicIp: false, useIpv6: true,
      speedLimit: 7, enterpriseProject: 'e', error: 'why', target: { disks: [], snapshot_ids: 's' }, source: { ip: '1.1.1.1' }, facts: { clone_server: { vm_id: 'v' } },
    };
    expect(update(change)).toEqual({
      name: 'n', enterpriseProject: 'e', error: 'why', source: { ip: '1.1.1.1' },
      contents: {
        ...contents, priority: 2, startTargetServer: false, migrationIp: '10.0.0.1', region: { id: 'r2', name: 'R' }, project: { id: 'p', name: 'P2' }, template: 'x', existServer: true,
        usePublicIp: false, useIpv6: true, speedLimit: 7, target: { name: 't', disks: [], image_disk_id: 'd', snapshot_ids: 's' }, facts: { float_ip: 'f', clone_server: { vm_id: 'v' } },
      },
    });
  });

  it.each<[ServerTaskState, TaskChange]>([['READY', { type: 'MIGRATE_FILE' }], ['RUNNING', { type: 'MIGRATE_FILE' }]])('may say the way to migrate that it has: %s', (state, change) => {
    expect(update(change, state)).toEqual({ contents });
  });

  it('gives a task that is ready the steps of another way', () => {
    expect(update({ type: 'MIGRATE_BLOCK' }, 'READY').plan).toContain('MIGRATE_LINUX_BLOCK');
  });

  it.each<[string, TaskChange, ServerTaskState, TaskContents, string]>([
    ['another way to migrate, once it has begun', { type: 'MIGRATE_BLOCK' }, 'ABORT', contents, 'action-not-allowed'],
    ['anything of a task that is being deleted', {}, 'DELETING', contents, 'action-not-allowed'],
    ['Windows file by file', { type: 'MIGRATE_FILE' }, 'READY', { ...contents, osType: 'WINDOWS', type: 'MIGRATE_BLOCK' }, 'unsupported'],
  ])('refuses %s', (_, change, state, of, kind) => {
    expect(() => update(change, state, of)).toThrow(kind);
  });
});
