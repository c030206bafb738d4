import type { CinderVolume } from '@haulier/wire/evs/cinder.ts';
import type { Link } from '@haulier/wire/evs/fields.ts';
import type { TaggedVolumeDetail } from '@haulier/wire/evs/tags.ts';
import type { Attachment as WireAttachment, UpdateVolumeResponse, VolumeDetail, VolumeSummary } from '@haulier/wire/evs/volumes.ts';
import type { Attachment, Volume } from '../../volumes/volume.ts';
import { timestamp } from './times.ts';

/** @param links how the caller reaches the disk */
export function toVolumeDetail(volume: Volume, links: Link[]): VolumeDetail {
  const { source, owner } = volume;
  return {
    'id': volume.id,
    links,
    'name': volume.name,
    'status': volume.state,
    'attachments': volume.attachments.map((attachment) => toAttachment(attachment, volume)),
    'availability_zone': volume.availabilityZone,
    'os-vol-host-attr:host': null,
    'source_volid': source.kind === 'volume' ? source.id : null,
    'snapshot_id': source.kind === 'snapshot' ? source.id : null,
    'description': volume.description,
    'created_at': timestamp(volume.createdAt),
    'os-vol-tenant-attr:tenant_id': owner.project,
    'volume_image_metadata': {},
    'volume_type': volume.type,
    'size': volume.sizeGiB,
    'consistencygroup_id': null,
    'bootable': volume.bootable ? 'true' : 'false',
    'metadata': { ...volume.metadata },
    'updated_at': timestamp(volume.updatedAt),
    'encrypted': false,
    'replication_status': 'disabled',
    'os-volume-replication:extended_status': null,
    'os-vol-mig-status-attr:migstat': null,
    'os-vol-mig-status-attr:name_id': null,
    'shareable': volume.multiattach ? 'true' : 'false',
    'user_id': owner.userId,
    'service_type': 'EVS',
    'multiattach': volume.multiattach,
    'dedicated_storage_id': null,
    'dedicated_storage_name': null,
    'tags': { ...volume.tags },
    'wwn': null,
    'enterprise_project_id': volume.enterpriseProjectId,
  };
}

export function toTaggedVolumeDetail(volume: Volume, links: Link[]): TaggedVolumeDetail {
  return { ...toVolumeDetail(volume, links), shareable: volume.multiattach };
}

/** The answer to a change leaves out a part of the disk. */
export function toUpdatedVolume(volume: Volume, links: Link[]): UpdateVolumeResponse {
  const detail = toVolumeDetail(volume, links);
  return {
    'id': detail.id,
    'links': detail.links,
    'name': detail.name,
    'status': detail.status,
    'attachments': detail.attachments,
    'availability_zone': detail.availability_zone,
    'os-vol-host-attr:host': detail['os-vol-host-attr:host'],
    'source_volid': detail.source_volid,
    'snapshot_id': detail.snapshot_id,
    'description': detail.description,
    'created_at': detail.created_at,
    'os-vol-tenant-attr:tenant_id': detail['os-vol-tenant-attr:tenant_id'],
    'volume_image_metadata': detail.volume_image_metadata,
    'volume_type': detail.volume_type,
    'size': detail.size,
    'bootable': detail.bootable,
    'metadata': detail.metadata,
    'os-volume-replication:extended_status': detail['os-volume-replication:extended_status'],
    'shareable': detail.shareable,
    'multiattach': detail.multiattach,
  };
}

export function toCinderVolume(volume: Volume, links: Link[]): CinderVolume {
  return { ...toVolumeDetail(volume, links), migration_status: null, group_id: null, shared_targets: false, service_uuid: null };
}

export function toVolumeSummary({ id, name }: Volume, links: Link[]): VolumeSummary {
  return { id, links, name };
}

/** `id` is the disk's too, as in the documents' examples. */
function toAttachment({ id, serverId, device, hostName, attachedAt }: Attachment, volume: Volume): WireAttachment {
  return { attached_at: timestamp(attachedAt), attachment_id: id, device, host_name: hostName === '' ? null : hostName, id: volume.id, server_id: serverId, volume_id: volume.id };
}
