/** What workers ask of jobs on disks, in PostgreSQL. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { volumeId, volumeJobId } from '../../volumes/volume-ids.ts';
import type { Place, VolumeLease, VolumeWork, WorkOrder } from '../../volumes/volume-work.ts';
import type { Database } from '../schema.ts';
import { diskWorkOf } from './columns.ts';
import { later } from './job-unit.ts';
import { keptSnapshotOf, keptTransferOf, keptVolumeOf, selectVolumes } from './rows.ts';

type Db = Kysely<Database>;

export function createPgVolumeWork(db: Db): VolumeWork {
  return {
    claim: (places, limit, leaseMs) => claimJobs(db, places, limit, leaseMs),
    extend: (leases, leaseMs) => extendLeases(db, leases, leaseMs),
    order: (lease) => findOrder(db, lease),
    async release({ job, epoch }) {
      await db.updateTable('volume_job').set({ lease_until: null }).where('id', '=', job).where('epoch', '=', epoch).execute();
    },
    async backlog() {
      const { rows: [row] } = await sql<{ jobs: number; oldest: number }>`
        select count(*) as jobs, coalesce(max(extract(epoch from clock_timestamp() - began_at)) * 1000, 0)::bigint as oldest
        from volume_job where ended_at is null and work is not null
      `.execute(db);
      return { jobs: row?.jobs ?? 0, oldestMs: Math.max(0, row?.oldest ?? 0) };
    },
  };
}

interface JobRow {
  readonly id: string;
  readonly epoch: number;
  readonly attempts: number;
  readonly work: unknown;
  readonly volume_id: string;
  readonly touches: readonly string[];
}

/** Of jobs that touch one disk each was written while the disk's row was locked, so that their numbers are in the order of their commits. */
async function claimJobs(db: Db, places: readonly Place[], limit: number, leaseMs: number): Promise<readonly VolumeLease[]> {
  if (places.length === 0) return [];
  const here = sql.join(places.map(({ backend, host }) => sql`(j.backend = ${backend} and j.host is not distinct from ${host ?? null}::text)`), sql` or `);
  const { rows } = await sql<JobRow>`
    with chosen as (
      select j.id from volume_job j
      where j.ended_at is null and j.work is not null and j.not_before <= clock_timestamp() and (j.lease_until is null or j.lease_until <= clock_timestamp()) and (${here})
        and not exists (select from volume_job e where e.ended_at is null and e.work is not null and e.job_no < j.job_no and e.touches && j.touches)
      order by j.job_no limit ${limit} for update of j skip locked)
    update volume_job j set epoch = j.epoch + 1, lease_until = ${later(leaseMs)}, started_at = coalesce(j.started_at, clock_timestamp())
    from chosen where j.id = chosen.id
    returning j.id, j.epoch, j.attempts, j.work, j.volume ->> 'id' as volume_id, j.touches
  `.execute(db);
  return rows.map(leaseOf);
}

function leaseOf({ id, epoch, attempts, work, volume_id: volume, touches }: JobRow): VolumeLease {
  const reads = touches.find((touched) => touched !== volume);
  return { job: volumeJobId(id), epoch, attempts, work: diskWorkOf(work, id), volume: volumeId(volume), reads: reads === undefined ? undefined : volumeId(reads) };
}

async function extendLeases(db: Db, leases: readonly VolumeLease[], leaseMs: number): Promise<readonly VolumeLease[]> {
  if (leases.length === 0) return [];
  const held = sql.join(leases.map(({ job, epoch }) => sql`(${job}::text, ${epoch}::integer)`));
  const { rows } = await sql<{ id: string; epoch: number }>`update volume_job set lease_until = ${later(leaseMs)} where ended_at is null and (id, epoch) in (${held}) returning id, epoch`.execute(db);
  const epochs = new Map(rows.map(({ id, epoch }) => [id, epoch]));
  return leases.filter(({ job, epoch }) => epochs.get(job) === epoch);
}

/** Read without locks: what could change it waits for the job. */
async function findOrder(db: Db, { work, volume: id }: VolumeLease): Promise<WorkOrder | undefined> {
  const volume = await findVolume(db, id);
  if (volume === undefined) return undefined;
  const snapshots = (await db.selectFrom('volume_snapshot').selectAll().where('volume_id', '=', id).orderBy('snapshot_no').execute()).map(keptSnapshotOf);
  const source = work.kind === 'createVolume' ? await findSource(db, volume.source) : undefined;
  const transfer = await db.selectFrom('volume_transfer').selectAll().where('volume_id', '=', id).executeTakeFirst();
  return source === 'gone' ? undefined : { work, volume, snapshots, source, transfer: transfer && keptTransferOf(transfer) };
}

async function findVolume(db: Db, id: string) {
  const row = await selectVolumes(db).where('id', '=', id).executeTakeFirst();
  return row && keptVolumeOf(row);
}

async function findSource(db: Db, source: NonNullable<Awaited<ReturnType<typeof findVolume>>>['source']): Promise<WorkOrder['source'] | 'gone'> {
  if (source.kind === 'blank') return undefined;
  if (source.kind === 'volume') {
    const volume = await findVolume(db, source.id);
    return volume === undefined ? 'gone' : { volume, snapshot: undefined };
  }
  const row = await db.selectFrom('volume_snapshot').selectAll().where('id', '=', source.id).executeTakeFirst();
  const volume = row && await findVolume(db, row.volume_id);
  return volume === undefined || row === undefined ? 'gone' : { volume, snapshot: keptSnapshotOf(row) };
}
