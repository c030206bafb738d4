/** Requests of OpenStack Block Storage, version 3, as Cinder's clients send them. Only what is served here has a field. */
import { Type, type Static } from 'typebox';
import { CinderLimit, Description, Marker, Metadata, Name, Offset, OrNull, SizeGiB } from './fields.ts';
import { SnapshotDetail } from './snapshots.ts';
import { VolumeDetail } from './volumes.ts';

const yesOrNo = { description: 'true or false' };

const Box = Type.Record(Type.String(), Type.Unknown());

/** Fields that are there to be refused by name: a client that sends one wants something that it would not get. */
const notServed = {
  'backup_id': Type.Optional(Type.Unknown()),
  'consistencygroup_id': Type.Optional(Type.Unknown()),
  'group_id': Type.Optional(Type.Unknown()),
  'imageRef': Type.Optional(Type.Unknown()),
  'image_id': Type.Optional(Type.Unknown()),
  'source_replica': Type.Optional(Type.Unknown()),
};

export const CinderCreateVolumeRequest = Type.Object({
  'volume': Type.Object({
    name: Type.Optional(Name),
    display_name: Type.Optional(Name),
    description: Type.Optional(Description),
    display_description: Type.Optional(Description),
    /** Optional only where there is a source. */
    size: Type.Optional(Type.Union([SizeGiB, Type.String({ pattern: '^[0-9]{1,5}$' })], { description: 'a whole number of GB from 1 to 32768' })),
    volume_type: Type.Optional(Type.String({ maxLength: 255, description: 'the name or the ID of a volume type' })),
    availability_zone: Type.Optional(Type.String({ maxLength: 255, description: 'the name of an availability zone' })),
    metadata: Type.Optional(Metadata),
    multiattach: Type.Optional(Type.Boolean(yesOrNo)),
    snapshot_id: Type.Optional(Type.String({ maxLength: 255, description: 'the ID of a snapshot' })),
    source_volid: Type.Optional(Type.String({ maxLength: 255, description: 'the ID of a volume' })),
    ...notServed,
  }, { description: 'an object that describes the volume' }),
  'OS-SCH-HNT:scheduler_hints': Type.Optional(Box),
}, { description: 'an object with volume' });
export type CinderCreateVolumeRequest = Static<typeof CinderCreateVolumeRequest>;

/** "Manage an existing volume": what the backend has becomes known. Name and description are the backend's. */
export const CinderManageVolumeRequest = Type.Object({
  volume: Type.Object({
    /** Of a host at Cinder; here the type says which backend is meant. */
    host: Type.Optional(Type.Unknown()),
    ref: Type.Object({ 'source-id': Type.String({ maxLength: 255, description: 'the ID of the volume at its cloud' }) }, { description: 'an object with source-id' }),
    volume_type: Type.String({ maxLength: 255, description: 'the name or the ID of a volume type' }),
    /** These are there to be refused by name: they are those of the volume at its cloud. */
    name: Type.Optional(Type.Unknown()),
    description: Type.Optional(Type.Unknown()),
    availability_zone: Type.Optional(Type.Unknown()),
    metadata: Type.Optional(Type.Unknown()),
    bootable: Type.Optional(Type.Unknown()),
  }, { description: 'an object with ref and volume_type' }),
}, { description: 'an object with volume' });
export type CinderManageVolumeRequest = Static<typeof CinderManageVolumeRequest>;

const names = { name: Type.Optional(Name), display_name: Type.Optional(Name), description: Type.Optional(Description), display_description: Type.Optional(Description) };

export const CinderUpdateVolumeRequest = Type.Object({
  volume: Type.Object({ ...names, metadata: Type.Optional(Metadata) }, { description: 'an object with what changes' }),
}, { description: 'an object with volume' });

export const CinderUpdateSnapshotRequest = Type.Object({ snapshot: Type.Object(names, { description: 'an object with what changes' }) }, { description: 'an object with snapshot' });

export const CinderMetadataRequest = Type.Object({ metadata: Metadata }, { description: 'an object with metadata' });
export const CinderMetaRequest = Type.Object({ meta: Metadata }, { description: 'an object with meta' });

