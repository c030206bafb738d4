/** A request for new disks, translated: what EVS documents, and what Cinder's clients send. */
import { CinderCreateVolumeRequest } from '@haulier/wire/evs/cinder.ts';
import { CreateVolumeRequest } from '@haulier/wire/evs/volumes.ts';
import { largestDiskGiB } from '@haulier/wire/evs/fields.ts';
import type { NewVolume, SnapshotOrigin, Volume, VolumeOwner, VolumeType } from '../../volumes/volume.ts';
import { VolumeRefusal } from '../../volumes/volumes.ts';
import { BrokenInput, schemaReader } from '../read-by-schema.ts';
import { notServed, RequestFault } from './faults.ts';
import { snapshotId, volumeId } from './ids.ts';

const readEvs = schemaReader(CreateVolumeRequest);
const readCinder = schemaReader(CinderCreateVolumeRequest);

/** Bytes of a name that `-0001` follows. */
const longestNumbered = 250;
/** "The metadata size must be smaller than 1048576 bytes." */
const metadataBytes = 1_048_576;

/** The enterprise project that everything belongs to which names none. */
const defaultEnterpriseProject = '0';

export function parseCreateVolume(owner: VolumeOwner, types: readonly VolumeType[], body: unknown): { readonly volume: NewVolume; readonly count: number } {
  const request = readEvs(body);
  refuseUnserved(request);
  const { volume } = request;
  const source = volume.snapshot_id === undefined ? { kind: 'blank' as const } : { kind: 'snapshot' as const, id: snapshotId(volume.snapshot_id) };
  if (volume.size === undefined) throw new BrokenInput('volume.size', `a whole number of GB from 1 to ${largestDiskGiB}`, true);
  const count = volume.count ?? 1;
  if (count > 1 && Buffer.byteLength(volume.name ?? '') > longestNumbered) throw new BrokenInput('volume.name', `a name of up to ${longestNumbered} bytes, since a number follows it`, false);
  checkMetadata(volume.metadata ?? {});
  return {
    count,
    volume: {
      owner,
      name: volume.name ?? '',
      description: volume.description ?? '',
      sizeGiB: volume.size,
      type: typeNamed(types, volume.volume_type),
      availabilityZone: volume.availability_zone,
      source,
      multiattach: volume.multiattach ?? false,
      metadata: volume.metadata ?? {},
      tags: volume.tags ?? {},
      enterpriseProjectId: volume.enterprise_project_id ?? defaultEnterpriseProject,
    },
  };
}

function refuseUnserved({ bssParam, volume, server_id: server, 'OS-SCH-HNT:scheduler_hints': hints }: CreateVolumeRequest): void {
  if (bssParam?.chargingMode === 'prePaid') throw notServed('bssParam.chargingMode', 'Nothing is charged here: leave it out or send postPaid.');
  if ([volume.backup_id, volume.imageRef, volume.snapshot_id].filter((source) => source !== undefined).length > 1) throw new BrokenInput('volume.snapshot_id', 'one source alone', false);
  if (volume.backup_id !== undefined) throw notServed('volume.backup_id', 'There are no backups here.');
  if (volume.imageRef !== undefined) throw notServed('volume.imageRef', 'There are no images here.');
  if (volume.iops !== undefined) throw notServed('volume.iops', 'Leave it out.');
  if (volume.throughput !== undefined) throw notServed('volume.throughput', 'Leave it out.');
  if (server !== undefined) throw notServed('server_id', 'Attach the disk when it is there.');
  if (hints?.dedicated_storage_id !== undefined) throw notServed('OS-SCH-HNT:scheduler_hints.dedicated_storage_id', 'There are no dedicated pools here.');
}

/** Keys of metadata that ask for something: their defaults are taken. */
function checkMetadata(metadata: Readonly<Record<string, string>>): void {
  if (Buffer.byteLength(JSON.stringify(metadata)) >= metadataBytes) throw new RequestFault({ kind: 'metadata-too-large' });
  if (metadata['__system__cmkid'] !== undefined) throw notServed('volume.metadata.__system__cmkid', 'Disks are not encrypted here.');
  if ((metadata['__system__encrypted'] ?? '0') !== '0') throw notServed('volume.metadata.__system__encrypted', 'Disks are not encrypted here: leave it out or send 0.');
  if ((metadata['hw:passthrough'] ?? 'false') !== 'false') throw notServed('volume.metadata.hw:passthrough', 'There are no SCSI disks here: leave it out or send false.');
  const clone = metadata['full_clone'];
  if (clone !== undefined && clone !== '0' && clone !== '1') throw new BrokenInput('volume.metadata.full_clone', '0 or 1', false);
}

