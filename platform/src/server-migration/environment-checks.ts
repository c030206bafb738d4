/**
 * The environment checks of a source: whether it can be migrated, from what its agent told. Names, and which of Linux fail
 * when they are not told, are documented; the names of those of Windows, and what only warns, are not confirmed.
 */
import type { EnvironmentCheck, Inspected, Int64, OsType } from './server.ts';

/** Documented limits of a source server. */
export const sourceLimits = { disks: 23, fileSystemBytes: 16n * 2n ** 40n, rootFreeBytes: 200n * 2n ** 20n } as const;

interface Told extends Inspected {
  readonly osVersion: string;
}

/** What a look found. `reason` says it to a person. */
interface Finding {
  readonly result: 'WARN' | 'ERROR';
  readonly reason: string;
  readonly params?: readonly string[];
}
type Look = (told: Told) => Finding | undefined;

const error = (reason: string, ...params: readonly string[]): Finding => ({ result: 'ERROR', reason, params });
const warning = (reason: string, ...params: readonly string[]): Finding => ({ result: 'WARN', reason, params });

const common = {
  OS_VERSION: ({ osVersion }) => (osVersion === '' ? error('The version of the operating system is not told.') : undefined),
  CPU: ({ cpuQuantity }) => (cpuQuantity === undefined ? warning('The number of CPUs is not told.') : undefined),
  MEMORY: ({ memory }) => (memory === undefined ? warning('The size of the memory is not told.') : undefined),
  FIRMWARE: ({ firmware }) => (firmware === undefined ? warning('The firmware is not told: BIOS or UEFI.') : undefined),
} as const satisfies Record<string, Look>;

const linux = {
  PARAVIRTUALIZATION: ({ paravirtualization }) => (paravirtualization === undefined ? error('Whether the server is paravirtualised is not told.') : undefined),
  BOOT_LOADER: ({ bootLoader }) => (bootLoader?.toUpperCase() === 'GRUB' ? undefined : error('The boot loader must be GRUB.', ...(bootLoader === undefined ? [] : [bootLoader]))),
  RSYNC: ({ hasRsync }) => (hasRsync === true ? undefined : error('rsync is not installed: install it.')),
  RAW_DEVICES: ({ rawDevices }) => {
    if (rawDevices === undefined) return error('The list of raw devices is not told.');
    return ['', '[]'].includes(rawDevices.trim()) ? undefined : warning('Raw devices are not migrated.', rawDevices);
  },
} as const satisfies Record<string, Look>;

/** Their pages say that `driver_files` and `system_services` are true when something is wrong; their names say the opposite, so that they only warn. */
const windows = {
  DRIVER_FILES: ({ driverFiles }) => (driverFiles === true ? warning('Driver files are missing.') : unlessTold(driverFiles, 'Whether driver files are missing is not told.')),
  SYSTEM_SERVICES: ({ systemServices }) => (systemServices === true ? warning('There are services that do not work.') : unlessTold(systemServices, 'Whether services work is not told.')),
  ACCOUNT_RIGHTS: ({ accountRights }) => (accountRights === false ? error('The account of the agent lacks rights: run it as an administrator.') : unlessTold(accountRights, 'The rights of the account are not told.')),
} as const satisfies Record<string, Look>;

function unlessTold(value: unknown, reason: string): Finding | undefined {
  return value === undefined ? warning(reason) : undefined;
}

const storage = {
  DISK_INFO: ({ disks }) => {
    if (disks.length > sourceLimits.disks) return error(`The server has ${disks.length} disks; at most ${sourceLimits.disks} can be migrated.`, String(disks.length));
    return disks.length === 0 ? warning('No disk is told.') : undefined;
  },
  PARTITION_STYLE: ({ disks }) => {
    const unknown = disks.filter(({ partitionStyle }) => partitionStyle === undefined).map(({ name }) => name);
    return unknown.length === 0 ? undefined : warning('The partition style of some disks is not told: MBR or GPT.', ...unknown);
  },
  FILE_SYSTEM: ({ disks, volumeGroups = [] }) => {
    const volumes = [...disks, ...volumeGroups].flatMap((each) => each.volumes);
    const large = volumes.filter(({ size }) => size !== undefined && BigInt(size) > sourceLimits.fileSystemBytes);
    if (large.length > 0) return error('A file system is larger than 16 TB.', ...large.map(({ mountPoint, fileSystem }) => mountPoint ?? fileSystem ?? ''));
    const root = volumes.find(({ mountPoint }) => mountPoint === '/');
    return root?.free !== undefined && isShort(root.free) ? error('The root file system has less than 200 MB free.', String(root.free)) : undefined;
  },
} as const satisfies Record<string, Look>;

function isShort(free: Int64): boolean {
  return BigInt(free) < sourceLimits.rootFreeBytes;
}

const linuxStorage = {
  ...storage,
  DISK_INFO: (told) => (told.volumeGroups === undefined ? error('The volume groups are not told; without any, tell an empty list.') : storage.DISK_INFO(told)),
  FILE_SYSTEM: (told) => (told.btrfs === undefined ? error('The btrfs file systems are not told; without any, tell an empty list.') : storage.FILE_SYSTEM(told)),
} as const satisfies Record<string, Look>;

const looks: Readonly<Record<OsType, Readonly<Record<string, Look>>>> = {
  LINUX: { ...common, ...linux, ...linuxStorage },
  WINDOWS: { ...common, ...windows, ...storage },
};

/** Codes of the checks are ours: none is published. */
const firstCode = 8101;
const codeOf: ReadonlyMap<string, string> = new Map([...new Set(Object.values(looks).flatMap((each) => Object.keys(each)))].map((name, index) => [name, `SMS.${firstCode + index}`]));

/** Every check of the operating system, in order. */
export function checkEnvironment(osType: OsType, osVersion: string, inspected: Inspected): readonly EnvironmentCheck[] {
  const told = { ...inspected, osVersion };
  return Object.entries(looks[osType]).map(([name, look], index) => {
    const found = look(told);
    return {
      id: index + 1,
      name,
      result: found?.result ?? 'OK',
      params: found?.params ?? [],
      errorCode: found && codeOf.get(name),
      errorOrWarn: found?.result,
      errorParams: found?.reason,
    };
  });
}

/** A source with a failed check cannot be migrated; warnings do not hinder. */
export function hasFailed(checks: readonly EnvironmentCheck[]): boolean {
  return checks.some(({ result }) => result === 'ERROR');
}
