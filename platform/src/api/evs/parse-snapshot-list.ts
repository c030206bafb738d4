/** Filters of snapshots, translated: all that EVS documents, and those of Cinder that its clients send. */
import { CinderListSnapshotsQuery } from '@haulier/wire/evs/cinder.ts';
import { ListSnapshotsQuery } from '@haulier/wire/evs/snapshots.ts';
import type { SnapshotState } from '../../volumes/volume.ts';
import type { SnapshotFilter } from '../../volumes/volumes.ts';
import { notServed } from './faults.ts';
import { asUuid } from './ids.ts';
import { metadataFilter } from './metadata-filter.ts';
import { pageOf, whenGiven } from './parse-volume-list.ts';
import { queryReader } from '../read-query.ts';

const readEvs = queryReader(ListSnapshotsQuery);
const readCinder = queryReader(CinderListSnapshotsQuery);

const states: Readonly<Record<SnapshotState, true>> = { creating: true, available: true, rollbacking: true, deleting: true, error: true, error_deleting: true };

/** 'nothing': a filter that no snapshot here passes, whatever there is. */
export function parseListSnapshots(query: unknown): SnapshotFilter | 'nothing' {
  const { service_type: service, dedicated_storage_id: pool, dedicated_storage_name: poolName, status, volume_id: volume, id, ...rest } = readEvs(query);
  if ((service !== undefined && service.toUpperCase() !== 'EVS') || pool !== undefined || poolName !== undefined) return 'nothing';
  if ((status !== undefined && !isState(status)) || isNoId(volume) || isNoId(id)) return 'nothing';
  return {
    ...pageOf(rest),
    ...whenGiven('name', rest.name, (text) => ({ match: 'like' as const, text })),
    ...whenGiven('state', status, (state) => state),
    ...whenGiven('volume', volume, (text) => text.toLowerCase()),
    ...whenGiven('id', id, (text) => text.toLowerCase()),
    ...whenGiven('availabilityZone', rest.availability_zone, (zone) => zone),
    ...whenGiven('enterpriseProjectId', rest.enterprise_project_id === 'all_granted_eps' ? undefined : rest.enterprise_project_id, (value) => value),
  };
}

export function parseCinderListSnapshots(query: unknown): { readonly filter: SnapshotFilter | 'nothing'; readonly withCount: boolean } {
  const { status, volume_id: volume, 'name~': part, with_count: withCount = false, sort = 'created_at:desc', sort_key: key = 'created_at', sort_dir: direction = 'desc', ...rest } = readCinder(query);
  if (!['created_at:desc', 'created_at'].includes(sort) || key !== 'created_at' || direction !== 'desc') throw notServed('sort', 'Snapshots come with the newest first.');
  if ((status !== undefined && !isState(status)) || isNoId(volume) || rest.limit === 0) return { filter: 'nothing', withCount };
  return {
    withCount,
    filter: {
      ...pageOf(rest),
      ...whenGiven('name', rest.name ?? part, (text) => ({ match: rest.name === undefined ? 'like' as const : 'exact' as const, text })),
      ...whenGiven('state', status, (state) => state),
      ...whenGiven('volume', volume, (text) => text.toLowerCase()),
      ...whenGiven('availabilityZone', rest.availability_zone, (zone) => zone),
      ...whenGiven('metadata', rest.metadata, (text) => metadataFilter(text, 'metadata')),
    },
  };
}

function isState(status: string): status is SnapshotState {
  return Object.hasOwn(states, status);
}

function isNoId(text: string | undefined): boolean {
  return text !== undefined && asUuid(text) === undefined;
}
