/** The machines that scripted agents run on: what they tell when they register. */
import type { Chance } from './chance.ts';

export interface Machine {
  readonly number: number;
  readonly os: 'LINUX' | 'WINDOWS';
  readonly name: string;
  readonly ip: string;
  /** Fails the documented checks: without rsync (Linux), without the rights (Windows). */
  readonly broken: boolean;
  /** Bytes in use, of one disk. */
  readonly used: number;
}

const GIB = 2 ** 30;

export function makeMachine(number: number, broken: boolean, chance: Chance): Machine {
  const os = chance.hits(0.7) ? 'LINUX' : 'WINDOWS';
  return { number, os, name: `${os.toLowerCase()}-${number}`, ip: `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`, broken, used: GIB * (1 + chance.below(30)) + chance.below(GIB) };
}

/** The body of POST /v3/sources. */
export function registration(machine: Machine, id: string | undefined): object {
  const { os, name, ip, number, used, broken } = machine;
  const mac = `fa:16:3e:${[16, 8, 0].map((shift) => ((number >> shift) & 255).toString(16).padStart(2, '0')).join(':')}`;
  return {
    ...(id === undefined ? {} : { id }),
    ip, name, hostname: name, os_type: os, agent_version: '24.9.0', firmware: 'BIOS', cpu_quantity: 4, memory: 8192, oem_system: false,
    networks: [{ name: 'eth0', ip, netmask: '255.0.0.0', gateway: '10.0.0.1', mtu: 1500, mac }],
    disks: [disk(os, used)],
    ...(os === 'LINUX'
      ? { os_version: 'DEBIAN_12_64BIT', has_rsync: !broken, paravirtualization: true, raw_devices: '', boot_loader: 'GRUB', btrfs_list: [], volume_groups: [] }
      : { os_version: 'WINDOWS2019_64BIT', driver_files: true, system_services: true, account_rights: !broken, system_dir: 'C:\\Windows\\System32', volume_groups: [] }),
  };
}

function disk(os: Machine['os'], used: number): object {
  const size = 40 * GIB;
  const volume = os === 'LINUX' ? { name: '/dev/sda1', mount_point: '/', file_system: 'ext4' } : { name: 'C:', mount_point: 'C:', file_system: 'NTFS' };
  return {
    name: os === 'LINUX' ? '/dev/sda' : 'Disk 0', partition_style: 'MBR', device_use: 'OS', os_disk: true, size, used_size: used,
    physical_volumes: [{ ...volume, device_use: 'OS', index: 1, size: size - GIB / 512, used_size: used, uuid: '' }],
  };
}

/** The body of POST /v3/tasks. */
export function newTask(machine: Machine, source: string, options: { readonly type: 'MIGRATE_FILE' | 'MIGRATE_BLOCK'; readonly syncing: boolean }): object {
  return {
    name: `migrate ${machine.name}`, type: options.type, os_type: machine.os, syncing: options.syncing, start_target_server: true, priority: 1, speed_limit: 0,
    region_id: 'cn-north-1', region_name: 'cn-north-1', project_id: 'project', project_name: 'cn-north-1', use_public_ip: false, exist_server: true, migration_ip: '192.168.0.9',
    source_server: { id: source },
    target_server: { name: `target of ${machine.name}`, vm_id: `vm-${machine.number}`, disks: [disk(machine.os, machine.used)], volume_groups: [], btrfs_list: [] },
  };
}
