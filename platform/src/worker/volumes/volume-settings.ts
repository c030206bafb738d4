/** Times and bounds of the work on disks, in milliseconds where they are times; a test may want others. */
export interface VolumeSettings {
  /** Jobs that this process does at once. */
  readonly slots: number;
  /** Between two looks for what another process was asked for. */
  readonly pollMs: number;
  readonly heartbeatMs: number;
  readonly leaseMs: number;
  readonly leaseGuardMs: number;
  /** How long jobs may go on when the process ends. */
  readonly drainMs: number;
  /** Tries of one job, the first included, when its backend cannot be reached. */
  readonly attempts: number;
  /** The same of the extension of an attached disk, which cannot be detached meanwhile. */
  readonly attachedAttempts: number;
  /** Wait before the second try; each further one waits three times as long, up to the longest. */
  readonly retryMs: number;
  readonly longestRetryMs: number;
  /** Between two comparisons of a backend with the database. */
  readonly reconcileMs: number;
  /** How long something that no row knows is left where it is, after it was first seen. */
  readonly strayGraceMs: number;
  /** How long ended jobs can be asked for. */
  readonly keepJobsMs: number;
}

const day = 24 * 60 * 60_000;

/**
 * Twelve tries take about ten minutes, four a quarter of one. A week of grace, since a database that was put back from a copy knows nothing of the disks
 * made after that copy, and somebody has to have the time to notice.
 */
export const volumeSettings: VolumeSettings = {
  slots: 8,
  pollMs: 500,
  heartbeatMs: 1_000,
  leaseMs: 8_000,
  leaseGuardMs: 5_000,
  drainMs: 5_000,
  attempts: 12,
  attachedAttempts: 4,
  retryMs: 1_000,
  longestRetryMs: 60_000,
  reconcileMs: 60 * 60_000,
  strayGraceMs: 7 * day,
  keepJobsMs: 30 * day,
};
