/** What is asked of source servers. */
import { Type, type Static } from 'typebox';
import { agentCommands, bootLoaders, commandResults, copyStates, firmwares, migrationCycles, osTypes, platforms, sourceStates } from './enums.ts';
import { decimal, flag, listOf, long, oneOf, optional, record, text, whole } from './fields.ts';
import { pageFields } from './page.ts';
import { BtrfsFileSystem, NetWork, PutDisk, PutVolumeGroups, ServerDisk, VolumeGroups } from './storage.ts';

/** What is told of a server beside its name and address: tables 4 and 9 have it in common. */
export const hardwareFields = {
  os_version: optional(text('the OS version')),
  firmware: optional(oneOf('the boot mode', firmwares)),
  cpu_quantity: optional(whole('the number of CPUs', 65_535)),
  memory: optional(long('the memory size')),
};

export const systemFields = {
  domain_id: optional(text('the domain ID of the tenant')),
  has_rsync: optional(flag('whether rsync is installed')),
  paravirtualization: optional(flag('whether the server is paravirtualized')),
  raw_devices: optional(text('the list of raw devices')),
  driver_files: optional(flag('whether driver files are missing')),
  system_services: optional(flag('whether there are abnormal services')),
  account_rights: optional(flag('whether the account has the required permissions')),
  boot_loader: optional(oneOf('the system boot mode', bootLoaders)),
  system_dir: optional(text('the system directory')),
  volume_groups: optional(listOf('volume groups', VolumeGroups)),
};

/** Of a source server: beside table 4, what the SDKs send. */
export const agentFields = {
  ipv6: optional(text('the IPv6 address of the source server')),
  linux_block_check: optional(text('the result of the block migration check')),
  kernel_version: optional(text('the kernel version')),
  migration_cycle: optional(oneOf('the migration stage', migrationCycles)),
  state: optional(oneOf('the state of the source server', sourceStates)),
  oem_system: optional(flag('whether it is an OEM system')),
  start_type: optional(text('how the agent was started')),
  io_read_wait: optional(decimal('the read latency of the disks', Number.MAX_SAFE_INTEGER)),
  has_tc: optional(flag('whether traffic control is installed')),
  platform: optional(oneOf('the platform of the source server', platforms)),
  enterprise_project_id: optional(text('the enterprise project ID')),
};

/** Table 4 with the marks of a registration. */
export const PostSourceServerBody = record('the source server', {
  id: optional(text('the ID of the source server')),
  ip: text('the IP address of the source server'),
  name: text('the name of the source server'),
  hostname: optional(text('the host name of the source server')),
  os_type: oneOf('the OS type', osTypes),
  ...hardwareFields,
  os_version: text('the OS version'),
  disks: optional(listOf('disks', ServerDisk)),
  btrfs_list: optional(listOf('Btrfs file systems', BtrfsFileSystem)),
  networks: listOf('NICs', NetWork),
  ...systemFields,
  agent_version: text('the agent version'),
  ...agentFields,
});
export type PostSourceServerBody = Static<typeof PostSourceServerBody>;

export const PutSourceServerBody = record('the change of the source server', {
  name: optional(text('the name of the source server', 255, 1)),
  migprojectid: optional(text('the ID of the migration project')),
  disks: optional(listOf('plans of disks', PutDisk)),
  volume_groups: optional(listOf('plans of volume groups', PutVolumeGroups)),
});
export type PutSourceServerBody = Static<typeof PutSourceServerBody>;

export const PutDiskInfoReq = record('the disks of the source server', {
  disks: optional(listOf('disks', ServerDisk)),
  volumegroups: optional(listOf('volume groups', VolumeGroups)),
  btrfs_list: optional(listOf('Btrfs file systems', BtrfsFileSystem)),
});

/** "Updating the Migration Task Status of a Source Server", table 3. */
export const PutCopyStateReq = record('the state of the source server', {
  copystate: optional(oneOf('the source server status', copyStates)),
  migrationcycle: optional(oneOf('the migration stage', migrationCycles)),
});

export const CommandBody = record('the result of a command', {
  command_name: oneOf('the command', agentCommands),
  result: oneOf('the result', commandResults),
  result_detail: Type.Unknown({ description: 'the details of the result' }),
});

export const DeleteIds = record('what is deleted', {
  ids: listOf('IDs', text('an ID', 255, 1), 65_535),
});

export const ListServersQuery = record('the query', {
  state: optional(oneOf('the state', sourceStates)),
  name: optional(text('the name')),
  id: optional(text('the ID')),
  ip: optional(text('the IP address')),
  ipv6: optional(text('the IPv6 address')),
  migproject: optional(text('the ID of the migration project')),
  ...pageFields(200),
  enterprise_project_id: optional(text('the enterprise project ID')),
  migration_cycle: optional(oneOf('the migration stage', migrationCycles)),
  connected: optional(flag('whether its agent is connected')),
  is_consistency_result_exist: optional(flag('whether there are results of consistency checks')),
  vm_id: optional(text('the ID of the target server')),
});

export const ListErrorServersQuery = record('the query', { ...pageFields(100), enterprise_project_id: optional(text('the enterprise project ID')) });

export const ShowOverviewQuery = record('the query', { enterprise_project_id: optional(text('the enterprise project ID')) });

export const SourceParams = Type.Object({ source_id: Type.String({ description: 'The ID of the source server.' }) });
export type SourceParams = Static<typeof SourceParams>;

/** The operations on commands call it so. */
export const ServerParams = Type.Object({ server_id: Type.String({ description: 'The ID of the source server.' }) });
export type ServerParams = Static<typeof ServerParams>;
