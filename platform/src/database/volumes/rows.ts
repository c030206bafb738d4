import { sql } from 'kysely';
import type { Kysely, Selectable } from 'kysely';
import type { KeptSnapshot, KeptTransfer, KeptVolume } from '../../volumes/kept-volume.ts';
import type { Attachment, Snapshot, Transfer, Volume } from '../../volumes/volume.ts';
import { attachmentId, snapshotId, transferId, volumeId, volumeProjectId } from '../../volumes/volume-ids.ts';
import type { Database } from '../schema.ts';
import { metadataColumn, snapshotMetadataColumn, tagsColumn } from './columns.ts';

interface AttachmentJson {
  readonly id: string;
  readonly server_id: string;
  readonly device: string;
  readonly host_name: string;
  readonly attached_ms: number;
}

export type VolumeRow = Selectable<Database['volume']> & { readonly attachments: readonly AttachmentJson[] };

/** Disks with their attachments, oldest first. */
export function selectVolumes(db: Kysely<Database>) {
  return db.selectFrom('volume').selectAll('volume').select(sql<readonly AttachmentJson[]>`
    (select coalesce(json_agg(json_build_object('id', a.id, 'server_id', a.server_id, 'device', a.device, 'host_name', a.host_name,
        'attached_ms', (extract(epoch from a.attached_at) * 1000)::bigint) order by a.attached_at, a.id), '[]')
     from volume_attachment a where a.volume_id = volume.id)`.as('attachments'));
}

export function volumeOf(row: VolumeRow): Volume {
  return {
    id: volumeId(row.id),
    owner: { project: volumeProjectId(row.project_id), userId: row.user_id },
    name: row.name,
    description: row.description,
    sizeGiB: row.size_gib,
    type: row.type,
    availabilityZone: row.availability_zone,
    source: sourceOf(row),
    multiattach: row.multiattach,
    bootable: row.bootable,
    metadata: metadataColumn.judge(row.metadata, row.id),
    tags: tagsColumn.judge(row.tags, row.id),
    enterpriseProjectId: row.enterprise_project_id,
    state: row.state,
    attachments: row.attachments.map(attachmentOf),
    createdAt: row.created_at.getTime(),
    updatedAt: row.updated_at.getTime(),
    problem: row.problem ?? undefined,
  };
}

export function keptVolumeOf(row: VolumeRow): KeptVolume {
  return { ...volumeOf(row), backend: row.backend, host: row.host ?? undefined, ref: row.ref ?? undefined, lost: row.lost };
}

function sourceOf({ source_kind: kind, source_id: id }: VolumeRow): Volume['source'] {
  if (id === null || kind === 'blank') return { kind: 'blank' };
  return kind === 'snapshot' ? { kind, id: snapshotId(id) } : { kind, id: volumeId(id) };
}

function attachmentOf({ id, server_id: serverId, device, host_name: hostName, attached_ms: attachedAt }: AttachmentJson): Attachment {
  return { id: attachmentId(id), serverId, device, hostName, attachedAt };
}

export function snapshotOf(row: Selectable<Database['volume_snapshot']>): Snapshot {
  return {
    id: snapshotId(row.id),
    volume: volumeId(row.volume_id),
    owner: { project: volumeProjectId(row.project_id), userId: row.user_id },
    name: row.name,
    description: row.description,
    sizeGiB: row.size_gib,
    state: row.state,
    progress: row.state === 'creating' ? 0 : 100,
    metadata: snapshotMetadataColumn.judge(row.metadata, row.id),
    createdAt: row.created_at.getTime(),
    updatedAt: row.updated_at.getTime(),
    problem: row.problem ?? undefined,
  };
}

export function keptSnapshotOf(row: Selectable<Database['volume_snapshot']>): KeptSnapshot {
  return { ...snapshotOf(row), ref: row.ref ?? undefined, lost: row.lost };
}

export function transferOf(row: Selectable<Database['volume_transfer']>): Transfer {
  return {
    id: transferId(row.id),
    name: row.name,
    volume: volumeId(row.volume_id),
    project: volumeProjectId(row.project_id),
    withoutSnapshots: row.without_snapshots,
    createdAt: row.created_at.getTime(),
    expiresAt: row.expires_at.getTime(),
  };
}

export function keptTransferOf(row: Selectable<Database['volume_transfer']>): KeptTransfer {
  const { acceptor_project: project, acceptor_user: userId } = row;
  return { ...transferOf(row), keyDigest: row.key_digest, acceptor: project === null || userId === null ? undefined : { project: volumeProjectId(project), userId } };
}
