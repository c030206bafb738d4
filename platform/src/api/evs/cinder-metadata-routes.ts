/** Metadata of volumes and of snapshots: both have the same routes. */
import { CinderMetadataRequest, CinderMetaRequest } from '@haulier/wire/evs/cinder.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { VolumeProjectId } from '../../volumes/volume.ts';
import type { MetadataChange, Volumes } from '../../volumes/volumes.ts';
import { jsonBody } from '../json-body.ts';
import { BrokenInput, schemaReader } from '../read-by-schema.ts';
import { ownProject } from './access.ts';
import type { Documentation } from './documentation.ts';
import { notServed, RequestFault } from './faults.ts';
import { snapshotId, volumeId } from './ids.ts';

const readMetadata = schemaReader(CinderMetadataRequest);
const readMeta = schemaReader(CinderMetaRequest);

type Metadata = Readonly<Record<string, string>>;

/** What has metadata, by the id of the path. */
interface Bearer {
  readonly read: (project: VolumeProjectId, id: string) => Promise<Metadata>;
  readonly change: (project: VolumeProjectId, id: string, change: MetadataChange) => Promise<Metadata>;
}

/** @param root up to and with the project */
export function cinderMetadataRoutes(app: FastifyInstance, volumes: Volumes, root: string, document: Documentation): void {
  bearerRoutes(app, `${root}/volumes/:id/metadata`, document, {
    read: async (project, id) => (await volumes.show(project, volumeId(id))).metadata,
    change: async (project, id, metadata) => (await volumes.update(project, volumeId(id), { metadata })).metadata,
  });
  bearerRoutes(app, `${root}/snapshots/:id/metadata`, document, {
    read: async (project, id) => (await volumes.showSnapshot(project, snapshotId(id))).metadata,
    change: async (project, id, metadata) => (await volumes.updateSnapshot(project, snapshotId(id), { metadata })).metadata,
  });
}

interface OfBearer {
  readonly Params: { readonly project_id: string; readonly id: string };
}

interface OfKey {
  readonly Params: OfBearer['Params'] & { readonly key: string };
}

const tags = ['Metadata'];
const All = Type.Object({ metadata: Type.Record(Type.String(), Type.String()) });
const One = Type.Object({ meta: Type.Record(Type.String(), Type.String()) });

function bearerRoutes(app: FastifyInstance, path: string, document: Documentation, bearer: Bearer): void {
  app.get<OfBearer>(path, { schema: document({ summary: 'List metadata', tags, response: { 200: All } }) }, async (request) => (
    { metadata: await bearer.read(ownProject(request), request.params.id) }
  ));
  app.post<OfBearer>(path, { schema: document({ summary: 'Add metadata', tags, body: CinderMetadataRequest, response: { 200: All } }) }, (request) => changed(bearer, request, 'merge'));
  app.put<OfBearer>(path, { schema: document({ summary: 'Replace all metadata', tags, body: CinderMetadataRequest, response: { 200: All } }) }, (request) => changed(bearer, request, 'set'));
  keyRoutes(app, `${path}/:key`, document, bearer);
}

async function changed(bearer: Bearer, request: FastifyRequest<OfBearer>, kind: 'merge' | 'set'): Promise<{ readonly metadata: Metadata }> {
  refuseConditions(request);
  const values = readMetadata(jsonBody(request)).metadata;
  return { metadata: await bearer.change(ownProject(request), request.params.id, { kind, values }) };
}

/** Since version 3.15 Cinder tells an ETag of metadata, and compares it. None is told here. */
function refuseConditions({ headers }: FastifyRequest): void {
  if (headers['if-match'] !== undefined) throw notServed('If-Match', 'Leave it out.');
}

function keyRoutes(app: FastifyInstance, path: string, document: Documentation, bearer: Bearer): void {
  app.get<OfKey>(path, { schema: document({ summary: 'Show one key of metadata', tags, response: { 200: One } }) }, async (request) => {
    const { id, key } = request.params;
    return { meta: { [key]: valueOf(await bearer.read(ownProject(request), id), key) } };
  });
  app.put<OfKey>(path, { schema: document({ summary: 'Set one key of metadata', tags, body: CinderMetaRequest, response: { 200: One } }) }, async (request) => {
    refuseConditions(request);
    const { id, key } = request.params;
    const { meta } = readMeta(jsonBody(request));
    const value = Object.hasOwn(meta, key) && Object.keys(meta).length === 1 ? meta[key] : undefined;
    if (value === undefined) throw new BrokenInput('meta', 'the key of the path and nothing else', false);
    const metadata = await bearer.change(ownProject(request), id, { kind: 'merge', values: { [key]: value } });
    return { meta: { [key]: valueOf(metadata, key) } };
  });
  app.delete<OfKey>(path, { schema: document({ summary: 'Remove one key of metadata', tags, response: { 200: { type: 'null', description: 'OK' } } }) }, async (request, reply) => {
    const { id, key } = request.params;
    valueOf(await bearer.read(ownProject(request), id), key);
    await bearer.change(ownProject(request), id, { kind: 'remove', key });
    return reply.code(200).send();
  });
}

function valueOf(metadata: Metadata, key: string): string {
  const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
  if (value === undefined) throw new RequestFault({ kind: 'no-such-metadata', key });
  return value;
}
