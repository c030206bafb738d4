/** What a project may have, held against what its rows say that it has. */
import { refuse } from './refusals.ts';
import type { QuotaUse, VolumeQuotas } from './volume.ts';
import type { Usage, VolumeUsage } from './volume-repository.ts';
import type { VolumeLimits } from './volumes-deps.ts';

type Counted = keyof VolumeUsage;

/** The size is told first, as Cinder does. */
const counted = ['gigabytes', 'volumes', 'snapshots'] as const satisfies readonly Counted[];

/** Refuses what would go beyond a limit. What is not asked for more of is not looked at: a limit that was lowered takes nothing away. */
export function checkQuotas(limits: VolumeLimits, usage: VolumeUsage, wanted: Readonly<Partial<Record<Counted, number>>>): void {
  for (const quota of counted) {
    const more = wanted[quota] ?? 0;
    const inUse = usage[quota].there + usage[quota].coming;
    if (more > 0 && inUse + more > limits[quota]) refuse({ kind: 'quota-exceeded', quota, limit: limits[quota], wanted: more, inUse });
  }
}

export function checkSize(limits: VolumeLimits, sizeGiB: number): void {
  const limit = limits.perVolumeGigabytes;
  if (sizeGiB > limit) refuse({ kind: 'quota-exceeded', quota: 'perVolumeGigabytes', limit, wanted: sizeGiB, inUse: 0 });
}

export function quotasOf(limits: VolumeLimits, { volumes, gigabytes, snapshots }: VolumeUsage): VolumeQuotas {
  const use = (limit: number, { there, coming }: Usage): QuotaUse => ({ limit, inUse: there, reserved: coming });
  return {
    volumes: use(limits.volumes, volumes),
    gigabytes: use(limits.gigabytes, gigabytes),
    snapshots: use(limits.snapshots, snapshots),
    perVolumeGigabytes: { limit: limits.perVolumeGigabytes, inUse: 0, reserved: 0 },
  };
}
