/** ShowJob: what becomes of a request that takes its time. */
import { Type, type Static } from 'typebox';

export const JobParams = Type.Object({ project_id: Type.String({ minLength: 1, maxLength: 1024 }), job_id: Type.String({ minLength: 1, maxLength: 1024 }) });
export type JobParams = Static<typeof JobParams>;

export const jobStatuses = ['INIT', 'RUNNING', 'SUCCESS', 'FAIL'] as const;

const entities = {
  volume_type: Type.Optional(Type.String()),
  size: Type.Optional(Type.Integer()),
  volume_id: Type.Optional(Type.String()),
  name: Type.Optional(Type.String()),
};

const job = {
  status: Type.Enum([...jobStatuses]),
  job_id: Type.String(),
  job_type: Type.String(),
  begin_time: Type.String({ description: "YYYY-MM-DDTHH:MM:SS.SSS'Z'" }),
  end_time: Type.String({ description: "YYYY-MM-DDTHH:MM:SS.SSS'Z'; empty before the end." }),
  error_code: Type.Union([Type.String(), Type.Null()]),
  fail_reason: Type.Union([Type.String(), Type.Null()]),
};

export const SubJob = Type.Object({ ...job, entities: Type.Object(entities) });
export type SubJob = Static<typeof SubJob>;

export const ShowJobResponse = Type.Object({ ...job, entities: Type.Object({ ...entities, sub_jobs: Type.Optional(Type.Array(SubJob)) }) });
export type ShowJobResponse = Static<typeof ShowJobResponse>;
