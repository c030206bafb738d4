import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Snapshot, Transfer, VolumeProjectId } from '../../volumes/volume.ts';
import type { TransferPage } from '../../volumes/volume-repository.ts';
import type { Listed, SnapshotFilter } from '../../volumes/volumes.ts';
import type { Database } from '../schema.ts';
import { nameCondition, pageOf, type Condition } from './list-volumes.ts';
import { snapshotOf, transferOf } from './rows.ts';

/** Newest first. */
export async function listSnapshots(db: Kysely<Database>, project: VolumeProjectId, filter: SnapshotFilter): Promise<Listed<Snapshot> | undefined> {
  const found = await pageOf(db, 'volume_snapshot', [sql`project_id = ${project}`, ...snapshotConditions(filter)], sql`created_at desc, snapshot_no desc`, filter);
  if (found === undefined) return undefined;
  const rows = found.ids.length === 0 ? [] : await db.selectFrom('volume_snapshot').selectAll().where('id', 'in', found.ids).execute();
  const byId = new Map(rows.map((row) => [row.id, snapshotOf(row)]));
  return { items: found.ids.flatMap((id) => byId.get(id) ?? []), count: found.count };
}

function* snapshotConditions({ name, state, volume, id, availabilityZone, enterpriseProjectId, metadata }: SnapshotFilter): Iterable<Condition> {
  const ofVolume = (condition: Condition) => sql`exists (select from volume v where v.id = volume_snapshot.volume_id and ${condition})`;
  if (name !== undefined) yield nameCondition(name);
  if (state !== undefined) yield sql`state = ${state}`;
  if (volume !== undefined) yield sql`volume_id = ${volume}`;
  if (id !== undefined) yield sql`id = ${id}`;
  if (availabilityZone !== undefined) yield ofVolume(sql`v.availability_zone = ${availabilityZone}`);
  if (metadata !== undefined) yield sql`metadata @> ${JSON.stringify(metadata)}::jsonb`;
  if (enterpriseProjectId !== undefined) yield ofVolume(sql`v.enterprise_project_id = ${enterpriseProjectId}`);
}

/** Oldest first, so that a page stays what it was while more are added. */
export async function listTransfers(db: Kysely<Database>, project: VolumeProjectId, page: TransferPage): Promise<Listed<Transfer> | undefined> {
  const conditions = [sql`project_id = ${project}`, ...page.name === undefined ? [] : [sql`name = ${page.name}`], ...page.volume === undefined ? [] : [sql`volume_id = ${page.volume}`]];
  const found = await pageOf(db, 'volume_transfer', conditions, sql`transfer_no`, page);
  if (found === undefined) return undefined;
  const rows = found.ids.length === 0 ? [] : await db.selectFrom('volume_transfer').selectAll().where('id', 'in', found.ids).execute();
  const byId = new Map(rows.map((row) => [row.id, transferOf(row)]));
  return { items: found.ids.flatMap((id) => byId.get(id) ?? []), count: found.count };
}
