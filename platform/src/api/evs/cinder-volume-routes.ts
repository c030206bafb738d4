/** Volumes as OpenStack's clients ask for them: /v3/{project_id}/volumes. */
import {
  CinderCreateVolumeRequest, CinderDeleteVolumeQuery, CinderListVolumesQuery, CinderManageVolumeRequest, CinderSummaryQuery, CinderUpdateVolumeRequest, CinderVolume,
} from '@haulier/wire/evs/cinder.ts';
import { largestPage, type Link } from '@haulier/wire/evs/fields.ts';
import { ListVolumeSummariesResponse, type VolumeParams } from '@haulier/wire/evs/volumes.ts';
import { Type } from 'typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Volume, VolumeId, VolumeProjectId } from '../../volumes/volume.ts';
import type { Listed, VolumeFilter, Volumes } from '../../volumes/volumes.ts';
import { jsonBody } from '../json-body.ts';
import { schemaReader } from '../read-by-schema.ts';
import { ownerOf, ownProject } from './access.ts';
import type { Documentation } from './documentation.ts';
import { notServed } from './faults.ts';
import { volumeId } from './ids.ts';
import { linksTo } from './links.ts';
import { parseCinderCreateVolume, typeNamed, type Sources } from './parse-volume-create.ts';
import { parseCinderListVolumes } from './parse-volume-list.ts';
import { queryReader } from '../read-query.ts';
import { toCinderVolume, toVolumeSummary } from './volume-to-wire.ts';
import { linksAfter } from './volume-routes.ts';

const readManage = schemaReader(CinderManageVolumeRequest);
const readUpdate = schemaReader(CinderUpdateVolumeRequest);
const readDelete = queryReader(CinderDeleteVolumeQuery);
const readSummary = queryReader(CinderSummaryQuery);

interface OfVolume {
  readonly Params: VolumeParams;
}

const VolumeBox = Type.Object({ volume: CinderVolume });
const tags = ['Disks'];

/** @param root up to and with the project, e.g. `/v3/:project_id` */
export function cinderVolumeRoutes(app: FastifyInstance, volumes: Volumes, root: string, document: Documentation): void {
  questionRoutes(app, volumes, `${root}/volumes`, document);

  app.post(`${root}/volumes`, {
    schema: document({ summary: 'Create a volume', tags, body: CinderCreateVolumeRequest, response: { 202: VolumeBox } }),
  }, async (request, reply) => {
    const owner = ownerOf(request);
    const wanted = await parseCinderCreateVolume(owner, volumes.types(), sourcesOf(volumes, owner.project), jsonBody(request));
    const { volumes: [created] } = await volumes.create(wanted, 1);
    return reply.code(202).send({ volume: created === undefined ? undefined : toCinderVolume(created, linksOf(created.id, request)) });
  });

  // The second is what Cinder's clients call from 3.8 on.
  for (const collection of ['os-volume-manage', 'manageable_volumes']) {
    app.post(`${root}/${collection}`, {
      schema: document({ summary: 'Take over a volume that its cloud has already', tags, body: CinderManageVolumeRequest, response: { 202: VolumeBox } }),
    }, async (request, reply) => {
      const { volume: { ref, volume_type: type, ...others } } = readManage(jsonBody(request));
      refuseOwnWords(others);
      const adopted = await volumes.adopt(ownerOf(request), { id: volumeId(ref['source-id']), type: typeNamed(volumes.types(), type) });
      return reply.code(202).send({ volume: toCinderVolume(adopted, linksOf(adopted.id, request)) });
    });
  }

  app.put<OfVolume>(`${root}/volumes/:volume_id`, {
    schema: document({ summary: 'Change the name, the description or the metadata of a volume', tags, body: CinderUpdateVolumeRequest, response: { 200: VolumeBox } }),
  }, async (request) => {
    const { project, id } = addressed(request);
    const { volume: { name, display_name: displayName, description, display_description: displayDescription, metadata } } = readUpdate(jsonBody(request));
    const change = { ...named(name ?? displayName, description ?? displayDescription), ...(metadata === undefined ? {} : { metadata: { kind: 'set' as const, values: metadata } }) };
    return { volume: toCinderVolume(await volumes.update(project, id, change), linksOf(id, request)) };
  });

  app.delete<OfVolume>(`${root}/volumes/:volume_id`, {
    schema: document({ summary: 'Delete a volume', tags, querystring: CinderDeleteVolumeQuery, response: { 202: { type: 'null', description: 'Accepted' } } }),
  }, async (request, reply) => {
    const { project, id } = addressed(request);
    const { cascade = false, force = false } = readDelete(request.query);
    await volumes.remove(project, id, { cascade, force });
    return reply.code(202).send();
  });
}

