/** The kept disks, in PostgreSQL. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { noEnterpriseProject } from '../../volumes/ownership.ts';
import type { VolumeRepository } from '../../volumes/volume-repository.ts';
import type { Database } from '../schema.ts';
import { findJob } from './find-job.ts';
import { listSnapshots, listTransfers } from './list-others.ts';
import { listVolumes } from './list-volumes.ts';
import { createPgVolumeUnit } from './pg-volume-unit.ts';
import { selectVolumes, snapshotOf, transferOf, volumeOf } from './rows.ts';
import { usageOf } from './usage.ts';

export function createPgVolumeRepository(db: Kysely<Database>): VolumeRepository {
  return {
    change: (work) => db.transaction().execute((trx) => work(createPgVolumeUnit(trx))),
    async volume(project, id) {
      const row = await selectVolumes(db).where('id', '=', id).where('project_id', '=', project).executeTakeFirst();
      return row && volumeOf(row);
    },
    volumes: (project, filter) => listVolumes(db, project, filter),
    async projectTags(project) {
      const { rows } = await sql<{ key: string; tag_values: readonly string[] }>`
        select t.key, array_agg(distinct t.value order by t.value) as tag_values from volume v, jsonb_each_text(v.tags) t where v.project_id = ${project} group by t.key order by t.key
      `.execute(db);
      return new Map(rows.map((row) => [row.key, row.tag_values]));
    },
    async snapshot(project, id) {
      const row = await db.selectFrom('volume_snapshot').selectAll().where('id', '=', id).where('project_id', '=', project).executeTakeFirst();
      return row && snapshotOf(row);
    },
    async snapshotOrigin(project, id) {
      return await db.selectFrom('volume_snapshot as s').innerJoin('volume as v', 'v.id', 's.volume_id')
        .select(['s.size_gib as sizeGiB', 'v.type', 'v.availability_zone as availabilityZone'])
        .select((eb) => eb.case().when('v.project_id', '=', project).then(eb.ref('v.enterprise_project_id')).else(noEnterpriseProject).end().as('enterpriseProjectId'))
        .where('s.id', '=', id).where('s.project_id', '=', project).executeTakeFirst();
    },
    snapshots: (project, filter) => listSnapshots(db, project, filter),
    async transfer(project, id) {
      const row = await db.selectFrom('volume_transfer').selectAll().where('id', '=', id).where('project_id', '=', project).executeTakeFirst();
      return row && transferOf(row);
    },
    transfers: (project, page) => listTransfers(db, project, page),
    job: (project, id) => findJob(db, project, id),
    usage: (project) => usageOf(db, project),
  };
}
