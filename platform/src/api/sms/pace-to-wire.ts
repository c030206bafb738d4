import type { Int64, ServerTask, SourceServer } from '../../server-migration/server.ts';

interface WirePace {
  /** MB/s. */
  readonly migrate_speed: number;
  /** Milliseconds since the epoch; null: not known. */
  readonly estimate_complete_time: number | null;
}

type Heard = Pick<SourceServer, 'connected'>;

/** Of a task whose agent has fallen silent, what was told last is neither a speed nor an end any more. */
export function toPace({ speed, estimatedEndAt }: Pick<ServerTask, 'speed' | 'estimatedEndAt'>, { connected }: Heard): WirePace {
  return connected ? { migrate_speed: speed, estimate_complete_time: estimatedEndAt ?? null } : { migrate_speed: 0, estimate_complete_time: null };
}

/** Seconds until all is copied; null: not known. */
export function toRemaining({ remainingSeconds }: Pick<ServerTask, 'remainingSeconds'>, { connected }: Heard): Int64 | null {
  return connected ? remainingSeconds ?? null : null;
}
