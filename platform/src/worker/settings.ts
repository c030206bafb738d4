/** Times and bounds that a server works with; a test may want others. All in milliseconds. */
import type { MigrationRoomDeps } from './migration-room.ts';

/**
 * How long a silent worker keeps what it holds, for the ledgers. A worker that was killed is succeeded when this has
 * passed; one that is alive but has not reached the database for `tuning.leaseGuardMs` stops touching the stores before.
 */
export const leaseMs = 8_000;

export const serverSettings = {
  tuning: { heartbeatMs: 1_000, leaseGuardMs: 5_000, countingAfterMs: 1_000 },
  reachLimitMs: 10_000,
  crashLimit: 5,
  workersPerTask: 4,
  dispatchMs: 1_000,
  pollMs: 500,
} as const satisfies Partial<MigrationRoomDeps>;
