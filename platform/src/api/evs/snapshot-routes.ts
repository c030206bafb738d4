/** Snapshots on EVS's own paths: /v2/{project_id}/cloudsnapshots. */
import {
  CreateSnapshotRequest, ListSnapshotsQuery, ListSnapshotsResponse, RollbackSnapshotRequest, RollbackSnapshotResponse, SnapshotParams, SnapshotResponse, UpdateSnapshotRequest,
} from '@haulier/wire/evs/snapshots.ts';
import { ProjectParams } from '@haulier/wire/evs/fields.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { SnapshotId, VolumeProjectId } from '../../volumes/volume.ts';
import type { Volumes } from '../../volumes/volumes.ts';
import { jsonBody } from '../json-body.ts';
import { BrokenInput, schemaReader } from '../read-by-schema.ts';
import { ownerOf, ownProject } from './access.ts';
import { evsDocument } from './documentation.ts';
import { snapshotId, volumeId } from './ids.ts';
import { pageFrom } from './links.ts';
import { parseListSnapshots } from './parse-snapshot-list.ts';
import { toListedSnapshot, toSnapshotDetail } from './snapshot-to-wire.ts';

const readCreate = schemaReader(CreateSnapshotRequest);
const readUpdate = schemaReader(UpdateSnapshotRequest);
const readRollback = schemaReader(RollbackSnapshotRequest);

interface OfSnapshot {
  readonly Params: SnapshotParams;
}

const tags = ['Snapshots'];
const root = '/v2/:project_id/cloudsnapshots';

export function snapshotRoutes(app: FastifyInstance, volumes: Volumes): void {
  questionRoutes(app, volumes);

  app.post(root, {
    schema: evsDocument({ operationId: 'CreateSnapshot', summary: 'Take a snapshot of a disk', tags, params: ProjectParams, body: CreateSnapshotRequest, response: { 202: SnapshotResponse } }),
  }, async (request, reply) => {
    const owner = ownerOf(request);
    const { snapshot: { volume_id: volume, name = '', description = '', metadata = {}, force = false } } = readCreate(jsonBody(request));
    const snapshot = await volumes.createSnapshot(owner, { volume: volumeId(volume), name, description, metadata, force });
    return reply.code(202).send({ snapshot: toSnapshotDetail(snapshot) } satisfies SnapshotResponse);
  });

  app.put<OfSnapshot>(`${root}/:snapshot_id`, {
    schema: evsDocument({
      operationId: 'UpdateSnapshot', summary: 'Change the name or the description of a snapshot', tags, params: SnapshotParams, body: UpdateSnapshotRequest, response: { 200: SnapshotResponse },
    }),
  }, async (request): Promise<SnapshotResponse> => {
    const { project, id } = addressed(request);
    const { snapshot: change } = readUpdate(jsonBody(request));
    if (change.name === undefined && change.description === undefined) throw new BrokenInput('snapshot.name or snapshot.description', 'a new value', true);
    return { snapshot: toSnapshotDetail(await volumes.updateSnapshot(project, id, change)) };
  });

  app.delete<OfSnapshot>(`${root}/:snapshot_id`, {
    schema: evsDocument({ operationId: 'DeleteSnapshot', summary: 'Delete a snapshot', tags, params: SnapshotParams, response: { 202: { type: 'null', description: 'Accepted' } } }),
  }, async (request, reply) => {
    const { project, id } = addressed(request);
    await volumes.removeSnapshot(project, id);
    return reply.code(202).send();
  });

  app.post<OfSnapshot>(`${root}/:snapshot_id/rollback`, {
    schema: evsDocument({
      operationId: 'RollbackSnapshot', summary: "Put a snapshot's data back onto its disk", tags, params: SnapshotParams, body: RollbackSnapshotRequest, response: { 202: RollbackSnapshotResponse },
    }),
  }, async (request, reply) => {
    const { project, id } = addressed(request);
    const volume = volumeId(readRollback(jsonBody(request)).rollback.volume_id);
    await volumes.rollback(project, id, volume);
    return reply.code(202).send({ rollback: { volume_id: volume } } satisfies RollbackSnapshotResponse);
  });
}

function questionRoutes(app: FastifyInstance, volumes: Volumes): void {
  app.get(`${root}/detail`, {
    schema: evsDocument({
      operationId: 'ListSnapshots', summary: 'List snapshots with their details', tags, params: ProjectParams, querystring: ListSnapshotsQuery, response: { 200: ListSnapshotsResponse },
    }),
  }, async (request): Promise<ListSnapshotsResponse> => {
    const project = ownProject(request);
    const filter = parseListSnapshots(request.query);
    if (filter === 'nothing') return { count: 0, snapshots: [] };
    const { items, count } = await volumes.listSnapshots(project, filter);
    const next = filter.offset + items.length;
    return { count, snapshots: items.map(toListedSnapshot), ...(items.length > 0 && next < count ? { snapshots_links: pageFrom(request, next) } : {}) };
  });

  app.get<OfSnapshot>(`${root}/:snapshot_id`, {
    schema: evsDocument({ operationId: 'ShowSnapshot', summary: 'Show a snapshot', tags, params: SnapshotParams, response: { 200: SnapshotResponse } }),
  }, async (request): Promise<SnapshotResponse> => {
    const { project, id } = addressed(request);
    return { snapshot: toSnapshotDetail(await volumes.showSnapshot(project, id)) };
  });
}

function addressed(request: FastifyRequest<OfSnapshot>): { readonly project: VolumeProjectId; readonly id: SnapshotId } {
  return { project: ownProject(request), id: snapshotId(request.params.snapshot_id) };
}
