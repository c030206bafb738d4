import type { QuotaDetail, QuotaSet, QuotaParams, TypeQuotas } from '@haulier/wire/evs/catalogue.ts';
import type { FastifyRequest } from 'fastify';
import type { QuotaUse, VolumeProjectId, VolumeQuotas } from '../../volumes/volume.ts';
import { ownProject } from './access.ts';
import { RequestFault } from './faults.ts';

/** The project whose quotas are asked for: nobody sees those of another. */
export function ownTarget(request: FastifyRequest<{ Params: QuotaParams }>): VolumeProjectId {
  const project = ownProject(request);
  if (request.params.target_project_id !== project) throw new RequestFault({ kind: 'http', problem: 'wrong-scope' });
  return project;
}

/** There are no backups: the quota of them is 0. */
const none: QuotaDetail = { in_use: 0, limit: 0, reserved: 0 };

export function toQuotaSet(id: string, { volumes, gigabytes, snapshots, perVolumeGigabytes, types }: VolumeQuotas): QuotaSet & TypeQuotas {
  return {
    id, volumes: detail(volumes), gigabytes: detail(gigabytes), snapshots: detail(snapshots), per_volume_gigabytes: detail(perVolumeGigabytes), backups: none, backup_gigabytes: none,
    ...Object.fromEntries([...types].flatMap(([type, of]) => [[`volumes_${type}`, detail(of.volumes)], [`gigabytes_${type}`, detail(of.gigabytes)], [`snapshots_${type}`, detail(of.snapshots)]])),
  };
}

/** The limits alone, as Cinder shows them to who does not ask for the use. */
export function toPlainQuotas(id: string, quotas: VolumeQuotas): Record<string, string | number> {
  const { id: own, ...details } = toQuotaSet(id, quotas);
  return { id: own, groups: 0, ...Object.fromEntries(Object.entries(details).map(([name, { limit }]) => [name, limit])) };
}

function detail({ inUse, limit, reserved }: QuotaUse): QuotaDetail {
  return { in_use: inUse, limit, reserved };
}
