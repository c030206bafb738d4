/** Requests about source servers, from the wire to the domain. */
import { ListErrorServersQuery, ListServersQuery, PostSourceServerBody, PutCopyStateReq, PutDiskInfoReq } from '@haulier/wire/sms/source-requests.ts';
import type { ServerDisk } from '@haulier/wire/sms/storage.ts';
import { Type, type Static } from 'typebox';
import type { FastifyRequest } from 'fastify';
import type { Facts, Inspected, MigrationCycle, Registration, SourceState } from '../../server-migration/server.ts';
import type { Page, SourceFilter } from '../../server-migration/server-migration.ts';
import { schemaReader } from '../read-by-schema.ts';
import { defined } from './defined.ts';
import { bodyReader } from './read-body.ts';
import { queryReader } from './read-query.ts';

const readRegistration = bodyReader(PostSourceServerBody);

export function parseRegistration(request: FastifyRequest): Registration {
  const { id, name, ip, ipv6 = '', hostname = '', os_type, os_version, enterprise_project_id, agent_version, oem_system = false, start_type, state, migration_cycle, ...facts } = readRegistration(request);
  return {
    id, name, ip, ipv6, macs: facts.networks.map(({ mac }) => mac), hostname, osType: os_type, osVersion: os_version, enterpriseProject: enterprise_project_id, agentVersion: agent_version, oemSystem: oem_system, startType: start_type,
    state, cycle: migration_cycle, inspected: inspect(facts), facts,
  };
}

type Hardware = Pick<PostSourceServerBody, 'firmware' | 'cpu_quantity' | 'memory' | 'has_rsync' | 'paravirtualization' | 'raw_devices' | 'boot_loader' | 'driver_files' | 'system_services' | 'account_rights'>;

function inspect(told: Hardware & Storage): Inspected {
  return {
    ...inspectStorage(told),
    firmware: told.firmware, cpuQuantity: told.cpu_quantity, memory: told.memory, hasRsync: told.has_rsync, paravirtualization: told.paravirtualization, rawDevices: told.raw_devices,
    bootLoader: told.boot_loader, driverFiles: told.driver_files, systemServices: told.system_services, accountRights: told.account_rights,
  };
}

type Storage = Pick<PostSourceServerBody, 'disks' | 'volume_groups' | 'btrfs_list'>;

function inspectStorage({ disks = [], volume_groups, btrfs_list }: Storage): Pick<Inspected, 'disks' | 'volumeGroups' | 'btrfs'> {
  return { disks: disks.map(inspectDisk), volumeGroups: volume_groups, btrfs: btrfs_list };
}

function inspectDisk({ name, size, partition_style, physical_volumes }: Static<typeof ServerDisk>): Inspected['disks'][number] {
  return {
    name, size, partitionStyle: partition_style,
    volumes: physical_volumes.map(({ file_system, mount_point, size, used_size, free_size }) => ({ fileSystem: file_system, mountPoint: mount_point, size, free: free_size ?? difference(size, used_size) })),
  };
}

/** Undefined where either is not told. */
function difference(size: number | bigint | undefined, used: number | bigint | undefined): number | bigint | undefined {
  if (size === undefined || used === undefined) return undefined;
  const left = BigInt(size) - BigInt(used);
  return Number.isSafeInteger(Number(left)) ? Number(left) : left;
}

const readDiskInfo = bodyReader(PutDiskInfoReq);

/** What is told now; what is not told stays as it was. */
export function parseDiskInfo(request: FastifyRequest): Storage {
  const { volumegroups, ...rest } = readDiskInfo(request);
  return { ...rest, ...(volumegroups === undefined ? {} : { volume_groups: volumegroups }) };
}

/** Of all storage that is known of a server: what is told now, over what was told before. */
export function inspectedStorage(before: Facts, told: Storage): Pick<Inspected, 'disks' | 'volumeGroups' | 'btrfs'> {
  return inspectStorage({ ...readStorage(before), ...told });
}

const readStorage = schemaReader(Type.Pick(PostSourceServerBody, ['disks', 'volume_groups', 'btrfs_list']));

const readCopyState = bodyReader(PutCopyStateReq);

/** `copystate` says init for what a source's state says initialize for. */
export function parseCopyState(request: FastifyRequest): { readonly state: SourceState | undefined; readonly cycle: MigrationCycle | undefined } {
  const { copystate, migrationcycle } = readCopyState(request);
  return { state: copystate === 'init' ? 'initialize' : copystate, cycle: migrationcycle };
}

/** Of the pages of sources, and of `GET /v3/errors`. */
const defaultPage = 200;
const defaultFailures = 50;

const readSourceFilter = queryReader(ListServersQuery);

export function parseSourceFilter(query: unknown): SourceFilter {
  const { state, name, id, ip, ipv6, migproject, limit, offset = 0, enterprise_project_id, migration_cycle, connected, is_consistency_result_exist, vm_id } = readSourceFilter(query);
  return {
    limit: limitOr(limit, defaultPage), offset,
    ...defined({ state, name, id, ip, ipv6, migrationProject: migproject, enterpriseProject: enterprise_project_id, cycle: migration_cycle, connected, consistencyChecked: is_consistency_result_exist, vmId: vm_id }),
  };
}

const readFailureFilter = queryReader(ListErrorServersQuery);

export function parseFailureFilter(query: unknown): Page & { readonly enterpriseProject?: string } {
  const { limit, offset = 0, enterprise_project_id } = readFailureFilter(query);
  return { limit: limitOr(limit, defaultFailures), offset, ...defined({ enterpriseProject: enterprise_project_id }) };
}

/** 0 asks for as many as when nothing is said. */
function limitOr(limit: number | undefined, byDefault: number): number {
  return limit === undefined || limit === 0 ? byDefault : limit;
}
