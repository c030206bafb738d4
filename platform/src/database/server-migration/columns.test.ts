import { describe, expect, it } from 'vitest';
import { UnreadableJson, type KeptJson } from '@haulier/lib/kept-json/kept-json.ts';
import { newProgress } from '../../server-migration/progress.ts';
import { firstProject } from '../../server-migration/migration-project.ts';
import { checksColumn, inspectedColumn, planColumn, toldColumn } from './source-columns.ts';
import { configurationColumn, consistencyColumn, contentsColumn, limitsColumn, progressColumn } from './task-columns.ts';
import { projectColumn, templateColumn } from './template-columns.ts';

const huge = 2n ** 63n - 1n;
const none = undefined;
const volume = { fileSystem: 'ext4', mountPoint: '/', size: huge, free: 0 };
const window = { start: '0:00', end: '24:00', speed: 1000, overSpeedThreshold: 20 };
const facts = { disks: [{ size: huge, name: 'a\0b' }], none: null };
const told = { name: 'web', toldName: 'web\0', ip: '10.0.0.9', ipv6: '', hostname: 'web', osType: 'LINUX', osVersion: 'DEBIAN', agentVersion: '1', oemSystem: false, startType: 'MANUAL', facts } as const;
const contents = {
  type: 'MIGRATE_FILE', osType: 'LINUX', priority: 1, startTargetServer: true, autoStart: false, migrationIp: '10.0.0.1', region: { id: 'r', name: 'R' }, project: { id: 'p', name: 'P' },
  template: 't', cloneTemplate: 'c', usePublicIp: true, useIpv6: false, syncing: true, existServer: false, startNetworkCheck: false, speedLimit: 0, overSpeedThreshold: 5, consistencyCheck: false,
  migrationTest: false, target: facts, facts, windows: [window, { ...window, overSpeedThreshold: none }], logCollection: { state: 'UPLOADED', bucket: 'logs', uploadedAt: 1 },
} as const;
const progress = {
  ...newProgress(['SSL_CONFIG', 'MIGRATE_LINUX_FILE'], [1, 2]), copied: huge, total: huge, speed: 9.5, compressRate: 0.5, remainingSeconds: huge, usage: { cpu: 1 }, reportedAt: 5, agentTime: '10:00',
  pace: { copied: huge, at: 5, bytesPerSecond: 2.5 },
};
const template = {
  name: 'small', general: true, region: 'r', project: 'p', targetServerName: 'n', availabilityZone: 'z', volumeType: 'SSD', dataVolumeType: 'SAS', flavor: 'f', image: 'i',
  vpc: { id: 'autoCreate', name: 'v', cidr: '10.0.0.0/8' }, nics: [{ id: 's', name: 's', cidr: '10.0.0.0/8', ip: none }], securityGroups: [{ id: 'g', name: 'g' }],
  publicIp: { type: '5_bgp', bandwidth: 5, shareType: none }, disks: [{ id: none, index: 0, name: 'd', type: 'SSD', size: huge, use: 'OS' }],
};
const untold = {
  region: none, project: none, targetServerName: none, availabilityZone: none, volumeType: none, dataVolumeType: none, flavor: none, image: none, vpc: none, nics: none, securityGroups: none,
  publicIp: none, disks: none,
};
const uninspected = {
  firmware: none, cpuQuantity: none, memory: none, disks: [], hasRsync: none, paravirtualization: none, rawDevices: none, bootLoader: none, btrfs: none, volumeGroups: none, driverFiles: none,
  systemServices: none, accountRights: none,
};
const inspected = {
  firmware: 'UEFI', cpuQuantity: 4, memory: huge, disks: [{ name: '/dev/vda', size: huge, partitionStyle: 'GPT', volumes: [volume] }], hasRsync: true, paravirtualization: true, rawDevices: '',
  bootLoader: 'GRUB', btrfs: [facts], volumeGroups: [{ volumes: [{ fileSystem: none, mountPoint: none, size: none, free: none }] }], driverFiles: true, systemServices: true, accountRights: true,
};

describe('what a column was written with', () => {
  function readsAgain<T>(name: string, column: KeptJson<T>, values: readonly T[]): void {
    it.each(values.map((value) => ({ value })))(`${name} reads again: $value`, ({ value }) => expect(column.read(column.write(value), 'a row')).toEqual(value));
  }
  readsAgain('told', toldColumn, [told, { ...told, osType: 'WINDOWS', startType: none, facts: {} }]);
  readsAgain('inspected', inspectedColumn, [inspected, uninspected]);
  readsAgain('checks', checksColumn, [[], [
    { id: 1, name: 'NAME', result: 'WARN', params: ['/'], errorCode: 'SMS.1', errorOrWarn: 'why', errorParams: 'p' },
    { id: 2, name: 'NAME', result: 'OK', params: [], errorCode: none, errorOrWarn: none, errorParams: none },
  ]]);
  readsAgain('plan', planColumn, [facts, {}]);
  readsAgain('contents', contentsColumn, [contents, { ...contents, migrationIp: none, template: none, cloneTemplate: none, overSpeedThreshold: none, windows: [], logCollection: none }]);
  readsAgain('limits', limitsColumn, [{ windows: [window], speedLimit: 10, overSpeedThreshold: none }]);
  readsAgain('progress', progressColumn, [progress, { ...progress, pace: { ...progress.pace, bytesPerSecond: huge } }, newProgress([], [])]);
  readsAgain('configuration', configurationColumn, [{ key: 'k', value: 'v\0', status: 's' }, { key: 'k', value: '', status: none }]);
  readsAgain('consistency', consistencyColumn, [[], [{ directory: '/', files: huge, different: 0, missing: 0, more: 0 }]]);
  readsAgain('template', templateColumn, [template, { ...untold, name: 'empty', general: false }]);
  readsAgain('project', projectColumn, [firstProject]);
});

it('names the column and the row of what cannot be read', () => {
  const read = () => progressColumn.read(progressColumn.write(progress).replace('SSL_CONFIG', 'A_NEW_STEP'), 'cac5c677');
  expect(read).toThrow(UnreadableJson);
  expect(read).toThrow('server_task_progress.state of cac5c677 cannot be read: subtasks[0].name');
});
