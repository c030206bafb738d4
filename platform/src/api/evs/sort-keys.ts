import type { VolumeFilter } from '../../volumes/volumes.ts';
import { BrokenInput } from '../read-by-schema.ts';

type SortKey = NonNullable<VolumeFilter['sort']>[number];

const keys: Readonly<Record<string, SortKey['key']>> = {
  id: 'id', status: 'status', size: 'size', created_at: 'created_at', updated_at: 'updated_at', name: 'name', display_name: 'name', volume_type: 'volume_type',
  volume_type_id: 'volume_type', availability_zone: 'availability_zone', bootable: 'bootable',
};

interface Query {
  readonly sort?: string;
  readonly sort_key?: string;
  readonly sort_dir?: 'asc' | 'desc';
}

/** `sort=created_at:desc,id` of today's clients, or `sort_key` with `sort_dir` of older ones. */
export function sortKeysOf({ sort, sort_key: key, sort_dir: direction }: Query): readonly SortKey[] {
  if (sort === undefined) return [sortKey('sort_key', key ?? 'created_at', direction ?? 'desc')];
  if (key !== undefined || direction !== undefined) throw new BrokenInput('sort', 'no sort_key and no sort_dir beside it', false);
  return sort.split(',').map((part) => {
    const [name = '', way = 'desc'] = part.trim().split(':');
    return sortKey('sort', name, way);
  });
}

function sortKey(parameter: string, name: string, direction: string): SortKey {
  const key = Object.hasOwn(keys, name) ? keys[name] : undefined;
  if (key === undefined) throw new BrokenInput(parameter, `one of ${Object.keys(keys).join(', ')}`, false);
  if (direction !== 'asc' && direction !== 'desc') throw new BrokenInput(parameter, 'the directions asc and desc', false);
  return { key, descending: direction === 'desc' };
}
