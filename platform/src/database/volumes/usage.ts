import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { VolumeProjectId } from '../../volumes/volume.ts';
import type { VolumeUsage } from '../../volumes/volume-repository.ts';
import type { Database } from '../schema.ts';

interface UsageRow {
  readonly volumes: number;
  readonly volumes_coming: number;
  readonly gigabytes: number;
  readonly gigabytes_coming: number;
  readonly growing: number;
  readonly snapshots: number;
  readonly snapshots_coming: number;
  readonly handed_volumes: number;
  readonly handed_gigabytes: number;
  readonly handed_snapshots: number;
}

/** Counted from the rows, so that there is no counter to go astray. */
export async function usageOf(db: Kysely<Database>, project: VolumeProjectId): Promise<VolumeUsage> {
  const { rows: [row] } = await sql<UsageRow>`
    select d.*, s.*, h.*,
      (select coalesce(sum((j.work ->> 'sizeGiB')::bigint - v.size_gib), 0)::bigint from volume_job j join volume v on v.id = j.volume ->> 'id'
        where v.project_id = ${project} and j.kind = 'extendVolume' and j.ended_at is null) as growing
    from
      (select count(*) filter (where state <> 'creating') as volumes, count(*) filter (where state = 'creating') as volumes_coming,
        coalesce(sum(size_gib) filter (where state <> 'creating'), 0)::bigint as gigabytes,
        coalesce(sum(size_gib) filter (where state = 'creating'), 0)::bigint as gigabytes_coming
        from volume where project_id = ${project}) d,
      (select count(*) filter (where state <> 'creating') as snapshots, count(*) filter (where state = 'creating') as snapshots_coming
        from volume_snapshot where project_id = ${project}) s,
      (select count(*) as handed_volumes, coalesce(sum(v.size_gib), 0)::bigint as handed_gigabytes,
        coalesce(sum((select count(*) from volume_snapshot o where o.volume_id = v.id and o.project_id = t.project_id and not t.without_snapshots)), 0)::bigint as handed_snapshots
        from volume_transfer t join volume v on v.id = t.volume_id where t.acceptor_project = ${project}) h
  `.execute(db);
  if (row === undefined) throw new Error('an aggregate without a row');
  return {
    volumes: { there: row.volumes, coming: row.volumes_coming + row.handed_volumes },
    gigabytes: { there: row.gigabytes, coming: row.gigabytes_coming + row.growing + row.handed_gigabytes },
    snapshots: { there: row.snapshots, coming: row.snapshots_coming + row.handed_snapshots },
  };
}
