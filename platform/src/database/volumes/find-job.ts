import type { Kysely, Selectable } from 'kysely';
import type { JobId, VolumeJob, VolumeProjectId } from '../../volumes/volume.ts';
import { volumeJobId, volumeProjectId } from '../../volumes/volume-ids.ts';
import type { Database } from '../schema.ts';
import { jobVolumeOf } from './columns.ts';

type Row = Selectable<Database['volume_job']>;

export async function findJob(db: Kysely<Database>, project: VolumeProjectId, id: JobId): Promise<VolumeJob | undefined> {
  const rows = await db.selectFrom('volume_job').selectAll().where('project_id', '=', project)
    .where((eb) => eb.or([eb('id', '=', id), eb('parent_id', '=', id)])).orderBy('job_no').execute();
  const row = rows.find((one) => one.id === id);
  if (row === undefined) return undefined;
  const subJobs = rows.filter((one) => one.parent_id === id).map(jobOf);
  return row.work === null ? groupOf(row, subJobs) : jobOf(row);
}

function jobOf(row: Row): VolumeJob {
  const { failure_kind: kind, failure_reason: reason, ended_at: ended } = row;
  const failure = kind === null ? undefined : { kind, reason: reason ?? '' };
  const state = ended === null ? (row.started_at === null ? 'INIT' : 'RUNNING') : (failure === undefined ? 'SUCCESS' : 'FAIL');
  return {
    id: volumeJobId(row.id), project: volumeProjectId(row.project_id), kind: row.kind, state, volume: row.volume === null ? undefined : jobVolumeOf(row.volume, row.id), subJobs: [], beganAt: row.began_at.getTime(), endedAt: ended?.getTime(), failure,
  };
}

/** What several jobs have come to: ended with the last of them, and a failure if one failed. */
function groupOf(row: Row, subJobs: readonly VolumeJob[]): VolumeJob {
  const ends = subJobs.flatMap(({ endedAt }) => endedAt ?? []);
  const isOver = ends.length === subJobs.length;
  const failure = isOver ? subJobs.find((job) => job.failure !== undefined)?.failure : undefined;
  const begun = subJobs.some(({ state }) => state !== 'INIT');
  return {
    ...jobOf(row),
    subJobs,
    state: isOver ? (failure === undefined ? 'SUCCESS' : 'FAIL') : begun ? 'RUNNING' : 'INIT',
    endedAt: isOver ? Math.max(...ends) : undefined,
    failure,
  };
}
