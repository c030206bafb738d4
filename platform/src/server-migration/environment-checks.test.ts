import { describe, expect, it } from 'vitest';
import { checkEnvironment, hasFailed } from './environment-checks.ts';
import type { Inspected, OsType } from './server.ts';

const disk = { name: 'Disk 0', size: 42_949_672_960, partitionStyle: 'MBR', volumes: [{ fileSystem: 'ext4', mountPoint: '/', size: 42_000_000_000, free: 20_000_000_000 }] };

const sound: Inspected = {
  firmware: 'BIOS', cpuQuantity: 2, memory: 4_018_196_480, disks: [disk], hasRsync: true, paravirtualization: true, rawDevices: '', bootLoader: 'GRUB', btrfs: [], volumeGroups: [],
  driverFiles: false, systemServices: false, accountRights: true,
};

const checks = (changed: Partial<Inspected>, osType: OsType = 'LINUX') => checkEnvironment(osType, 'UBUNTU_24_4_64BIT', { ...sound, ...changed });
const volume = (changed: Partial<(typeof disk.volumes)[number]> | { readonly size: bigint }) => ({ disks: [{ ...disk, volumes: [{ ...disk.volumes[0], fileSystem: 'ext4', mountPoint: '/', size: 1, free: 1_000_000_000, ...changed }] }] });

describe('the environment checks', () => {
  it.each<OsType>(['LINUX', 'WINDOWS'])('are all OK for a sound server with %s', (osType) => {
    expect(checks({}, osType).filter(({ result }) => result !== 'OK')).toEqual([]);
    expect(hasFailed(checks({}, osType))).toBe(false);
  });

  it('have the documented names on Linux, numbered from 1', () => {
    expect(checks({}).map(({ name }) => name).sort()).toEqual([
      'BOOT_LOADER', 'CPU', 'DISK_INFO', 'FILE_SYSTEM', 'FIRMWARE', 'MEMORY', 'OS_VERSION', 'PARAVIRTUALIZATION', 'PARTITION_STYLE', 'RAW_DEVICES', 'RSYNC',
    ]);
    expect(checks({}).map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it.each<[string, Partial<Inspected>]>([
    ['RSYNC', { hasRsync: undefined }],
    ['RSYNC', { hasRsync: false }],
    ['PARAVIRTUALIZATION', { paravirtualization: undefined }],
    ['RAW_DEVICES', { rawDevices: undefined }],
    ['BOOT_LOADER', { bootLoader: undefined }],
    ['BOOT_LOADER', { bootLoader: 'LILO' }],
    ['FILE_SYSTEM', { btrfs: undefined }],
    ['DISK_INFO', { volumeGroups: undefined }],
    ['DISK_INFO', { disks: Array.from({ length: 24 }, () => disk) }],
    ['FILE_SYSTEM', volume({ size: 16n * 2n ** 40n + 1n })],
    ['FILE_SYSTEM', volume({ free: 200 * 2 ** 20 - 1 })],
    ['FILE_SYSTEM', { disks: [], volumeGroups: [{ volumes: [{ fileSystem: 'xfs', mountPoint: '/', size: 2 ** 40, free: 1 }] }] }],
  ])('fail %s on Linux, case %#', (name, changed) => {
    const failed = checks(changed).filter(({ result }) => result === 'ERROR');
    expect(failed.map((check) => check.name)).toEqual([name]);
    expect(failed[0]?.errorParams).toMatch(/\.$/);
    expect(hasFailed(checks(changed))).toBe(true);
  });

  it.each<[string, 'WARN' | 'ERROR', Partial<Inspected>]>([
    ['DRIVER_FILES', 'WARN', { driverFiles: true }],
    ['SYSTEM_SERVICES', 'WARN', { systemServices: true }],
    ['ACCOUNT_RIGHTS', 'ERROR', { accountRights: false }],
    ['ACCOUNT_RIGHTS', 'WARN', { accountRights: undefined }],
  ])('say %s: %s on Windows, case %#', (name, verdict, changed) => {
    expect(checks(changed, 'WINDOWS').filter(({ result }) => result !== 'OK').map((check) => [check.name, check.result])).toEqual([[name, verdict]]);
  });

  it.each<[string, Partial<Inspected>]>([
    ['RAW_DEVICES', { rawDevices: '/dev/raw/raw1' }],
    ['FIRMWARE', { firmware: undefined }],
    ['DISK_INFO', { disks: [] }],
  ])('only warn with %s, case %#', (name, changed) => {
    expect(checks(changed).filter(({ result }) => result === 'WARN').map((check) => check.name)).toEqual([name]);
    expect(hasFailed(checks(changed))).toBe(false);
  });

  it('take exactly the limits', () => {
    expect(hasFailed(checks({ disks: Array.from({ length: 23 }, () => disk) }))).toBe(false);
    expect(hasFailed(checks(volume({ size: 16n * 2n ** 40n })))).toBe(false);
    expect(hasFailed(checks(volume({ free: 200 * 2 ** 20 })))).toBe(false);
  });
});
