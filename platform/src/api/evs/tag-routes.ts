/** Tags of disks. */
import {
  FilterByTagsRequest, FilterByTagsResponse, ProjectTagsResponse, ShowTagsResponse, TagsActionRequest,
} from '@haulier/wire/evs/tags.ts';
import { largestPage, ProjectParams } from '@haulier/wire/evs/fields.ts';
import { VolumeParams } from '@haulier/wire/evs/volumes.ts';
import type { FastifyInstance } from 'fastify';
import type { VolumeFilter, Volumes } from '../../volumes/volumes.ts';
import { jsonBody } from '../json-body.ts';
import { BrokenInput, schemaReader } from '../read-by-schema.ts';
import { ownProject } from './access.ts';
import { evsDocument } from './documentation.ts';
import { volumeId } from './ids.ts';
import { linksTo } from './links.ts';
import { whenGiven } from './parse-volume-list.ts';
import { toTaggedVolumeDetail } from './volume-to-wire.ts';

const readAction = schemaReader(TagsActionRequest);
const readFilter = schemaReader(FilterByTagsRequest);

interface OfVolume {
  readonly Params: VolumeParams;
}

const tags = ['Disk tags'];
const root = '/v2/:project_id/cloudvolumes';

export function tagRoutes(app: FastifyInstance, volumes: Volumes): void {
  app.get(`${root}/tags`, {
    schema: evsDocument({ operationId: 'ListVolumeTags', summary: 'List the tags of all disks of the project', tags, params: ProjectParams, response: { 200: ProjectTagsResponse } }),
  }, async (request): Promise<ProjectTagsResponse> => {
    const found = await volumes.projectTags(ownProject(request));
    return { tags: Object.fromEntries([...found].map(([key, values]) => [key, [...values]])) };
  });

  app.get<OfVolume>(`${root}/:volume_id/tags`, {
    schema: evsDocument({ operationId: 'ShowVolumeTags', summary: 'List the tags of a disk', tags, params: VolumeParams, response: { 200: ShowTagsResponse } }),
  }, async (request): Promise<ShowTagsResponse> => {
    const { tags: found } = await volumes.show(ownProject(request), volumeId(request.params.volume_id));
    return { tags: tagList(found) };
  });

  app.post<OfVolume>(`${root}/:volume_id/tags/action`, {
    schema: evsDocument({
      operationId: 'BatchCreateVolumeTags', summary: 'Add tags to a disk, or take some away (BatchDeleteVolumeTags)', tags, params: VolumeParams, body: TagsActionRequest,
      response: { 204: { type: 'null', description: 'Done' } },
    }),
  }, async (request, reply) => {
    const project = ownProject(request);
    const id = volumeId(request.params.volume_id);
    const { action, tags: wanted } = readAction(jsonBody(request));
    if (action === 'delete') await volumes.removeTags(project, id, wanted.map(({ key }) => key));
    else await volumes.addTags(project, id, Object.fromEntries(wanted.map(({ key, value }, index) => [key, value ?? missing(index)])));
    return reply.code(204).send();
  });
}

function missing(index: number): never {
  throw new BrokenInput(`tags[${index}].value`, 'a value of up to 43 letters, digits, hyphens and underscores', true);
}

/** A question, although it is a POST. */
export function tagFilterRoute(app: FastifyInstance, volumes: Volumes): void {
  app.post(`${root}/resource_instances/action`, {
    schema: evsDocument({
      operationId: 'ListVolumesByTags', summary: 'List or count the disks that have tags', tags, params: ProjectParams, body: FilterByTagsRequest, response: { 200: FilterByTagsResponse },
    }),
  }, async (request): Promise<FilterByTagsResponse> => {
    const project = ownProject(request);
    const asked = readFilter(jsonBody(request));
    const { items, count } = asked.matches?.some(({ key, value }) => key === 'service_type' && value.toUpperCase() !== 'EVS') === true
      ? { items: [], count: 0 }
      : await volumes.list(project, filterOf(asked));
    if (asked.action === 'count') return { total_count: count };
    return {
      total_count: count,
      resources: items.map((volume) => ({
        resource_id: volume.id, resource_name: volume.name, resource_detail: toTaggedVolumeDetail(volume, linksTo(request, project, 'cloudvolumes', volume.id)), tags: tagList(volume.tags),
      })),
    };
  });
}

function filterOf({ limit = largestPage, offset = 0, matches = [], tags: wanted }: FilterByTagsRequest): VolumeFilter {
  const name = matches.find(({ key }) => key === 'resource_name')?.value;
  return {
    limit: within('limit', Number(limit), 1, largestPage),
    offset: within('offset', Number(offset), 0, 2_147_483_647),
    tags: new Map(wanted.map(({ key, values }) => [key, values])),
    ...whenGiven('name', name, (text) => ({ match: 'like' as const, text })),
  };
}

/** Numbers may come as text, which the schema does not bound. */
function within(field: string, value: number, least: number, most: number): number {
  if (value < least || value > most) throw new BrokenInput(field, `a whole number from ${least} to ${most}`, false);
  return value;
}

function tagList(found: Readonly<Record<string, string>>): { key: string; value: string }[] {
  return Object.entries(found).map(([key, value]) => ({ key, value }));
}
