/** What a project may have, held against what its rows say that it has. */
import { refuse } from './refusals.ts';
import { unlimited, type CountedQuota, type VolumeQuotas } from './volume.ts';
import type { TypeUsage, VolumeUsage } from './volume-repository.ts';
import type { VolumeLimits, VolumesDeps } from './volumes-deps.ts';

/** The size is told first, as Cinder does. */
const counted = ['gigabytes', 'volumes', 'snapshots'] as const satisfies readonly CountedQuota[];

type Limits = Readonly<Partial<Record<CountedQuota, number>>>;

/** More of one type. */
interface Wanted extends Limits {
  readonly type: string;
}

/** Refuses what would go beyond a limit, of all types or of one. What is not asked for more of is not looked at: a limit that was lowered takes nothing away. */
export function checkQuotas({ limits, types }: Pick<VolumesDeps, 'limits' | 'types'>, usage: VolumeUsage, wanted: readonly Wanted[]): void {
  checkRoom(limits, totalOf(usage), wanted);
  for (const { name: type, limits: own } of types) checkRoom(own, usage.get(type) ?? nothing, wanted.filter((each) => each.type === type), { type });
}

function checkRoom(limits: Limits, usage: TypeUsage, wanted: readonly Wanted[], of: { readonly type?: string } = {}): void {
  for (const quota of counted) {
    const [limit, more] = [limits[quota] ?? Infinity, wanted.reduce((sum, each) => sum + (each[quota] ?? 0), 0)];
    const inUse = usage[quota].there + usage[quota].coming;
    if (more > 0 && inUse + more > limit) refuse({ kind: 'quota-exceeded', quota, limit, wanted: more, inUse, ...of });
  }
}

export function checkSize(limits: VolumeLimits, sizeGiB: number): void {
  const limit = limits.perVolumeGigabytes;
  if (sizeGiB > limit) refuse({ kind: 'quota-exceeded', quota: 'perVolumeGigabytes', limit, wanted: sizeGiB, inUse: 0 });
}

export function quotasOf({ limits, types }: Pick<VolumesDeps, 'limits' | 'types'>, usage: VolumeUsage): VolumeQuotas {
  return {
    ...usesOf(limits, totalOf(usage)),
    perVolumeGigabytes: { limit: limits.perVolumeGigabytes, inUse: 0, reserved: 0 },
    types: new Map(types.map(({ name, limits: own }) => [name, usesOf(own, usage.get(name) ?? nothing)])),
  };
}

const none = { there: 0, coming: 0 };
const nothing: TypeUsage = { volumes: none, gigabytes: none, snapshots: none };

function totalOf(usage: VolumeUsage): TypeUsage {
  const sum = (quota: CountedQuota) => [...usage.values()].reduce(({ there, coming }, each) => ({ there: there + each[quota].there, coming: coming + each[quota].coming }), none);
  return { volumes: sum('volumes'), gigabytes: sum('gigabytes'), snapshots: sum('snapshots') };
}

function usesOf(limits: Limits, usage: TypeUsage): Pick<VolumeQuotas, CountedQuota> {
  const use = (quota: CountedQuota) => ({ limit: limits[quota] ?? unlimited, inUse: usage[quota].there, reserved: usage[quota].coming });
  return { volumes: use('volumes'), gigabytes: use('gigabytes'), snapshots: use('snapshots') };
}
