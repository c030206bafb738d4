/** What there is to choose from, and what has become of a task, on EVS's own paths. */
import { EvsQuotaQuery, ListAvailabilityZonesResponse, ListVolumeTypesResponse, QuotaParams, QuotaSetResponse } from '@haulier/wire/evs/catalogue.ts';
import { JobParams, ShowJobResponse } from '@haulier/wire/evs/jobs.ts';
import { ProjectParams } from '@haulier/wire/evs/fields.ts';
import type { FastifyInstance } from 'fastify';
import type { Volumes } from '../../volumes/volumes.ts';
import { ownProject } from './access.ts';
import { evsDocument } from './documentation.ts';
import { jobId } from './ids.ts';
import { toShowJobResponse } from './job-to-wire.ts';
import { ownTarget, toQuotaSet } from './quotas-to-wire.ts';
import { queryReader } from '../read-query.ts';
import { toWireType } from './type-to-wire.ts';

const readQuotaQuery = queryReader(EvsQuotaQuery);

export function catalogueRoutes(app: FastifyInstance, volumes: Volumes): void {
  app.get<{ Params: JobParams }>('/v1/:project_id/jobs/:job_id', {
    schema: evsDocument({ operationId: 'ShowJob', summary: 'Show what has become of a task', tags: ['Disk tasks'], params: JobParams, response: { 200: ShowJobResponse } }),
  }, async (request) => toShowJobResponse(await volumes.showJob(ownProject(request), jobId(request.params.job_id))));

  app.get('/v2/:project_id/types', {
    schema: evsDocument({ operationId: 'CinderListVolumeTypes', summary: 'List disk types', tags: ['Disk types'], params: ProjectParams, response: { 200: ListVolumeTypesResponse } }),
  }, (): ListVolumeTypesResponse => ({ volume_types: volumes.types().map(toWireType) }));

  app.get('/v2/:project_id/os-availability-zone', {
    schema: evsDocument({
      operationId: 'CinderListAvailabilityZones', summary: 'List availability zones', tags: ['Availability zones'], params: ProjectParams, response: { 200: ListAvailabilityZonesResponse },
    }),
  }, () => zones(volumes));

  app.get<{ Params: QuotaParams }>('/v2/:project_id/os-quota-sets/:target_project_id', {
    schema: evsDocument({ operationId: 'CinderListQuotas', summary: 'Show quotas and how much of them is in use', tags: ['Quotas'], params: QuotaParams, querystring: EvsQuotaQuery, response: { 200: QuotaSetResponse } }),
  }, async (request): Promise<QuotaSetResponse> => {
    const project = ownTarget(request);
    readQuotaQuery(request.query);
    return { quota_set: toQuotaSet(project, await volumes.quotas(project)) };
  });
}

export function zones(volumes: Volumes): ListAvailabilityZonesResponse {
  return { availabilityZoneInfo: volumes.availabilityZones().map(({ name, available }) => ({ zoneName: name, zoneState: { available } })) };
}