/** A volume that is taken over is called as at its cloud. Clients send `{}` and `false` where they were told nothing. */
function refuseOwnWords({ name, description, availability_zone: zone, metadata, bootable }: Partial<CinderManageVolumeRequest['volume']>): void {
  const isEmpty = metadata === undefined || (typeof metadata === 'object' && metadata !== null && Object.keys(metadata).length === 0);
  const words = { name, description, availability_zone: zone, metadata: isEmpty ? undefined : metadata, bootable: bootable === false ? undefined : bootable };
  for (const [field, value] of Object.entries(words)) if (value !== undefined) throw notServed(`volume.${field}`, 'It is taken from the volume at its cloud: leave it out, and change it afterwards.');
}

/** What is absent stays as it is. */
export function named(name: string | undefined, description: string | undefined): { readonly name?: string; readonly description?: string } {
  return { ...(name === undefined ? {} : { name }), ...(description === undefined ? {} : { description }) };
}

function sourcesOf(volumes: Volumes, project: VolumeProjectId): Sources {
  return {
    volume: (id) => volumes.show(project, id),
    snapshot: (id) => volumes.snapshotOrigin(project, id),
  };
}

function questionRoutes(app: FastifyInstance, volumes: Volumes, path: string, document: Documentation): void {
  app.get(path, {
    schema: document({ summary: 'List volumes', tags, querystring: CinderListVolumesQuery, response: { 200: ListVolumeSummariesResponse } }),
  }, async (request) => {
    const { items, more } = await listed(volumes, request);
    return { volumes: items.map((volume) => toVolumeSummary(volume, linksOf(volume.id, request))), ...more };
  });

  app.get(`${path}/detail`, {
    schema: document({
      summary: 'List volumes with their details', tags, querystring: CinderListVolumesQuery,
      response: { 200: Type.Object({ ...ListVolumeSummariesResponse.properties, volumes: Type.Array(CinderVolume) }) },
    }),
  }, async (request) => {
    const { items, more } = await listed(volumes, request);
    return { volumes: items.map((volume) => toCinderVolume(volume, linksOf(volume.id, request))), ...more };
  });

  app.get(`${path}/summary`, {
    schema: document({ summary: 'Count volumes, their GB and their metadata', tags, querystring: CinderSummaryQuery, response: { 200: Type.Object({ 'volume-summary': Type.Unknown() }) } }),
  }, async (request) => {
    const project = ownProject(request);
    readSummary(request.query);
    const { filter } = parseCinderListVolumes(request.query);
    return { 'volume-summary': filter === 'nothing' ? summaryOf([]) : summaryOf(await all(volumes, project, filter)) };
  });

  app.get<OfVolume>(`${path}/:volume_id`, {
    schema: document({ summary: 'Show a volume', tags, response: { 200: VolumeBox } }),
  }, async (request) => {
    const { project, id } = addressed(request);
    return { volume: toCinderVolume(await volumes.show(project, id), linksOf(id, request)) };
  });
}

interface More {
  readonly count?: number;
  readonly volumes_links?: Link[];
}

async function listed(volumes: Volumes, request: FastifyRequest): Promise<Listed<Volume> & { readonly more: More }> {
  const project = ownProject(request);
  const { filter, withCount } = parseCinderListVolumes(request.query);
  const page = filter === 'nothing' ? { items: [], count: 0 } : await volumes.list(project, filter);
  return { ...page, more: { ...(withCount ? { count: page.count } : {}), ...(filter === 'nothing' ? {} : linksAfter(page, filter, request)) } };
}

async function all(volumes: Volumes, project: VolumeProjectId, filter: VolumeFilter): Promise<readonly Volume[]> {
  const found: Volume[] = [];
  for (let offset = 0; ; offset += largestPage) {
    const { items } = await volumes.list(project, { ...filter, limit: largestPage, offset });
    found.push(...items);
    if (items.length < largestPage) return found;
  }
}

/** Each key of metadata with the values that it has. */
function summaryOf(volumes: readonly Volume[]): object {
  const metadata = new Map<string, Set<string>>();
  for (const volume of volumes) for (const [key, value] of Object.entries(volume.metadata)) metadata.set(key, (metadata.get(key) ?? new Set<string>()).add(value));
  return {
    total_size: volumes.reduce((sum, { sizeGiB }) => sum + sizeGiB, 0),
    total_count: volumes.length,
    metadata: Object.fromEntries([...metadata].map(([key, values]) => [key, [...values]])),
  };
}

function addressed(request: FastifyRequest<OfVolume>): { readonly project: VolumeProjectId; readonly id: VolumeId } {
  return { project: ownProject(request), id: volumeId(request.params.volume_id) };
}

function linksOf(id: VolumeId, request: FastifyRequest): Link[] {
  return linksTo(request, ownProject(request), 'volumes', id);
}
