/** Filters of disks, translated: all that EVS documents, and those of Cinder that its clients send. */
import { CinderListVolumesQuery } from '@haulier/wire/evs/cinder.ts';
import { largestPage } from '@haulier/wire/evs/fields.ts';
import { ListVolumesQuery } from '@haulier/wire/evs/volumes.ts';
import type { VolumeState, VolumeType } from '../../volumes/volume.ts';
import type { VolumeFilter } from '../../volumes/volumes.ts';
import { BrokenInput } from '../read-by-schema.ts';
import { asUuid } from './ids.ts';
import { metadataFilter } from './metadata-filter.ts';
import { queryReader } from '../read-query.ts';
import { sortKeysOf } from './sort-keys.ts';

const readEvs = queryReader(ListVolumesQuery);
const readCinder = queryReader(CinderListVolumesQuery);

const states: Readonly<Record<VolumeState, true>> = {
  'creating': true, 'available': true, 'attaching': true, 'in-use': true, 'detaching': true, 'extending': true, 'awaiting-transfer': true, 'backing-up': true,
  'rollbacking': true, 'deleting': true, 'error': true, 'error_deleting': true, 'error_extending': true, 'error_rollbacking': true,
};

/** 'nothing': a filter that no disk here passes, whatever there is. */
export function parseListVolumes(types: readonly VolumeType[], query: unknown): VolumeFilter | 'nothing' {
  const { service_type: service, dedicated_storage_id: pool, dedicated_storage_name: poolName, status, volume_type_id: typeId, id, ids, ...rest } = readEvs(query);
  const type = typeId === undefined ? undefined : types.find((each) => each.id === typeId)?.name;
  if ((service !== undefined && service.toUpperCase() !== 'EVS') || pool !== undefined || poolName !== undefined) return 'nothing';
  if ((status !== undefined && !isState(status)) || (typeId !== undefined && type === undefined)) return 'nothing';
  return {
    ...pageOf(rest),
    ...whenGiven('name', rest.name, (text) => ({ match: 'like' as const, text })),
    ...whenGiven('state', status, (state) => state),
    ...whenGiven('ids', ids === undefined ? id : ids, (text) => (ids === undefined ? idList([text]) : idList(listed(text)))),
    ...whenGiven('availabilityZone', rest.availability_zone, (zone) => zone),
    ...whenGiven('type', type, (name) => name),
    ...whenGiven('multiattach', rest.multiattach, (value) => value),
    ...whenGiven('enterpriseProjectId', rest.enterprise_project_id === 'all_granted_eps' ? undefined : rest.enterprise_project_id, (value) => value),
    ...whenGiven('serverId', rest.server_id, (server) => server),
    ...whenGiven('metadata', rest.metadata, (text) => metadataFilter(text, 'metadata')),
    ...whenGiven('notMetadata', rest.not_metadata, (text) => metadataFilter(text, 'not_metadata')),
    sort: [{ key: rest.sort_key ?? 'created_at', descending: rest.sort_dir !== 'asc' }],
  };
}

/** Filters of which Cinder lets only its administrators make use are dropped, as there. */
export function parseCinderListVolumes(query: unknown): { readonly filter: VolumeFilter | 'nothing'; readonly withCount: boolean } {
  const { status, 'name~': part, with_count: withCount = false, group_id: group, migration_status: migration, ...rest } = readCinder(query);
  const nothing = (status !== undefined && !isState(status)) || rest.limit === 0 || group !== undefined || migration !== undefined;
  if (nothing) return { filter: 'nothing', withCount };
  return {
    withCount,
    filter: {
      ...pageOf(rest),
      ...whenGiven('name', rest.name ?? part, (text) => ({ match: rest.name === undefined ? 'like' as const : 'exact' as const, text })),
      ...whenGiven('state', status, (state) => state),
      ...whenGiven('availabilityZone', rest.availability_zone, (zone) => zone),
      ...whenGiven('bootable', rest.bootable, (value) => value),
      ...whenGiven('multiattach', rest.multiattach, (value) => value),
      ...whenGiven('metadata', rest.metadata, (text) => metadataFilter(text, 'metadata')),
      sort: sortKeysOf(rest),
    },
  };
}

interface PageQuery {
  readonly limit?: number;
  readonly offset?: number;
  readonly marker?: string;
}

export function pageOf({ limit, offset, marker }: PageQuery): { readonly limit: number; readonly offset: number; readonly marker?: string } {
  return { limit: Math.min(limit ?? largestPage, largestPage), offset: offset ?? 0, ...whenGiven('marker', marker, (id) => id.toLowerCase()) };
}

export function whenGiven<const Name extends string, Value, Wanted>(name: Name, value: Value | undefined, translate: (value: Value) => Wanted): Readonly<Partial<Record<Name, Wanted>>>;
export function whenGiven<Value, Wanted>(name: string, value: Value | undefined, translate: (value: Value) => Wanted): Readonly<Record<string, Wanted>> {
  return value === undefined ? {} : { [name]: translate(value) };
}

function isState(status: string): status is VolumeState {
  return Object.hasOwn(states, status);
}

const mostIds = 60;

/** `['id1','id2']`, with or without quotes. */
function listed(text: string): readonly string[] {
  const inside = /^\[(.*)\]$/s.exec(text.trim())?.[1] ?? text;
  const ids = inside.split(',').map((each) => each.trim().replace(/^(['"])(.*)\1$/, '$2')).filter((each) => each !== '');
  if (ids.length > mostIds) throw new BrokenInput('ids', `at most ${mostIds} IDs`, false);
  return ids;
}

/** "Invalid disk IDs will be ignored." */
function idList(texts: readonly string[]): readonly string[] {
  return texts.map(asUuid).filter((id) => id !== undefined);
}
