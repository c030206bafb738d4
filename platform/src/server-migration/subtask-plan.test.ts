import { describe, expect, it } from 'vitest';
import type { MigrationType, OsType, SubtaskName } from './server.ts';
import { phaseOf, plannedName, subtaskPlan, withClone } from './subtask-plan.ts';

const start: readonly SubtaskName[] = ['CREATE_CLOUD_SERVER', 'SSL_CONFIG', 'ATTACH_AGENT_IMAGE'];
const cases: readonly (readonly [OsType, MigrationType, boolean, readonly SubtaskName[]])[] = [
  ['LINUX', 'MIGRATE_FILE', false, [...start, 'FORMAT_DISK_LINUX_FILE', 'MIGRATE_LINUX_FILE', 'CONFIGURE_LINUX_FILE', 'DETTACH_AGENT_IMAGE']],
  ['LINUX', 'MIGRATE_FILE', true, [...start, 'FORMAT_DISK_LINUX_FILE', 'MIGRATE_LINUX_FILE', 'SYNC_LINUX_FILE', 'CONFIGURE_LINUX_FILE', 'DETTACH_AGENT_IMAGE']],
  ['LINUX', 'MIGRATE_BLOCK', false, [...start, 'FORMAT_DISK_LINUX_BLOCK', 'MIGRATE_LINUX_BLOCK', 'CONFIGURE_LINUX_BLOCK', 'DETTACH_AGENT_IMAGE']],
  ['LINUX', 'MIGRATE_BLOCK', true, [...start, 'FORMAT_DISK_LINUX_BLOCK', 'MIGRATE_LINUX_BLOCK', 'SYNC_LINUX_BLOCK', 'CONFIGURE_LINUX_BLOCK', 'DETTACH_AGENT_IMAGE']],
  ['WINDOWS', 'MIGRATE_BLOCK', false, [...start, 'FORMAT_DISK_WINDOWS', 'MIGRATE_WINDOWS_BLOCK', 'CONFIGURE_WINDOWS', 'DETTACH_AGENT_IMAGE']],
  ['WINDOWS', 'MIGRATE_BLOCK', true, [...start, 'FORMAT_DISK_WINDOWS', 'MIGRATE_WINDOWS_BLOCK', 'SYNC_WINDOWS_BLOCK', 'CONFIGURE_WINDOWS', 'DETTACH_AGENT_IMAGE']],
];

describe('the steps of a task', () => {
  it.each(cases)('%s %s, syncing %s', (osType, type, syncing, plan) => {
    expect(subtaskPlan({ osType, type, syncing })).toEqual(plan);
  });

  it('are none for Windows file by file', () => {
    expect(subtaskPlan({ osType: 'WINDOWS', type: 'MIGRATE_FILE', syncing: true })).toBeUndefined();
  });

  it.each(cases)('go through the phases of progress in order: %s %s %s', (_os, _type, _syncing, plan) => {
    const phases = plan.map((name) => phaseOf[name]).filter((phase) => phase !== 'repeated');
    expect([...new Set(phases)]).toEqual(['configuration', 'data', 'launch']);
    expect(phases).toEqual([...phases].sort());
  });

  it('take a clone in before the launch, and once', () => {
    const plan = withClone(subtaskPlan({ osType: 'LINUX', type: 'MIGRATE_FILE', syncing: true }) ?? []);
    expect(plan.slice(4)).toEqual(['MIGRATE_LINUX_FILE', 'SYNC_LINUX_FILE', 'CLONE_VM', 'CONFIGURE_LINUX_FILE', 'DETTACH_AGENT_IMAGE']);
    expect(withClone(plan)).toBe(plan);
  });

  it.each<[SubtaskName, SubtaskName | undefined]>([
    ['FORMAT_DISK_LINUX', 'FORMAT_DISK_LINUX_BLOCK'],
    ['CONFIGURE_LINUX', 'CONFIGURE_LINUX_BLOCK'],
    ['MIGRATE_LINUX_BLOCK', 'MIGRATE_LINUX_BLOCK'],
    ['MIGRATE_LINUX_FILE', undefined],
    ['SYNC_LINUX_BLOCK', undefined],
    ['CLONE_VM', undefined],
  ])('a report of %s means %s in a block migration', (told, meant) => {
    expect(plannedName(subtaskPlan({ osType: 'LINUX', type: 'MIGRATE_BLOCK', syncing: false }) ?? [], told)).toBe(meant);
  });
});
