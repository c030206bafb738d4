import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { CountedQuota, VolumeProjectId } from '../../volumes/volume.ts';
import type { TypeUsage, VolumeUsage } from '../../volumes/volume-repository.ts';
import type { Database } from '../schema.ts';

interface UsageRow {
  readonly type: string;
  readonly quota: CountedQuota;
  readonly there: number;
  readonly coming: number;
}

/** Counted from the rows, so that there is no counter to go astray. */
export async function usageOf(db: Kysely<Database>, project: VolumeProjectId): Promise<VolumeUsage> {
  const { rows } = await sql<UsageRow>`
    with handed as (select v.id, v.type, v.size_gib, t.project_id as donor, t.without_snapshots from volume_transfer t join volume v on v.id = t.volume_id where t.acceptor_project = ${project}),
    counted (type, quota, is_coming, amount) as (
      select type, 'volumes', state = 'creating', 1::bigint from volume where project_id = ${project}
      union all select type, 'gigabytes', state = 'creating', size_gib from volume where project_id = ${project}
      union all select v.type, 'gigabytes', true, (j.work ->> 'sizeGiB')::bigint - v.size_gib from volume_job j join volume v on v.id = j.volume ->> 'id'
        where v.project_id = ${project} and j.kind = 'extendVolume' and j.ended_at is null and j.work is not null
      union all select v.type, 'snapshots', s.state = 'creating', 1 from volume_snapshot s join volume v on v.id = s.volume_id where s.project_id = ${project}
      union all select type, 'volumes', true, 1 from handed
      union all select type, 'gigabytes', true, size_gib from handed
      union all select h.type, 'snapshots', true, 1 from handed h join volume_snapshot s on s.volume_id = h.id and s.project_id = h.donor where not h.without_snapshots)
    select type, quota, coalesce(sum(amount) filter (where not is_coming), 0)::bigint as there, coalesce(sum(amount) filter (where is_coming), 0)::bigint as coming
    from counted group by type, quota
  `.execute(db);
  return new Map([...new Set(rows.map(({ type }) => type))].map((type) => [type, usageIn(rows.filter((row) => row.type === type))]));
}

function usageIn(rows: readonly UsageRow[]): TypeUsage {
  const of = (quota: CountedQuota) => {
    const { there = 0, coming = 0 } = rows.find((row) => row.quota === quota) ?? {};
    return { there, coming };
  };
  return { volumes: of('volumes'), gigabytes: of('gigabytes'), snapshots: of('snapshots') };
}
