/** Disks as EVS's own paths have them: CreateVolume, ListVolumes, ShowVolume, UpdateVolume, ResizeVolume, DeleteVolume. */
import { Type, type Static } from 'typebox';
import { EvsDescription, EvsLimit, EvsName, Link, Marker, Metadata, Offset, OrNull, SizeGiB, Tags, Timestamp } from './fields.ts';

export const VolumeParams = Type.Object({ project_id: Type.String({ minLength: 1, maxLength: 1024 }), volume_id: Type.String({ minLength: 1, maxLength: 1024 }) });
export type VolumeParams = Static<typeof VolumeParams>;

const yesOrNo = { description: 'true or false' };

/** Texts in the documents; booleans are taken as well. */
const Flag = Type.Union([Type.Enum(['true', 'false']), Type.Boolean()], yesOrNo);

const BssParam = Type.Object({
  chargingMode: Type.Optional(Type.Enum(['postPaid', 'prePaid'], { description: 'postPaid or prePaid' })),
  isAutoPay: Type.Optional(Flag),
  isAutoRenew: Type.Optional(Flag),
  periodNum: Type.Optional(Type.Integer({ minimum: 1, maximum: 11, description: 'a whole number from 1 to 11' })),
  periodType: Type.Optional(Type.Enum(['month', 'year'], { description: 'month or year' })),
}, { description: 'an object' });

export const largestBatch = 100;

const CreateVolumeOption = Type.Object({
  availability_zone: Type.String({ minLength: 1, maxLength: 255, description: 'the name of an availability zone' }),
  backup_id: Type.Optional(Type.String({ description: 'the ID of a backup' })),
  count: Type.Optional(Type.Integer({ minimum: 1, maximum: largestBatch, description: `a whole number from 1 to ${largestBatch}` })),
  description: Type.Optional(EvsDescription),
  enterprise_project_id: Type.Optional(Type.String({ maxLength: 36, description: 'the ID of an enterprise project' })),
  imageRef: Type.Optional(Type.String({ description: 'the ID of an image' })),
  metadata: Type.Optional(Metadata),
  multiattach: Type.Optional(Type.Boolean(yesOrNo)),
  name: Type.Optional(EvsName),
  size: Type.Optional(SizeGiB),
  snapshot_id: Type.Optional(Type.String({ description: 'the ID of a snapshot' })),
  volume_type: Type.String({ minLength: 1, maxLength: 255, description: 'a disk type' }),
  tags: Type.Optional(Tags),
  iops: Type.Optional(Type.Integer({ description: 'a whole number' })),
  throughput: Type.Optional(Type.Integer({ description: 'a whole number' })),
}, { description: 'an object that describes the disk' });

export const CreateVolumeRequest = Type.Object({
  'bssParam': Type.Optional(BssParam),
  'volume': CreateVolumeOption,
  'server_id': Type.Optional(Type.String({ description: 'the ID of a server' })),
  'OS-SCH-HNT:scheduler_hints': Type.Optional(Type.Object({ dedicated_storage_id: Type.Optional(Type.String({ description: 'the ID of a dedicated pool' })) }, { description: 'an object' })),
}, { description: 'an object with volume' });
export type CreateVolumeRequest = Static<typeof CreateVolumeRequest>;

export const CreateVolumeResponse = Type.Object({ job_id: Type.String(), volume_ids: Type.Array(Type.String()) });
export type CreateVolumeResponse = Static<typeof CreateVolumeResponse>;

export const UpdateVolumeRequest = Type.Object({
  volume: Type.Object({ description: Type.Optional(EvsDescription), name: Type.Optional(EvsName) }, { description: 'an object with name or description' }),
}, { description: 'an object with volume' });

export const ResizeVolumeRequest = Type.Object({
  'os-extend': Type.Object({ new_size: SizeGiB }, { description: 'an object with new_size' }),
  'bssParam': Type.Optional(Type.Object({ isAutoPay: Type.Optional(Flag) }, { description: 'an object' })),
}, { description: 'an object with os-extend' });

/** The documents do not say how many: as many as are created at once. */
export const BatchResizeRequest = Type.Object({
  volumes: Type.Array(Type.Object({ id: Type.String({ minLength: 1, maxLength: 255, description: 'the ID of a disk' }), new_size: SizeGiB }, { description: 'an object with id and new_size' }), {
    minItems: 1, maxItems: largestBatch, description: `a list of 1 to ${largestBatch} disks`,
  }),
  bss_param: Type.Optional(Type.Object({ is_auto_pay: Type.Optional(Flag) }, { description: 'an object' })),
}, { description: 'an object with volumes' });

/** The answer to what goes on as a task. */
export const JobResponse = Type.Object({ job_id: Type.String() });
export type JobResponse = Static<typeof JobResponse>;

