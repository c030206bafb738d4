/** Snapshots as OpenStack's clients ask for them: /v3/{project_id}/snapshots. */
import { CinderListSnapshotsQuery, CinderSnapshot, CinderUpdateSnapshotRequest } from '@haulier/wire/evs/cinder.ts';
import type { Link } from '@haulier/wire/evs/fields.ts';
import { CinderCreateSnapshotRequest, type SnapshotParams } from '@haulier/wire/evs/snapshots.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Snapshot, SnapshotId, VolumeProjectId } from '../../volumes/volume.ts';
import type { Volumes } from '../../volumes/volumes.ts';
import { jsonBody } from '../json-body.ts';
import { schemaReader } from '../read-by-schema.ts';
import { ownerOf, ownProject } from './access.ts';
import { named } from './cinder-volume-routes.ts';
import type { Documentation } from './documentation.ts';
import { snapshotId, volumeId } from './ids.ts';
import { nextPage } from './links.ts';
import { parseCinderListSnapshots } from './parse-snapshot-list.ts';
import { toCinderSnapshot } from './snapshot-to-wire.ts';

const readCreate = schemaReader(CinderCreateSnapshotRequest);
const readUpdate = schemaReader(CinderUpdateSnapshotRequest);

interface OfSnapshot {
  readonly Params: SnapshotParams;
}

const SnapshotBox = Type.Object({ snapshot: CinderSnapshot });
const SnapshotList = Type.Object({ snapshots: Type.Array(CinderSnapshot) });
const tags = ['Snapshots'];

/** @param root up to and with the project */
export function cinderSnapshotRoutes(app: FastifyInstance, volumes: Volumes, root: string, document: Documentation): void {
  const path = `${root}/snapshots`;
  /** Their short form has all that they have here. */
  for (const list of [path, `${path}/detail`]) {
    app.get(list, { schema: document({ summary: 'List snapshots', tags, querystring: CinderListSnapshotsQuery, response: { 200: SnapshotList } }) }, (request) => listed(volumes, request));
  }

  app.get<OfSnapshot>(`${path}/:snapshot_id`, { schema: document({ summary: 'Show a snapshot', tags, response: { 200: SnapshotBox } }) }, async (request) => {
    const { project, id } = addressed(request);
    return { snapshot: toCinderSnapshot(await volumes.showSnapshot(project, id)) };
  });

  app.post(path, { schema: document({ summary: 'Take a snapshot', tags, body: CinderCreateSnapshotRequest, response: { 202: SnapshotBox } }) }, async (request, reply) => {
    const owner = ownerOf(request);
    const { snapshot: { volume_id: volume, name = '', description = '', metadata = {}, force = false } } = readCreate(jsonBody(request));
    return reply.code(202).send({ snapshot: toCinderSnapshot(await volumes.createSnapshot(owner, { volume: volumeId(volume), name, description, metadata, force })) });
  });

  app.put<OfSnapshot>(`${path}/:snapshot_id`, {
    schema: document({ summary: 'Change the name or the description of a snapshot', tags, body: CinderUpdateSnapshotRequest, response: { 200: SnapshotBox } }),
  }, async (request) => {
    const { project, id } = addressed(request);
    const { snapshot: { name, display_name: displayName, description, display_description: displayDescription } } = readUpdate(jsonBody(request));
    return { snapshot: toCinderSnapshot(await volumes.updateSnapshot(project, id, named(name ?? displayName, description ?? displayDescription))) };
  });

  app.delete<OfSnapshot>(`${path}/:snapshot_id`, { schema: document({ summary: 'Delete a snapshot', tags, response: { 202: { type: 'null', description: 'Accepted' } } }) }, async (request, reply) => {
    const { project, id } = addressed(request);
    await volumes.removeSnapshot(project, id);
    return reply.code(202).send();
  });
}

async function listed(volumes: Volumes, request: FastifyRequest): Promise<object> {
  const project = ownProject(request);
  const { filter, withCount } = parseCinderListSnapshots(request.query);
  if (filter === 'nothing') return { snapshots: [], ...(withCount ? { count: 0 } : {}) };
  const { items, count } = await volumes.listSnapshots(project, filter);
  return { snapshots: items.map(toCinderSnapshot), ...(withCount ? { count } : {}), ...moreAfter(items, filter.limit, request) };
}

/** A full page may have another one after it. */
function moreAfter(items: readonly Snapshot[], limit: number, request: FastifyRequest): { readonly snapshots_links?: Link[] } {
  const last = items.at(-1);
  return last === undefined || items.length < limit ? {} : { snapshots_links: nextPage(request, last.id) };
}

function addressed(request: FastifyRequest<OfSnapshot>): { readonly project: VolumeProjectId; readonly id: SnapshotId } {
  return { project: ownProject(request), id: snapshotId(request.params.snapshot_id) };
}
