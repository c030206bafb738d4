/** Snapshots as EVS's own paths have them. */
import { Type, type Static } from 'typebox';
import { Description, EvsDescription, EvsLimit, EvsName, Link, Metadata, Name, Offset, OrNull, Timestamp } from './fields.ts';

export const SnapshotParams = Type.Object({ project_id: Type.String({ minLength: 1, maxLength: 1024 }), snapshot_id: Type.String({ minLength: 1, maxLength: 1024 }) });
export type SnapshotParams = Static<typeof SnapshotParams>;

const create = {
  volume_id: Type.String({ minLength: 1, maxLength: 255, description: 'the ID of a disk' }),
  force: Type.Optional(Type.Boolean({ description: 'true or false' })),
  metadata: Type.Optional(Metadata),
};

export const CreateSnapshotRequest = Type.Object({
  snapshot: Type.Object({ ...create, description: Type.Optional(EvsDescription), name: Type.Optional(EvsName) }, { description: 'an object with volume_id' }),
}, { description: 'an object with snapshot' });

/** The same of Cinder's clients, but for how texts are measured. */
export const CinderCreateSnapshotRequest = Type.Object({
  snapshot: Type.Object({ ...create, description: Type.Optional(Description), name: Type.Optional(Name) }, { description: 'an object with volume_id' }),
}, { description: 'an object with snapshot' });

export const UpdateSnapshotRequest = Type.Object({
  snapshot: Type.Object({ description: Type.Optional(EvsDescription), name: Type.Optional(EvsName) }, { description: 'an object with name or description' }),
}, { description: 'an object with snapshot' });

export const RollbackSnapshotRequest = Type.Object({
  rollback: Type.Object({
    name: Type.Optional(EvsName),
    volume_id: Type.String({ minLength: 1, maxLength: 255, description: "the ID of the snapshot's disk" }),
  }, { description: 'an object with volume_id' }),
}, { description: 'an object with rollback' });

export const RollbackSnapshotResponse = Type.Object({ rollback: Type.Object({ volume_id: Type.String() }) });
export type RollbackSnapshotResponse = Static<typeof RollbackSnapshotResponse>;

/** All filters of ListSnapshots. */
export const ListSnapshotsQuery = Type.Object({
  offset: Type.Optional(Offset),
  limit: Type.Optional(EvsLimit),
  name: Type.Optional(Type.String({ maxLength: 255, description: 'a part of a name, of up to 255 characters' })),
  status: Type.Optional(Type.String({ description: 'a status of snapshots' })),
  volume_id: Type.Optional(Type.String({ description: 'the ID of a disk' })),
  availability_zone: Type.Optional(Type.String({ description: 'the name of an availability zone' })),
  id: Type.Optional(Type.String({ description: 'the ID of a snapshot' })),
  dedicated_storage_name: Type.Optional(Type.String({ description: 'the name of a dedicated pool' })),
  dedicated_storage_id: Type.Optional(Type.String({ description: 'the ID of a dedicated pool' })),
  service_type: Type.Optional(Type.String({ description: 'a service type' })),
  enterprise_project_id: Type.Optional(Type.String({ maxLength: 36, description: 'the ID of an enterprise project' })),
});
export type ListSnapshotsQuery = Static<typeof ListSnapshotsQuery>;

/** SnapshotDetails. */
export const SnapshotDetail = Type.Object({
  'id': Type.String(),
  'status': Type.String(),
  'name': Type.String(),
  'description': Type.String(),
  'created_at': Timestamp,
  'updated_at': Timestamp,
  'metadata': Type.Record(Type.String(), Type.String()),
  'volume_id': Type.String(),
  'size': Type.Integer(),
  'os-extended-snapshot-attributes:project_id': Type.String(),
  'os-extended-snapshot-attributes:progress': Type.String(),
});
export type SnapshotDetail = Static<typeof SnapshotDetail>;

/** SnapshotList: a list tells more of each. */
export const ListedSnapshot = Type.Object({ ...SnapshotDetail.properties, dedicated_storage_id: OrNull.text, dedicated_storage_name: OrNull.text, service_type: Type.Literal('EVS') });
export type ListedSnapshot = Static<typeof ListedSnapshot>;

export const SnapshotResponse = Type.Object({ snapshot: SnapshotDetail });
export type SnapshotResponse = Static<typeof SnapshotResponse>;

export const ListSnapshotsResponse = Type.Object({
  count: Type.Integer({ description: 'Snapshots that meet the criteria, on all pages.' }),
  snapshots: Type.Array(ListedSnapshot),
  snapshots_links: Type.Optional(Type.Array(Link)),
});
export type ListSnapshotsResponse = Static<typeof ListSnapshotsResponse>;
