/** What the `haulier volume` commands do. */
import { ListAvailabilityZonesResponse, ListVolumeTypesResponse, QuotaSetResponse, type VolumeType } from '@haulier/wire/evs/catalogue.ts';
import { ShowJobResponse } from '@haulier/wire/evs/jobs.ts';
import type { SnapshotDetail } from '@haulier/wire/evs/snapshots.ts';
import { CreateVolumeResponse, JobResponse, ListVolumesResponse, UpdateVolumeResponse, type CreateVolumeRequest, type VolumeDetail } from '@haulier/wire/evs/volumes.ts';
import { Type } from 'typebox';
import { UsageError } from '../usage-error.ts';
import { connect, print, type Printing } from './answers.ts';
import { RemoteError, type ApiClient } from './api-client.ts';
import { disksPath, findDisk, findSnapshot, showDisk } from './find-disk.ts';
import { untilOver } from './following.ts';
import type { AccessFlags } from './server-access.ts';
import { diskDetails, diskTable, quotaTable, typeTable } from './volume-text.ts';

export interface Waiting {
  readonly wait: boolean;
}

interface CreateFlags {
  readonly size?: string;
  readonly type?: string;
  readonly zone?: string;
  readonly snapshot?: string;
  readonly description?: string;
  readonly metadata?: readonly string[];
}

export async function create(name: string, flags: Printing & Waiting & CreateFlags): Promise<void> {
  const [asked, metadata] = [flags.size === undefined ? undefined : parseSize('--size', flags.size), parseMetadata(flags.metadata ?? [])];
  if (asked === undefined && flags.snapshot === undefined) throw new UsageError('--size: how many GiB is the disk to have?');
  const client = await connect(flags);
  const snapshot = flags.snapshot === undefined ? undefined : await findSnapshot(client, flags.snapshot);
  const size = asked ?? snapshot?.size;
  const like = snapshot === undefined ? undefined : await diskOf(client, snapshot);
  const type = await findType(client, flags.type ?? like?.volume_type);
  const zone = flags.zone ?? (like?.volume_type === type.name ? like.availability_zone : await firstZone(client, type));
  const request: CreateVolumeRequest = {
    volume: {
      name, metadata, volume_type: type.name, availability_zone: zone,
      ...(size === undefined ? {} : { size }),
      ...(flags.description === undefined ? {} : { description: flags.description }),
      ...(snapshot === undefined ? {} : { snapshot_id: snapshot.id }),
    },
  };
  const made = await client.ask(CreateVolumeResponse, 'POST', disksPath(client, 'v2.1'), request);
  const [id] = made.volume_ids;
  if (id === undefined) throw new RemoteError('the server took the disk on and named none');
  if (flags.wait) await jobDone(client, made.job_id, `disk ${id} could not be made`);
  print(flags, flags.wait ? await showDisk(client, id) : made, () => `${id}\n`);
}

const Adopted = Type.Object({ volume: Type.Object({ id: Type.String() }) });

export async function adopt(volume: string, flags: Printing & { readonly type: string }): Promise<void> {
  const client = await connect(flags);
  const request = { volume: { ref: { 'source-id': volume }, volume_type: flags.type } };
  const { volume: { id } } = await client.ask(Adopted, 'POST', `/volume/v3/${encodeURIComponent(client.projectId)}/os-volume-manage`, request);
  print(flags, await showDisk(client, id), () => `${id}\n`);
}

export async function list(flags: Printing & { readonly name?: string; readonly status?: string; readonly limit: string; readonly offset: string }): Promise<void> {
  const client = await connect(flags);
  const query = new URLSearchParams({ limit: flags.limit, offset: flags.offset, ...(flags.name === undefined ? {} : { name: flags.name }), ...(flags.status === undefined ? {} : { status: flags.status }) });
  const answer = await client.ask(ListVolumesResponse, 'GET', `${disksPath(client)}/detail?${query.toString()}`);
  print(flags, answer, () => `${diskTable(answer.volumes)}${answer.volumes.length} of ${answer.count}\n`);
}

export async function show(text: string, flags: Printing): Promise<void> {
  const disk = await findDisk(await connect(flags), text);
  print(flags, disk, () => diskDetails(disk));
}

export async function update(text: string, flags: Printing & { readonly name?: string; readonly description?: string }): Promise<void> {
  const { name, description } = flags;
  if (name === undefined && description === undefined) throw new UsageError('give it a --name, a --description or both');
  const client = await connect(flags);
  const { id } = await findDisk(client, text);
  const change = { volume: { ...(name === undefined ? {} : { name }), ...(description === undefined ? {} : { description }) } };
  await client.ask(UpdateVolumeResponse, 'PUT', `${disksPath(client)}/${id}`, change);
  const disk = await showDisk(client, id);
  print(flags, disk, () => diskDetails(disk));
}

