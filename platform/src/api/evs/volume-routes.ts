/** Disks on EVS's own paths: /v2/{project_id}/cloudvolumes, and what v2.1 has of it. */
import {
  BatchResizeRequest, CreateVolumeRequest, CreateVolumeResponse, JobResponse, ListVolumeSummariesResponse, ListVolumesQuery, ListVolumesResponse, ResizeVolumeRequest, UpdateVolumeRequest, UpdateVolumeResponse,
  VolumeParams, VolumeResponse,
} from '@haulier/wire/evs/volumes.ts';
import { ProjectParams, type Link } from '@haulier/wire/evs/fields.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Volume, VolumeId, VolumeProjectId } from '../../volumes/volume.ts';
import type { Listed, VolumeFilter, Volumes } from '../../volumes/volumes.ts';
import { jsonBody } from '../json-body.ts';
import { BrokenInput, schemaReader } from '../read-by-schema.ts';
import { ownerOf, ownProject } from './access.ts';
import { evsDocument, evsVariant, type Documentation } from './documentation.ts';
import { asUuid, volumeId } from './ids.ts';
import { linksTo, nextPage } from './links.ts';
import { parseCreateVolume } from './parse-volume-create.ts';
import { parseListVolumes } from './parse-volume-list.ts';
import { toUpdatedVolume, toVolumeDetail, toVolumeSummary } from './volume-to-wire.ts';

const readUpdate = schemaReader(UpdateVolumeRequest);
const readResize = schemaReader(ResizeVolumeRequest);
const readBatchResize = schemaReader(BatchResizeRequest);

interface OfVolume {
  readonly Params: VolumeParams;
}

const tags = ['Disks'];
const root = '/v2/:project_id/cloudvolumes';

export function volumeRoutes(app: FastifyInstance, volumes: Volumes): void {
  questionRoutes(app, volumes);
  createRoute(app, volumes, '/v2.1/:project_id/cloudvolumes', evsDocument);
  createRoute(app, volumes, root, evsVariant);
  extendRoute(app, volumes, '/v2.1/:project_id/cloudvolumes', evsDocument);
  extendRoute(app, volumes, root, evsVariant);
  batchExtendRoute(app, volumes);

  app.put<OfVolume>(`${root}/:volume_id`, {
    schema: evsDocument({ operationId: 'UpdateVolume', summary: 'Change the name or the description of a disk', tags, params: VolumeParams, body: UpdateVolumeRequest, response: { 200: UpdateVolumeResponse } }),
  }, async (request): Promise<UpdateVolumeResponse> => {
    const { project, id } = addressed(request);
    const { volume: change } = readUpdate(jsonBody(request));
    if (change.name === undefined && change.description === undefined) throw new BrokenInput('volume.name or volume.description', 'a new value', true);
    return toUpdatedVolume(await volumes.update(project, id, change), linksOf(id, request));
  });

  app.delete<OfVolume>(`${root}/:volume_id`, {
    schema: evsDocument({ operationId: 'DeleteVolume', summary: 'Delete a disk', tags, params: VolumeParams, response: { 200: JobResponse } }),
  }, async (request): Promise<JobResponse> => {
    const { project, id } = addressed(request);
    return { job_id: await volumes.remove(project, id, { cascade: false, force: false }) };
  });
}

function createRoute(app: FastifyInstance, volumes: Volumes, path: string, document: Documentation): void {
  app.post(path, {
    schema: document({ operationId: 'CreateVolume', summary: 'Create one disk or several of a kind', tags, params: ProjectParams, body: CreateVolumeRequest, response: { 202: CreateVolumeResponse } }),
  }, async (request, reply) => {
    const owner = ownerOf(request);
    const { volume, count } = parseCreateVolume(owner, volumes.types(), jsonBody(request));
    const token = clientToken(request);
    const { job, ids } = token === undefined ? await volumes.create(volume, count).then((made) => ({ job: made.job, ids: made.volumes.map(({ id }) => id) })) : await volumes.createOnce(token, volume, count);
    return reply.code(202).send({ job_id: job, volume_ids: [...ids] } satisfies CreateVolumeResponse);
  });
}

/** "The value is a 36-digit character string in the UUID format." */
function clientToken({ headers }: FastifyRequest): string | undefined {
  const given = headers['x-client-token'];
  if (given === undefined) return undefined;
  return asUuid(String(given)) ?? invalidToken();
}