/** All filters of ListVolumes. */
export const ListVolumesQuery = Type.Object({
  marker: Type.Optional(Marker),
  name: Type.Optional(Type.String({ maxLength: 255, description: 'a part of a name, of up to 255 characters' })),
  limit: Type.Optional(EvsLimit),
  sort_key: Type.Optional(Type.Enum(['id', 'status', 'size', 'created_at'], { description: 'id, status, size or created_at' })),
  offset: Type.Optional(Offset),
  sort_dir: Type.Optional(Type.Enum(['asc', 'desc'], { description: 'asc or desc' })),
  status: Type.Optional(Type.String({ description: 'a status of disks' })),
  metadata: Type.Optional(Type.String({ description: 'a JSON object of texts' })),
  availability_zone: Type.Optional(Type.String({ description: 'the name of an availability zone' })),
  multiattach: Type.Optional(Type.Boolean(yesOrNo)),
  service_type: Type.Optional(Type.String({ description: 'a service type' })),
  dedicated_storage_id: Type.Optional(Type.String({ description: 'the ID of a dedicated pool' })),
  dedicated_storage_name: Type.Optional(Type.String({ description: 'the name of a dedicated pool' })),
  volume_type_id: Type.Optional(Type.String({ description: 'the ID of a disk type' })),
  id: Type.Optional(Type.String({ description: 'the ID of a disk' })),
  ids: Type.Optional(Type.String({ description: "a list of up to 60 IDs of disks, as ['id1','id2']" })),
  enterprise_project_id: Type.Optional(Type.String({ maxLength: 36, description: 'the ID of an enterprise project' })),
  server_id: Type.Optional(Type.String({ description: 'the ID of a server' })),
  not_metadata: Type.Optional(Type.String({ description: 'a JSON object of texts' })),
});
export type ListVolumesQuery = Static<typeof ListVolumesQuery>;

export const Attachment = Type.Object({
  attached_at: Timestamp, attachment_id: Type.String(), device: Type.String(), host_name: OrNull.text, id: Type.String(), server_id: Type.String(), volume_id: Type.String(),
});
export type Attachment = Static<typeof Attachment>;

/** VolumeDetail. Null is what there is not. */
export const VolumeDetail = Type.Object({
  'id': Type.String(),
  'links': Type.Array(Link),
  'name': Type.String(),
  'status': Type.String(),
  'attachments': Type.Array(Attachment),
  'availability_zone': Type.String(),
  'os-vol-host-attr:host': OrNull.text,
  'source_volid': OrNull.text,
  'snapshot_id': OrNull.text,
  'description': Type.String(),
  'created_at': Timestamp,
  'os-vol-tenant-attr:tenant_id': Type.String(),
  'volume_image_metadata': Type.Record(Type.String(), Type.String()),
  'volume_type': Type.String(),
  'size': Type.Integer(),
  'consistencygroup_id': OrNull.text,
  'bootable': Type.Enum(['true', 'false']),
  'metadata': Type.Record(Type.String(), Type.String()),
  'updated_at': Timestamp,
  'encrypted': Type.Boolean(),
  'replication_status': Type.String(),
  'os-volume-replication:extended_status': OrNull.text,
  'os-vol-mig-status-attr:migstat': OrNull.text,
  'os-vol-mig-status-attr:name_id': OrNull.text,
  'shareable': Type.String(),
  'user_id': Type.String(),
  'service_type': Type.Literal('EVS'),
  'multiattach': Type.Boolean(),
  'dedicated_storage_id': OrNull.text,
  'dedicated_storage_name': OrNull.text,
  'tags': Type.Record(Type.String(), Type.String()),
  'wwn': OrNull.text,
  'enterprise_project_id': Type.String(),
});
export type VolumeDetail = Static<typeof VolumeDetail>;

export const VolumeResponse = Type.Object({ volume: VolumeDetail });
export type VolumeResponse = Static<typeof VolumeResponse>;

/** UpdateVolume answers the disk itself, without a box around it, and not all of it. */
export const UpdateVolumeResponse = Type.Pick(VolumeDetail, [
  'id', 'links', 'name', 'status', 'attachments', 'availability_zone', 'os-vol-host-attr:host', 'source_volid', 'snapshot_id', 'description', 'created_at', 'os-vol-tenant-attr:tenant_id',
  'volume_image_metadata', 'volume_type', 'size', 'bootable', 'metadata', 'os-volume-replication:extended_status', 'shareable', 'multiattach',
]);
export type UpdateVolumeResponse = Static<typeof UpdateVolumeResponse>;

export const ListVolumesResponse = Type.Object({
  count: Type.Integer({ description: 'Disks that meet the criteria, on all pages.' }),
  volumes_links: Type.Optional(Type.Array(Link)),
  volumes: Type.Array(VolumeDetail),
});
export type ListVolumesResponse = Static<typeof ListVolumesResponse>;

/** The short list. */
export const VolumeSummary = Type.Object({ id: Type.String(), links: Type.Array(Link), name: Type.String() });
export type VolumeSummary = Static<typeof VolumeSummary>;
export const ListVolumeSummariesResponse = Type.Object({ volumes: Type.Array(VolumeSummary), volumes_links: Type.Optional(Type.Array(Link)), count: Type.Optional(Type.Integer()) });
export type ListVolumeSummariesResponse = Static<typeof ListVolumeSummariesResponse>;
