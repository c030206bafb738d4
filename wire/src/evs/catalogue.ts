/** What there is to choose from, and how much of it: disk types, availability zones, quotas, versions. */
import { Type, type Static } from 'typebox';

export const VolumeType = Type.Object({
  id: Type.String(),
  name: Type.String(),
  extra_specs: Type.Record(Type.String(), Type.String()),
  description: Type.String(),
  qos_specs_id: Type.Union([Type.String(), Type.Null()]),
  is_public: Type.Boolean(),
});
export type VolumeType = Static<typeof VolumeType>;
export const ListVolumeTypesResponse = Type.Object({ volume_types: Type.Array(VolumeType) });
export type ListVolumeTypesResponse = Static<typeof ListVolumeTypesResponse>;

export const ListAvailabilityZonesResponse = Type.Object({
  availabilityZoneInfo: Type.Array(Type.Object({ zoneName: Type.String(), zoneState: Type.Object({ available: Type.Boolean() }) })),
});
export type ListAvailabilityZonesResponse = Static<typeof ListAvailabilityZonesResponse>;

export const QuotaParams = Type.Object({ project_id: Type.String({ minLength: 1, maxLength: 1024 }), target_project_id: Type.String({ minLength: 1, maxLength: 1024 }) });
export type QuotaParams = Static<typeof QuotaParams>;

/** EVS wants `True`, with a capital; Cinder's clients send both. */
export const EvsQuotaQuery = Type.Object({ usage: Type.Enum(['True', 'true'], { description: 'True' }) });

export const QuotaDetail = Type.Object({ in_use: Type.Integer(), limit: Type.Integer(), reserved: Type.Integer() });
export type QuotaDetail = Static<typeof QuotaDetail>;

export const QuotaSet = Type.Object({
  id: Type.String(), volumes: QuotaDetail, gigabytes: QuotaDetail, snapshots: QuotaDetail, per_volume_gigabytes: QuotaDetail, backups: QuotaDetail, backup_gigabytes: QuotaDetail,
});
export type QuotaSet = Static<typeof QuotaSet>;
/** Beside them are those of each type, by its name; a limit of -1 is none. */
export type TypeQuotas = Readonly<Record<`${'volumes' | 'gigabytes' | 'snapshots'}_${string}`, QuotaDetail>>;
export const QuotaSetResponse = Type.Object({ quota_set: QuotaSet });
export type QuotaSetResponse = Static<typeof QuotaSetResponse>;

export const Version = Type.Object({
  'id': Type.String(),
  'links': Type.Array(Type.Object({ href: Type.String(), rel: Type.String() })),
  'media-types': Type.Array(Type.Object({ base: Type.String(), type: Type.String() })),
  'min_version': Type.String(),
  'status': Type.String(),
  'updated': Type.String(),
  'version': Type.String(),
});
export type Version = Static<typeof Version>;
/** One field for one version and for all, as the documents have it. */
export const VersionsResponse = Type.Object({ versions: Type.Array(Version) });
