import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { InventoryStore, KnownSnapshot, KnownVolume, Stray } from '../../volumes/inventory.ts';
import { snapshotId, volumeId } from '../../volumes/volume-ids.ts';
import type { Place } from '../../volumes/volume-work.ts';
import type { Database } from '../schema.ts';

type Db = Kysely<Database>;

export function createPgInventory(db: Db): InventoryStore {
  return {
    async inventory(place) {
      const volumes = await knownVolumes(db, place);
      const snapshots = await knownSnapshots(db, place);
      return {
        volumes: new Map(volumes.map(({ id, ...known }) => [volumeId(id), known])),
        snapshots: new Map(snapshots.map(({ id, volume, ...known }) => [snapshotId(id), { ...known, volume: volumeId(volume) }])),
      };
    },
    noteStrays: (place, strays, graceMs) => noteStrays(db, place, strays, graceMs),
    async forgetJobs(olderThanMs) {
      await sql`delete from volume_job j where ended_at < clock_timestamp() - ${olderThanMs} * interval '1 millisecond' and parent_id is null`.execute(db);
      await sql`
        delete from volume_job j where work is null and not exists (
          select from volume_job s where s.parent_id = j.id and (s.ended_at is null or s.ended_at >= clock_timestamp() - ${olderThanMs} * interval '1 millisecond'))
      `.execute(db);
    },
  };
}

function at({ backend, host }: Place) {
  return sql`v.backend = ${backend} and v.host is not distinct from ${host ?? null}::text`;
}

const isBusy = sql`exists (select from volume_job j where j.ended_at is null and j.work is not null and j.touches @> array[v.id])`;
/** As exactly as they are kept. */
const microseconds = (column: string) => sql`(extract(epoch from ${sql.ref(column)}) * 1000000)::bigint`;

async function knownVolumes(db: Db, place: Place): Promise<readonly (KnownVolume & { readonly id: string })[]> {
  const { rows } = await sql<KnownVolume & { id: string }>`
    select v.id, v.state, v.lost, ${isBusy} as busy, ${microseconds('v.updated_at')} as "updatedAt" from volume v where ${at(place)}
  `.execute(db);
  return rows;
}

async function knownSnapshots(db: Db, place: Place): Promise<readonly (Omit<KnownSnapshot, 'volume'> & { readonly id: string; readonly volume: string })[]> {
  const { rows } = await sql<Omit<KnownSnapshot, 'volume'> & { id: string; volume: string }>`
    select s.id, s.volume_id as volume, s.state, s.lost, ${isBusy} as busy, ${microseconds('s.updated_at')} as "updatedAt"
    from volume_snapshot s join volume v on v.id = s.volume_id where ${at(place)}
  `.execute(db);
  return rows;
}

async function noteStrays(db: Db, { backend, host = '' }: Place, strays: readonly Stray[], graceMs: number): Promise<readonly Stray[]> {
  return db.transaction().execute(async (trx) => {
    const ids = strays.map(({ id }) => id);
    await sql`delete from volume_stray where backend = ${backend} and host = ${host} and not id = any(${ids}::text[])`.execute(trx);
    for (const { kind, id } of strays) await trx.insertInto('volume_stray').values({ backend, host, kind, id }).onConflict((conflict) => conflict.doNothing()).execute();
    const { rows } = await sql<{ id: string }>`
      select id from volume_stray where backend = ${backend} and host = ${host} and first_seen <= clock_timestamp() - ${graceMs} * interval '1 millisecond'
    `.execute(trx);
    const old = new Set(rows.map(({ id }) => id));
    return strays.filter(({ id }) => old.has(id));
  });
}