/** A source that the new volume is as large as, when no size is asked for. */
export interface Sources {
  readonly volume: (id: ReturnType<typeof volumeId>) => Promise<Volume>;
  readonly snapshot: (id: ReturnType<typeof snapshotId>) => Promise<SnapshotOrigin>;
}

/** What is not asked for is the source's; without one it is the first type that there is, in its first zone. */
export async function parseCinderCreateVolume(owner: VolumeOwner, types: readonly VolumeType[], sources: Sources, body: unknown): Promise<NewVolume> {
  const { volume, 'OS-SCH-HNT:scheduler_hints': hints } = readCinder(body);
  if (hints !== undefined && Object.keys(hints).length > 0) throw notServed('OS-SCH-HNT:scheduler_hints', 'Leave it out.');
  for (const field of ['backup_id', 'consistencygroup_id', 'group_id', 'imageRef', 'image_id', 'source_replica'] as const) {
    if (volume[field] !== undefined && volume[field] !== '') throw notServed(`volume.${field}`, 'Leave it out.');
  }
  checkMetadata(volume.metadata ?? {});
  const from = await sourceOf(volume, sources);
  const type = typeOf(types, named(volume.volume_type) ?? from.like?.type);
  return {
    owner,
    name: volume.name ?? volume.display_name ?? '',
    description: volume.description ?? volume.display_description ?? '',
    sizeGiB: sizeOf(volume.size) ?? from.sizeGiB ?? missingSize(),
    type: type.name,
    availabilityZone: named(volume.availability_zone) ?? from.like?.availabilityZone ?? type.availabilityZones[0] ?? '',
    source: from.source,
    multiattach: volume.multiattach ?? false,
    metadata: volume.metadata ?? {},
    tags: {},
    enterpriseProjectId: from.like?.enterpriseProjectId ?? defaultEnterpriseProject,
  };
}

interface From {
  readonly source: NewVolume['source'];
  readonly sizeGiB?: number;
  readonly like?: Pick<Volume, 'type' | 'availabilityZone' | 'enterpriseProjectId'>;
}

async function sourceOf(volume: CinderCreateVolumeRequest['volume'], sources: Sources): Promise<From> {
  const snapshot = named(volume.snapshot_id);
  const original = named(volume.source_volid);
  if (snapshot !== undefined && original !== undefined) throw new BrokenInput('volume.source_volid', 'one source alone', false);
  if (snapshot !== undefined) {
    const id = snapshotId(snapshot);
    const like = await sources.snapshot(id);
    return { source: { kind: 'snapshot', id }, sizeGiB: like.sizeGiB, like };
  }
  if (original === undefined) return { source: { kind: 'blank' } };
  const id = volumeId(original);
  const like = await sources.volume(id);
  return { source: { kind: 'volume', id }, sizeGiB: like.sizeGiB, like };
}

/** Clients send the empty text for what nobody asked for. */
function named(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function sizeOf(size: string | number | undefined): number | undefined {
  if (size === undefined) return undefined;
  const number = Number(size);
  if (number < 1 || number > largestDiskGiB) throw new BrokenInput('volume.size', `a whole number of GB from 1 to ${largestDiskGiB}`, false);
  return number;
}

function missingSize(): never {
  throw new BrokenInput('volume.size', `a whole number of GB from 1 to ${largestDiskGiB}`, true);
}

/** Types are told by their names; Cinder's clients also know their ids. The room judges names that are none. */
export function typeNamed(types: readonly VolumeType[], text: string): string {
  return types.find(({ id, name }) => name === text || id === text)?.name ?? text;
}

function typeOf(types: readonly VolumeType[], text: string | undefined): VolumeType {
  const type = text === undefined ? types[0] : types.find(({ id, name }) => name === text || id === text);
  if (type === undefined) throw new VolumeRefusal({ kind: 'no-such-type', type: text ?? '' });
  return type;
}
