/** Types, zones, quotas and limits as OpenStack's clients ask for them. */
import { ListAvailabilityZonesResponse, type QuotaParams } from '@haulier/wire/evs/catalogue.ts';
import { CinderListTypesQuery, CinderQuotaQuery } from '@haulier/wire/evs/cinder.ts';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { VolumeType } from '../../volumes/volume.ts';
import { VolumeRefusal, type Volumes } from '../../volumes/volumes.ts';
import { ownProject } from './access.ts';
import { zones } from './catalogue-routes.ts';
import type { Documentation } from './documentation.ts';
import { RequestFault } from './faults.ts';
import { metadataFilter } from './metadata-filter.ts';
import { ownTarget, toPlainQuotas, toQuotaSet } from './quotas-to-wire.ts';
import { queryReader } from '../read-query.ts';
import { extraSpecs, toWireType } from './type-to-wire.ts';

const readTypes = queryReader(CinderListTypesQuery);
const readQuota = queryReader(CinderQuotaQuery);

/** @param root up to and with the project */
export function cinderCatalogueRoutes(app: FastifyInstance, volumes: Volumes, root: string, document: Documentation): void {
  typeRoutes(app, volumes, `${root}/types`, document);
  quotaRoutes(app, volumes, `${root}/os-quota-sets/:target_project_id`, document);

  app.get(`${root}/os-availability-zone`, {
    schema: document({ summary: 'List availability zones', tags: ['Availability zones'], response: { 200: ListAvailabilityZonesResponse } }),
  }, () => zones(volumes));

  app.get(`${root}/limits`, { schema: document({ summary: 'Show limits', tags: ['Quotas'], response: { 200: Type.Object({ limits: Type.Unknown() }) } }) }, async (request) => {
    const { volumes: count, gigabytes, snapshots } = await volumes.quotas(ownProject(request));
    const absolute = {
      maxTotalVolumes: count.limit, totalVolumesUsed: count.inUse, maxTotalVolumeGigabytes: gigabytes.limit, totalGigabytesUsed: gigabytes.inUse,
      maxTotalSnapshots: snapshots.limit, totalSnapshotsUsed: snapshots.inUse, maxTotalBackups: 0, totalBackupsUsed: 0, maxTotalBackupGigabytes: 0, totalBackupGigabytesUsed: 0,
    };
    return { limits: { rate: [], absolute } };
  });
}

interface OfType {
  readonly Params: { readonly project_id: string; readonly type_id: string };
}

interface OfSpec {
  readonly Params: OfType['Params'] & { readonly key: string };
}

function typeRoutes(app: FastifyInstance, volumes: Volumes, path: string, document: Documentation): void {
  const tags = ['Disk types'];
  const answers = { 200: Type.Object({ volume_type: Type.Unknown() }) };
  const Specs = Type.Record(Type.String(), Type.Unknown());

  app.get(path, { schema: document({ summary: 'List volume types', tags, querystring: CinderListTypesQuery, response: { 200: Type.Object({ volume_types: Type.Array(Type.Unknown()) }) } }) }, (request) => {
    const { name, extra_specs: wanted } = readTypes(request.query);
    const specs = Object.entries(wanted === undefined ? {} : metadataFilter(wanted, 'extra_specs'));
    const found = volumes.types().filter((type) => (name === undefined || type.name === name) && specs.every(([key, value]) => extraSpecs(type)[key] === value));
    return { volume_types: found.map(toCinderType) };
  });

  app.get(`${path}/default`, { schema: document({ summary: 'Show the type of volumes that name none', tags, response: answers }) }, () => {
    const [first] = volumes.types();
    if (first === undefined) throw new VolumeRefusal({ kind: 'no-such-type', type: 'default' });
    return { volume_type: toCinderType(first) };
  });

  app.get<OfType>(`${path}/:type_id`, { schema: document({ summary: 'Show a volume type', tags, response: answers }) }, (request) => ({ volume_type: toCinderType(typeOf(volumes, request.params.type_id)) }));

  app.get<OfType>(`${path}/:type_id/extra_specs`, { schema: document({ summary: 'List extra specifications', tags, response: { 200: Specs } }) }, (request) => (
    { extra_specs: extraSpecs(typeOf(volumes, request.params.type_id)) }
  ));

  app.get<OfSpec>(`${path}/:type_id/extra_specs/:key`, { schema: document({ summary: 'Show one extra specification', tags, response: { 200: Specs } }) }, (request) => {
    const { type_id: id, key } = request.params;
    const specs = extraSpecs(typeOf(volumes, id));
    if (!Object.hasOwn(specs, key)) throw new RequestFault({ kind: 'no-such-metadata', key });
    return { [key]: specs[key] };
  });
}

/** By its id alone: clients that have a name look for it when this is not found. */
function typeOf(volumes: Volumes, id: string): VolumeType {
  const type = volumes.types().find((each) => each.id === id);
  if (type === undefined) throw new VolumeRefusal({ kind: 'no-such-type', type: id });
  return type;
}

function toCinderType(type: VolumeType): object {
  return { ...toWireType(type), 'os-volume-type-access:is_public': true };
}

function quotaRoutes(app: FastifyInstance, volumes: Volumes, path: string, document: Documentation): void {
  const tags = ['Quotas'];
  const response = { 200: Type.Object({ quota_set: Type.Unknown() }) };
  app.get<{ Params: QuotaParams }>(path, { schema: document({ summary: 'Show quotas', tags, querystring: CinderQuotaQuery, response }) }, async (request) => {
    const project = ownTarget(request);
    const { usage = false } = readQuota(request.query);
    const quotas = await volumes.quotas(project);
    return { quota_set: usage ? toQuotaSet(project, quotas) : toPlainQuotas(project, quotas) };
  });
  app.get<{ Params: QuotaParams }>(`${path}/defaults`, { schema: document({ summary: 'Show quotas: those of all projects are the same', tags, response }) }, async (request) => {
    const project = ownTarget(request);
    return { quota_set: toPlainQuotas(project, await volumes.quotas(project)) };
  });
}
