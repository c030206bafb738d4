import type { ShowJobResponse, SubJob } from '@haulier/wire/evs/jobs.ts';
import type { VolumeJob, VolumeJobKind } from '../../volumes/volume.ts';
import { jobErrorCodes } from './errors.ts';
import { taskTime } from './times.ts';

export function toShowJobResponse(job: VolumeJob): ShowJobResponse {
  if (job.subJobs.length === 0) return toSubJob(job);
  return { ...toSubJob(job), job_type: batchTypes[job.kind] ?? job.kind, entities: { sub_jobs: job.subJobs.map(toSubJob) } };
}

/** The second one is not confirmed: the documents name no type of it. */
const batchTypes: Readonly<Partial<Record<VolumeJobKind, string>>> = { createVolume: 'batchCreateVolume', extendVolume: 'batchExtendVolume' };

function toSubJob({ id, kind, state, volume, beganAt, endedAt, failure }: VolumeJob): SubJob {
  return {
    status: state,
    entities: volume === undefined ? {} : { volume_type: volume.type, size: volume.sizeGiB, volume_id: volume.id, name: volume.name },
    job_id: id,
    job_type: kind,
    begin_time: taskTime(beganAt),
    end_time: endedAt === undefined ? '' : taskTime(endedAt),
    error_code: failure === undefined ? null : jobErrorCodes[kind],
    fail_reason: failure?.reason ?? null,
  };
}
