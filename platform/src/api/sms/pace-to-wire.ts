import type { ServerTask, SourceServer } from '../../server-migration/server.ts';

interface WirePace {
  /** MB/s. */
  readonly migrate_speed: number;
  /** Milliseconds since the epoch; null: not known. */
  readonly estimate_complete_time: number | null;
}

/** Of a task whose agent has fallen silent, what was told last is neither a speed nor an end any more. */
export function toPace({ speed, estimatedEndAt }: Pick<ServerTask, 'speed' | 'estimatedEndAt'>, { connected }: Pick<SourceServer, 'connected'>): WirePace {
  return connected ? { migrate_speed: speed, estimate_complete_time: estimatedEndAt ?? null } : { migrate_speed: 0, estimate_complete_time: null };
}
