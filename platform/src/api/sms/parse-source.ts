/** Requests about source servers, from the wire to the domain. */
import { ListErrorServersQuery, ListServersQuery, PostSourceServerBody, PutCopyStateReq, PutDiskInfoReq } from '@haulier/wire/sms/source-requests.ts';
import type { ServerDisk, VolumeGroups } from '@haulier/wire/sms/storage.ts';
import type { Static } from 'typebox';
import type { FastifyRequest } from 'fastify';
import type { Facts, Inspected, InspectedVolume, Int64, MigrationCycle, Registration, SourceState } from '../../server-migration/server.ts';
import type { Page, SourceFilter } from '../../server-migration/server-migration.ts';
import { defined } from './defined.ts';
import { enterpriseFilter } from './enterprise-filter.ts';
import { bodyReader } from './read-body.ts';
import { queryReader } from './read-query.ts';

const readRegistration = bodyReader(PostSourceServerBody);

export function parseRegistration(request: FastifyRequest): Registration {
  const { id, name, ip, ipv6 = '', hostname = '', os_type, os_version, enterprise_project_id, agent_version, oem_system = false, start_type, state, migration_cycle, ...facts } = readRegistration(request);
  return {
    id, name, ip, ipv6, macs: facts.networks.map(({ mac }) => mac), hostname, osType: os_type, osVersion: os_version, enterpriseProject: enterprise_project_id === '' ? undefined : enterprise_project_id, agentVersion: agent_version, oemSystem: oem_system, startType: start_type,
    state, cycle: migration_cycle, inspected: inspect(facts), facts,
  };
}

type Hardware = Pick<PostSourceServerBody, 'firmware' | 'cpu_quantity' | 'memory' | 'has_rsync' | 'paravirtualization' | 'raw_devices' | 'boot_loader' | 'driver_files' | 'system_services' | 'account_rights'>;

function inspect(told: Hardware & Storage): Inspected {
  return {
    disks: [], volumeGroups: undefined, btrfs: undefined, ...inspectStorage(told),
    firmware: told.firmware, cpuQuantity: told.cpu_quantity, memory: told.memory, hasRsync: told.has_rsync, paravirtualization: told.paravirtualization, rawDevices: told.raw_devices,
    bootLoader: told.boot_loader, driverFiles: told.driver_files, systemServices: told.system_services, accountRights: told.account_rights,
  };
}

type Storage = Pick<PostSourceServerBody, 'disks' | 'volume_groups' | 'btrfs_list'>;

function inspectStorage({ disks, volume_groups: groups, btrfs_list: btrfs }: Storage): Partial<Pick<Inspected, 'disks' | 'volumeGroups' | 'btrfs'>> {
  return defined({ disks: disks?.map(inspectDisk), volumeGroups: groups?.map(inspectGroup), btrfs });
}

function inspectDisk({ name, size, partition_style, physical_volumes }: Static<typeof ServerDisk>): Inspected['disks'][number] {
  return {
    name, size, partitionStyle: partition_style,
    volumes: physical_volumes.map(inspectVolume),
  };
}

function inspectGroup({ logical_volumes = [] }: Static<typeof VolumeGroups>): NonNullable<Inspected['volumeGroups']>[number] {
  return { volumes: logical_volumes.map(inspectVolume) };
}

interface ToldVolume {
  readonly file_system?: string;
  readonly mount_point?: string;
  readonly size?: Int64;
  readonly used_size?: Int64;
  readonly free_size?: Int64;
}

function inspectVolume({ file_system, mount_point, size, used_size, free_size }: ToldVolume): InspectedVolume {
  return { fileSystem: file_system, mountPoint: mount_point, size, free: free_size ?? difference(size, used_size) };
}

/** Undefined where either is not told. */
function difference(size: number | bigint | undefined, used: number | bigint | undefined): number | bigint | undefined {
  if (size === undefined || used === undefined) return undefined;
  const left = BigInt(size) - BigInt(used);
  return Number.isSafeInteger(Number(left)) ? Number(left) : left;
}

const readDiskInfo = bodyReader(PutDiskInfoReq);

/** What is told now; what is not told stays as it was. */
export function parseDiskInfo(request: FastifyRequest): { readonly facts: Facts; readonly inspected: Partial<Pick<Inspected, 'disks' | 'volumeGroups' | 'btrfs'>> } {
  const { volumegroups, ...rest } = readDiskInfo(request);
  const told = { ...rest, ...(volumegroups === undefined ? {} : { volume_groups: volumegroups }) };
  return { facts: told, inspected: inspectStorage(told) };
}

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
    ...defined({ state, name, id, ip, ipv6, migrationProject: migproject, enterpriseProject: enterpriseFilter(enterprise_project_id), cycle: migration_cycle, connected, consistencyChecked: is_consistency_result_exist, vmId: vm_id }),
  };
}

const readFailureFilter = queryReader(ListErrorServersQuery);

export function parseFailureFilter(query: unknown): Page & { readonly enterpriseProject?: string } {
  const { limit, offset = 0, enterprise_project_id } = readFailureFilter(query);
  return { limit: limitOr(limit, defaultFailures), offset, ...defined({ enterpriseProject: enterpriseFilter(enterprise_project_id) }) };
}

/** 0 asks for as many as when nothing is said. */
function limitOr(limit: number | undefined, byDefault: number): number {
  return limit === undefined || limit === 0 ? byDefault : limit;
}
