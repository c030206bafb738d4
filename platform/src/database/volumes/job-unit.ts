/** What a transaction of the use cases of disks does with jobs. */
import { sql } from 'kysely';
import type { Transaction } from 'kysely';
import { FencedError } from '../../engine/ledger/ledger.ts';
import { volumeJobId } from '../../volumes/volume-ids.ts';
import type { VolumeUnit } from '../../volumes/volume-repository.ts';
import type { VolumeLease } from '../../volumes/volume-work.ts';
import type { Database } from '../schema.ts';
import { jobVolumeColumn, workColumn } from './columns.ts';
import { findJob } from './find-job.ts';

type Trx = Transaction<Database>;
type JobPart = Pick<VolumeUnit, 'addJobGroup' | 'addJob' | 'job' | 'acceptJob' | 'isTouched' | 'isRead' | 'cancelWaiting' | 'holdJob' | 'endJob' | 'putOff'>;

const now = sql<Date>`clock_timestamp()`;

export function jobPart(trx: Trx): JobPart {
  const held = ({ job, epoch }: VolumeLease) => trx.updateTable('volume_job').where('id', '=', job).where('epoch', '=', epoch).where('ended_at', 'is', null);
  return {
    async addJobGroup({ id, project, kind }) {
      await trx.insertInto('volume_job').values({ id, project_id: project, kind, touches: [] }).execute();
    },
    async addJob({ id, parent, project, work, volume, touches, backend, host }) {
      await trx.insertInto('volume_job').values({
        id, backend, touches, parent_id: parent ?? null, project_id: project, kind: work.kind, volume: jobVolumeColumn.write(volume), work: workColumn.write(work), host: host ?? null,
      }).execute();
    },
    job: (project, id) => findJob(trx, project, id),
    async acceptJob(id) {
      const row = await trx.selectFrom('volume_job').select('id').where('kind', '=', 'acceptTransfer').where('ended_at', 'is', null)
        .where(sql`work ->> 'transfer'`, '=', id).executeTakeFirst();
      return row && volumeJobId(row.id);
    },
    async isTouched(id) {
      const { rows } = await sql`select from volume_job where ended_at is null and work is not null and touches @> array[${id}]::text[] limit 1`.execute(trx);
      return rows.length > 0;
    },
    async isRead(id) {
      const { rows } = await sql`
        select from volume_job j join volume v on v.id = j.volume ->> 'id'
        where j.kind = 'createVolume' and j.ended_at is null and j.touches @> array[${id}]::text[] and v.source_kind = 'volume' and v.source_id = ${id} limit 1
      `.execute(trx);
      return rows.length > 0;
    },
    async cancelWaiting(id, { kind, reason }) {
      await trx.updateTable('volume_job').set({ ended_at: now, failure_kind: kind, failure_reason: reason, lease_until: null, epoch: sql<number>`epoch + 1` })
        .where(sql`volume ->> 'id'`, '=', id).where('ended_at', 'is', null).where(isUnheld).execute();
    },
    async holdJob(lease) {
      const { rows } = await sql`select from volume_job where id = ${lease.job} and epoch = ${lease.epoch} and ended_at is null for update`.execute(trx);
      if (rows.length === 0) throw new FencedError(`job ${lease.job} is no longer held in epoch ${lease.epoch}`);
    },
    async endJob(lease, failure) {
      await held(lease).set({ ended_at: now, lease_until: null, failure_kind: failure?.kind ?? null, failure_reason: failure?.reason ?? null }).execute();
    },
    async putOff(lease, ms) {
      await held(lease).set({ attempts: lease.attempts + 1, not_before: later(ms), lease_until: null }).execute();
    },
  };
}

/** Condition: nobody is at it. */
const isUnheld = sql<boolean>`(lease_until is null or lease_until <= clock_timestamp())`;

export function later(ms: number) {
  return sql<Date>`clock_timestamp() + ${ms} * interval '1 millisecond'`;
}
