import { sql } from 'kysely';
import type { Kysely, RawBuilder } from 'kysely';
import type { Volume, VolumeProjectId } from '../../volumes/volume.ts';
import type { Listed, NameFilter, Page, VolumeFilter } from '../../volumes/volumes.ts';
import type { Database } from '../schema.ts';
import { selectVolumes, volumeOf } from './rows.ts';

type Db = Kysely<Database>;
export type Condition = RawBuilder<unknown>;

export async function listVolumes(db: Db, project: VolumeProjectId, filter: VolumeFilter): Promise<Listed<Volume> | undefined> {
  const found = await pageOf(db, 'volume', [sql`project_id = ${project}`, ...conditionsOf(filter)], orderOf(filter), filter);
  if (found === undefined) return undefined;
  const rows = found.ids.length === 0 ? [] : await selectVolumes(db).where('id', 'in', found.ids).execute();
  const byId = new Map(rows.map((row) => [row.id, volumeOf(row)]));
  return { items: found.ids.flatMap((id) => byId.get(id) ?? []), count: found.count };
}

/** The ids of one page, in order, and how many there are on all; undefined when the marker is not among them. */
export async function pageOf(db: Db, table: 'volume' | 'volume_snapshot' | 'volume_transfer', conditions: readonly Condition[], order: Condition, { limit, offset, marker }: Page) {
  const { rows: [page] } = await sql<{ ids: readonly string[]; count: number; marked: boolean }>`
    with found as (select id, row_number() over (order by ${order}) as place from ${sql.table(table)} where ${sql.join(conditions, sql` and `)}),
    start as (select ${marker === undefined ? sql`0` : sql`(select place from found where id = ${marker})`}::bigint as place),
    page as (select id, place from found where place > (select place from start) order by place limit ${limit} offset ${offset})
    select coalesce((select array_agg(id order by place) from page), '{}') as ids, (select count(*) from found) as count, (select place from start) is not null as marked
  `.execute(db);
  return page?.marked === true ? page : undefined;
}

export function nameCondition({ match, text }: NameFilter): Condition {
  return match === 'exact' ? sql`name = ${text}` : sql`strpos(name, ${text}) > 0`;
}

function* conditionsOf(filter: VolumeFilter): Iterable<Condition> {
  const { name, state, ids, availabilityZone, type, multiattach, bootable, enterpriseProjectId, serverId, metadata, notMetadata, tags } = filter;
  if (name !== undefined) yield nameCondition(name);
  if (state !== undefined) yield sql`state = ${state}`;
  if (ids !== undefined) yield sql`id = any(${ids}::text[])`;
  if (availabilityZone !== undefined) yield sql`availability_zone = ${availabilityZone}`;
  if (type !== undefined) yield sql`type = ${type}`;
  if (multiattach !== undefined) yield sql`multiattach = ${multiattach}`;
  if (bootable !== undefined) yield sql`bootable = ${bootable}`;
  if (enterpriseProjectId !== undefined) yield sql`enterprise_project_id = ${enterpriseProjectId}`;
  if (serverId !== undefined) yield sql`exists (select from volume_attachment a where a.volume_id = volume.id and a.server_id = ${serverId})`;
  if (metadata !== undefined) yield sql`metadata @> ${JSON.stringify(metadata)}::jsonb`;
  for (const [key, value] of Object.entries(notMetadata ?? {})) yield sql`not metadata @> ${JSON.stringify({ [key]: value })}::jsonb`;
  for (const [key, values] of tags ?? []) yield values.length === 0 ? sql`tags -> ${key}::text is not null` : sql`tags ->> ${key}::text = any(${values}::text[])`;
}

/** Texts by their bytes: an order that no locale changes. */
const columns = {
  id: sql`id collate "C"`,
  status: sql`state collate "C"`,
  size: sql`size_gib`,
  created_at: sql`created_at`,
  updated_at: sql`updated_at`,
  name: sql`name collate "C"`,
  volume_type: sql`type collate "C"`,
  availability_zone: sql`availability_zone collate "C"`,
  bootable: sql`bootable`,
} as const satisfies Record<NonNullable<VolumeFilter['sort']>[number]['key'], Condition>;

/** What is equal by these keeps the order of creation, in the direction of the last. */
function orderOf({ sort }: VolumeFilter): Condition {
  const keys = sort === undefined || sort.length === 0 ? [{ key: 'created_at', descending: true } as const] : sort;
  const direction = (descending: boolean) => (descending ? sql`desc` : sql`asc`);
  const parts = keys.map(({ key, descending }) => sql`${columns[key]} ${direction(descending)}`);
  return sql.join([...parts, sql`volume_no ${direction(keys.at(-1)?.descending ?? true)}`]);
}