export async function extend(text: string, sizeText: string, flags: Printing & Waiting): Promise<void> {
  const size = parseSize('GiB', sizeText);
  const client = await connect(flags);
  const { id } = await findDisk(client, text);
  const taken = await client.ask(JobResponse, 'POST', `${disksPath(client, 'v2.1')}/${id}/action`, { 'os-extend': { new_size: size } });
  if (flags.wait) await jobDone(client, taken.job_id, `disk ${id} could not be extended`);
  if (flags.json === true) print(flags, flags.wait ? await showDisk(client, id) : taken, () => '');
  else process.stderr.write(flags.wait ? `Disk ${id} has ${size} GiB.\n` : `Disk ${id} is being extended to ${size} GiB.\n`);
}

export async function remove(texts: readonly string[], flags: AccessFlags & Waiting): Promise<void> {
  const client = await connect(flags);
  for (const text of texts) {
    const { id } = await findDisk(client, text);
    const taken = await client.ask(JobResponse, 'DELETE', `${disksPath(client)}/${id}`);
    if (flags.wait) await jobDone(client, taken.job_id, `disk ${id} could not be deleted`);
    process.stderr.write(flags.wait ? `Disk ${id} is deleted.\n` : `Disk ${id} is being deleted.\n`);
  }
}

export async function types(flags: Printing): Promise<void> {
  const all = await listTypes(await connect(flags));
  print(flags, { volume_types: all }, () => typeTable(all));
}

export async function quota(flags: Printing): Promise<void> {
  const client = await connect(flags);
  const project = encodeURIComponent(client.projectId);
  const { quota_set: quotas } = await client.ask(QuotaSetResponse, 'GET', `/v2/${project}/os-quota-sets/${project}?usage=True`);
  print(flags, quotas, () => quotaTable(quotas));
}

/** Resolves when the job has succeeded. @param otherwise what it means when it fails */
async function jobDone(client: ApiClient, job: string, otherwise: string): Promise<void> {
  const path = `/v1/${encodeURIComponent(client.projectId)}/jobs/${encodeURIComponent(job)}`;
  const end = await untilOver({ look: () => client.ask(ShowJobResponse, 'GET', path), isOver: ({ status }) => status === 'SUCCESS' || status === 'FAIL' });
  if (end.status === 'FAIL') throw new RemoteError(`${otherwise}: ${end.fail_reason ?? 'the server does not say why'}${end.error_code === null ? '' : ` (${end.error_code})`}`);
}

async function listTypes(client: ApiClient): Promise<readonly VolumeType[]> {
  return (await client.ask(ListVolumeTypesResponse, 'GET', `/v2/${encodeURIComponent(client.projectId)}/types`)).volume_types;
}

/** Undefined where it is another project's by now. */
async function diskOf(client: ApiClient, { volume_id: id }: SnapshotDetail): Promise<VolumeDetail | undefined> {
  return showDisk(client, id).catch((error: unknown) => {
    if (error instanceof RemoteError && error.status === 404) return undefined;
    throw error;
  });
}

/** The first one where nobody asked for any. */
async function findType(client: ApiClient, wanted: string | undefined): Promise<VolumeType> {
  const all = await listTypes(client);
  const found = wanted === undefined ? all[0] : all.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  if (wanted === undefined) throw new RemoteError('the server has no type of disks');
  throw new UsageError(`--type: expected one of ${all.map(({ name }) => name).join(', ')}, not "${wanted}"`);
}

/** That is available, and has disks of the type. */
async function firstZone(client: ApiClient, { name, extra_specs: specs }: VolumeType): Promise<string> {
  const { availabilityZoneInfo: zones } = await client.ask(ListAvailabilityZonesResponse, 'GET', `/v2/${encodeURIComponent(client.projectId)}/os-availability-zone`);
  const having = specs['RESKEY:availability_zones']?.split(',');
  const first = zones.find(({ zoneName, zoneState }) => zoneState.available && having?.includes(zoneName) !== false);
  if (first === undefined) throw new RemoteError(`no availability zone of the server has disks of type ${name}`);
  return first.zoneName;
}

function parseSize(name: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new UsageError(`${name}: expected a whole number of GiB such as 20, not "${text}"`);
  return Number(text);
}

function parseMetadata(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(pairs.map((pair) => {
    const [whole, key, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    if (whole === undefined || key === undefined || value === undefined) throw new UsageError(`--metadata: expected key=value, not "${pair}"`);
    return [key, value];
  }));
}