const list = {
  marker: Type.Optional(Marker),
  limit: Type.Optional(CinderLimit),
  offset: Type.Optional(Offset),
  name: Type.Optional(Type.String({ description: 'a name' })),
  status: Type.Optional(Type.String({ description: 'a status' })),
  with_count: Type.Optional(Type.Boolean(yesOrNo)),
  sort: Type.Optional(Type.String({ description: 'keys with directions, as created_at:desc,id' })),
  sort_key: Type.Optional(Type.String({ description: 'a key to sort by' })),
  sort_dir: Type.Optional(Type.Enum(['asc', 'desc'], { description: 'asc or desc' })),
};

export const CinderListVolumesQuery = Type.Object({
  ...list,
  'name~': Type.Optional(Type.String({ description: 'a part of a name' })),
  'availability_zone': Type.Optional(Type.String({ description: 'the name of an availability zone' })),
  'bootable': Type.Optional(Type.Boolean(yesOrNo)),
  'multiattach': Type.Optional(Type.Boolean(yesOrNo)),
  'metadata': Type.Optional(Type.String({ description: 'an object of texts' })),
  'group_id': Type.Optional(Type.String({ description: 'the ID of a group of volumes' })),
  'migration_status': Type.Optional(Type.String({ description: 'a status of a migration between backends' })),
});
export type CinderListVolumesQuery = Static<typeof CinderListVolumesQuery>;

export const CinderListSnapshotsQuery = Type.Object({
  ...list,
  'name~': Type.Optional(Type.String({ description: 'a part of a name' })),
  'volume_id': Type.Optional(Type.String({ description: 'the ID of a volume' })),
  'availability_zone': Type.Optional(Type.String({ description: 'the name of an availability zone' })),
  'metadata': Type.Optional(Type.String({ description: 'an object of texts' })),
});
export type CinderListSnapshotsQuery = Static<typeof CinderListSnapshotsQuery>;

export const CinderDeleteVolumeQuery = Type.Object({ cascade: Type.Optional(Type.Boolean(yesOrNo)), force: Type.Optional(Type.Boolean(yesOrNo)) });

export const CinderListTypesQuery = Type.Object({ name: Type.Optional(Type.String({ description: 'a name' })), extra_specs: Type.Optional(Type.String({ description: 'an object of texts' })) });

export const CinderQuotaQuery = Type.Object({ usage: Type.Optional(Type.Boolean(yesOrNo)) });

export const CinderSummaryQuery = Type.Object({ name: Type.Optional(Type.String({ description: 'a name' })), status: Type.Optional(Type.String({ description: 'a status' })) });

/** Bodies of the actions that are served, by their names. */
export const cinderActions = {
  'os-extend': Type.Object({ new_size: SizeGiB }, { description: 'an object with new_size' }),
  'os-attach': Type.Object({
    instance_uuid: Type.String({ minLength: 1, maxLength: 255, description: 'the ID of a server' }),
    mountpoint: Type.String({ minLength: 1, maxLength: 255, description: 'the path of a device' }),
    host_name: Type.Optional(Type.String({ maxLength: 255, description: 'the name of a host' })),
    mode: Type.Optional(Type.Enum(['rw', 'ro'], { description: 'rw or ro' })),
  }, { description: 'an object with instance_uuid and mountpoint' }),
  'os-detach': Type.Object({ attachment_id: Type.Optional(Type.String({ maxLength: 255, description: 'the ID of an attachment' })) }, { description: 'an object' }),
  'os-set_bootable': Type.Object({ bootable: Type.Union([Type.Boolean(), Type.Enum(['true', 'false', 'True', 'False'])], yesOrNo) }, { description: 'an object with bootable' }),
  'revert': Type.Object({ snapshot_id: Type.String({ minLength: 1, maxLength: 255, description: 'the ID of a snapshot' }) }, { description: 'an object with snapshot_id' }),
} as const;

/** A volume as Cinder's clients read it: EVS's with what version 3.55 adds. */
export const CinderVolume = Type.Object({ ...VolumeDetail.properties, migration_status: OrNull.text, group_id: OrNull.text, shared_targets: Type.Boolean(), service_uuid: OrNull.text });
export type CinderVolume = Static<typeof CinderVolume>;

export const CinderSnapshot = Type.Object({ ...SnapshotDetail.properties, user_id: Type.String(), group_snapshot_id: OrNull.text });
export type CinderSnapshot = Static<typeof CinderSnapshot>;
