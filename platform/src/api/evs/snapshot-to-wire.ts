import type { CinderSnapshot } from '@haulier/wire/evs/cinder.ts';
import type { ListedSnapshot, SnapshotDetail } from '@haulier/wire/evs/snapshots.ts';
import type { Snapshot } from '../../volumes/volume.ts';
import { timestamp } from './times.ts';

export function toSnapshotDetail(snapshot: Snapshot): SnapshotDetail {
  return {
    'id': snapshot.id,
    'status': snapshot.state,
    'name': snapshot.name,
    'description': snapshot.description,
    'created_at': timestamp(snapshot.createdAt),
    'updated_at': timestamp(snapshot.updatedAt),
    'metadata': { ...snapshot.metadata },
    'volume_id': snapshot.volume,
    'size': snapshot.sizeGiB,
    'os-extended-snapshot-attributes:project_id': snapshot.owner.project,
    'os-extended-snapshot-attributes:progress': `${snapshot.progress}%`,
  };
}

export function toListedSnapshot(snapshot: Snapshot): ListedSnapshot {
  return { ...toSnapshotDetail(snapshot), dedicated_storage_id: null, dedicated_storage_name: null, service_type: 'EVS' };
}

export function toCinderSnapshot(snapshot: Snapshot): CinderSnapshot {
  return { ...toSnapshotDetail(snapshot), user_id: snapshot.owner.userId, group_snapshot_id: null };
}