function invalidToken(): never {
  throw new BrokenInput('X-Client-Token', 'a UUID', false);
}

function extendRoute(app: FastifyInstance, volumes: Volumes, path: string, document: Documentation): void {
  app.post<OfVolume>(`${path}/:volume_id/action`, {
    schema: document({ operationId: 'ResizeVolume', summary: 'Extend a disk', tags, params: VolumeParams, body: ResizeVolumeRequest, response: { 202: JobResponse } }),
  }, async (request, reply) => {
    const { project, id } = addressed(request);
    const { 'os-extend': { new_size: size } } = readResize(jsonBody(request));
    return reply.code(202).send({ job_id: await volumes.extend(project, [{ id, sizeGiB: size }]) } satisfies JobResponse);
  });
}

function batchExtendRoute(app: FastifyInstance, volumes: Volumes): void {
  app.post('/v5/:project_id/volumes/batch-extend', {
    schema: evsDocument({ operationId: 'BatchResizeVolumes', summary: 'Extend several disks, all of them or none', tags, params: ProjectParams, body: BatchResizeRequest, response: { 202: JobResponse } }),
  }, async (request, reply) => {
    const project = ownProject(request);
    const wanted = readBatchResize(jsonBody(request)).volumes.map(({ id, new_size: sizeGiB }) => ({ id: volumeId(id), sizeGiB }));
    const again = wanted.findIndex(({ id }, index) => wanted.findIndex((other) => other.id === id) !== index);
    if (again >= 0) throw new BrokenInput(`volumes[${again}].id`, 'each disk once', false);
    return reply.code(202).send({ job_id: await volumes.extend(project, wanted) } satisfies JobResponse);
  });
}

function questionRoutes(app: FastifyInstance, volumes: Volumes): void {
  app.get(root, {
    schema: evsDocument({ summary: 'List disks', tags, params: ProjectParams, querystring: ListVolumesQuery, response: { 200: ListVolumeSummariesResponse } }),
  }, async (request): Promise<ListVolumeSummariesResponse> => {
    const { items, count, links } = await listed(volumes, request);
    return { count, volumes: items.map((volume) => toVolumeSummary(volume, linksOf(volume.id, request))), ...links };
  });

  app.get(`${root}/detail`, {
    schema: evsDocument({ operationId: 'ListVolumes', summary: 'List disks with their details', tags, params: ProjectParams, querystring: ListVolumesQuery, response: { 200: ListVolumesResponse } }),
  }, async (request): Promise<ListVolumesResponse> => {
    const { items, count, links } = await listed(volumes, request);
    return { count, volumes: items.map((volume) => toVolumeDetail(volume, linksOf(volume.id, request))), ...links };
  });

  app.get<OfVolume>(`${root}/:volume_id`, {
    schema: evsDocument({ operationId: 'ShowVolume', summary: 'Show a disk', tags, params: VolumeParams, response: { 200: VolumeResponse } }),
  }, async (request) => {
    const { project, id } = addressed(request);
    return { volume: toVolumeDetail(await volumes.show(project, id), linksOf(id, request)) } satisfies VolumeResponse;
  });
}

type Page = Listed<Volume> & { readonly links: { readonly volumes_links?: Link[] } };

async function listed(volumes: Volumes, request: FastifyRequest): Promise<Page> {
  const project = ownProject(request);
  const filter = parseListVolumes(volumes.types(), request.query);
  if (filter === 'nothing') return { items: [], count: 0, links: {} };
  const page = await volumes.list(project, filter);
  return { ...page, links: linksAfter(page, filter, request) };
}

/** Only where more may follow. */
export function linksAfter({ items, count }: Listed<Volume>, { limit, offset }: VolumeFilter, request: FastifyRequest): { readonly volumes_links?: Link[] } {
  const last = items.at(-1);
  if (last === undefined || items.length < limit || offset + items.length >= count) return {};
  return { volumes_links: nextPage(request, last.id) };
}

function addressed(request: FastifyRequest<OfVolume>): { readonly project: VolumeProjectId; readonly id: VolumeId } {
  return { project: ownProject(request), id: volumeId(request.params.volume_id) };
}

function linksOf(id: VolumeId, request: FastifyRequest): Link[] {
  return linksTo(request, ownProject(request), 'cloudvolumes', id);
}
