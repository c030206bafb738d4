/** What a server consists of: tables 5 to 8 and 10 to 14 of "Updating a Migration Task". */
import { Type } from 'typebox';
import { deviceUses, partitionStyles } from './enums.ts';
import { decimal, flag, listOf, long, oneOf, optional, record, text, textOrUnset, whole } from './fields.ts';

/** Outside of the tables: what a person wants of a disk or a volume on the target. */
const planned = {
  adjust_size: optional(long('the size that it is to have on the target, in bytes')),
  need_migration: optional(flag('whether it is migrated')),
};

/** Table 6. */
export const PhysicalVolume = record('a physical volume', {
  device_use: optional(oneOf('the partition type', deviceUses)),
  file_system: optional(text('the file system')),
  index: optional(whole('the serial number of the volume')),
  mount_point: optional(text('the mount point')),
  name: optional(text('the volume name')),
  size: optional(long('the size of the volume, in bytes')),
  used_size: optional(long('the used space, in bytes')),
  uuid: optional(text('the GUID of the volume')),
  size_per_cluster: optional(whole('the size of each cluster')),
  free_size: optional(long('the free space, in bytes')),
  inode_size: optional(long('the size of an inode')),
  inode_nums: optional(long('the number of inodes')),
});

/** Table 5. */
export const ServerDisk = record('a disk', {
  name: text('the disk name'),
  partition_style: optional(oneOf('the partition style', partitionStyles)),
  device_use: oneOf('the disk type', deviceUses),
  size: long('the disk size, in bytes'),
  used_size: long('the used space of the disk, in bytes'),
  physical_volumes: listOf('physical volumes', PhysicalVolume),
  os_disk: optional(flag('whether it is the system disk')),
  relation_name: optional(text('the name of the disk on the target server')),
  inode_size: optional(long('the size of an inode')),
});

/** Table 8. The misspelling is the wire's. */
const BtrfsSubvolumn = record('a subvolume', {
  uuid: text('the UUID of the parent volume'),
  is_snapshot: text('whether the subvolume is a snapshot'),
  subvol_id: text('the subvolume ID'),
  parent_id: text('the parent volume ID'),
  subvol_name: text('the subvolume name'),
  subvol_mount_path: text('the mount path of the subvolume'),
});

/** Table 7. */
export const BtrfsFileSystem = record('a Btrfs file system', {
  name: text('the file system name'),
  label: text('the file system tag, empty when there is none'),
  uuid: text('the UUID of the file system'),
  device: text('the device name in the Btrfs'),
  size: long('the space that the file system occupies'),
  nodesize: long('the size of a Btrfs node'),
  sectorsize: whole('the sector size'),
  data_profile: text('the data profile'),
  system_profile: text('the file system profile'),
  metadata_profile: text('the metadata profile'),
  global_reserve1: text('the Btrfs file system information'),
  g_vol_used_size: long('the used space of the Btrfs volume'),
  default_subvolid: text('the ID of the default subvolume'),
  default_subvol_name: text('the name of the default subvolume'),
  default_subvol_mountpath: text('the mount path of the default subvolume'),
  subvolumn: listOf('subvolumes', BtrfsSubvolumn),
});

/** Table 12. */
export const NetWork = record('a NIC', {
  name: text('the NIC name'),
  ip: text('the IP address bound to the NIC'),
  netmask: text('the subnet mask'),
  gateway: text('the gateway'),
  mtu: optional(whole('the NIC MTU')),
  mac: text('the MAC address'),
  id: optional(text('the database ID')),
  ipv6: optional(text('the IPv6 address bound to the NIC')),
});

/** Table 14. */
const LogicalVolumes = record('a logical volume', {
  block_count: optional(whole('the number of blocks', 4_294_967_296, 0)),
  block_size: optional(whole('the block size', 1_048_576, 0)),
  file_system: text('the file system'),
  inode_size: whole('the number of inodes', 4_294_967_296),
  mount_point: text('the mount point', 256),
  name: text('the volume group name', 1024),
  size: long('the size of the volume, in bytes'),
  used_size: long('the used space, in bytes'),
  free_size: long('the available space, in bytes'),
  inode_nums: optional(long('the number of inodes')),
  device_use: optional(text('the partition type')),
});

/** Table 13. */
export const VolumeGroups = record('a volume group', {
  components: optional(text('the physical volume information')),
  free_size: optional(long('the available space, in bytes')),
  logical_volumes: optional(listOf('logical volumes', LogicalVolumes)),
  name: optional(text('the volume group name')),
  size: optional(long('the size of the volume group, in bytes')),
});

const relation_name = optional(text('the name of its counterpart on the source server'));

/** Table 11, what the example of the update has beside it, and what the SDKs send of inodes. */
export const TargetPhysicalVolumes = record('a volume of a target disk', {
  device_use: optional(oneOf('the partition type', deviceUses, 'NORMAL')),
  file_system: optional(text('the file system')),
  index: optional(whole('the volume ID')),
  mount_point: optional(text('the mount point')),
  name: optional(text('the volume name')),
  size: optional(long('the size of the volume, in bytes')),
  used_size: optional(long('the used space, in bytes')),
  uuid: optional(text('the uuid')),
  id: optional(long('the database ID')),
  relation_name,
  free_size: optional(long('the free space, in bytes')),
  inode_size: optional(long('the size of an inode')),
});

/** Table 10, and what the example of the update has beside it. */
export const TargetDisk = record('a disk of the target', {
  device_use: optional(oneOf('the disk type', deviceUses, 'NORMAL')),
  disk_id: optional(text('the disk ID')),
  name: optional(text('the disk name')),
  physical_volumes: optional(listOf('volumes', TargetPhysicalVolumes)),
  size: optional(long('the size of the disk, in bytes')),
  used_size: optional(long('the used space, in bytes')),
  id: optional(long('the database ID')),
  relation_name,
  partition_style: optional(oneOf('the partition style', partitionStyles)),
  os_disk: optional(flag('whether it is the system disk')),
  disk_index: optional(textOrUnset('the index of the disk')),
});

/** The SDKs say text, Terraform sends a number; either is the id that an answer gave. */
const id = optional(Type.Union([Type.String({ maxLength: 255 }), Type.Integer({ minimum: 0 })], { description: 'the id that the answer about the source server gives' }));

/** What is planned of a volume: how large it is to be, and whether it is migrated. */
export const PutVolume = record('what is planned of a volume', { id, ...planned });
export const PutDisk = record('what is planned of a disk', { id, ...planned, physical_volumes: optional(listOf('volumes', PutVolume)) });
export const PutVolumeGroups = record('what is planned of a volume group', { id, ...planned, logical_volumes: optional(listOf('logical volumes', PutVolume)) });

/** Percentages and the like that are shown and not acted on. */
export const usageFields = {
  total_cpu_usage: optional(decimal('the CPU usage of the server in percent')),
  agent_cpu_usage: optional(decimal('the CPU usage of the agent in percent')),
  total_mem_usage: optional(decimal('the memory usage of the server', Number.MAX_SAFE_INTEGER)),
  agent_mem_usage: optional(decimal('the memory usage of the agent', Number.MAX_SAFE_INTEGER)),
  total_disk_io: optional(decimal('the disk IO of the server', Number.MAX_SAFE_INTEGER)),
  agent_disk_io: optional(decimal('the disk IO of the agent', Number.MAX_SAFE_INTEGER)),
};
