/** Times and bounds of the work on synchronisation tasks, in milliseconds where they are times; a test may want others. */
export interface SyncSettings {
  /** Keys of one task that this process looks at at once. */
  readonly slots: number;
  /** Between two looks for what another process has accepted. */
  readonly pollMs: number;
  readonly heartbeatMs: number;
  readonly leaseMs: number;
  readonly leaseGuardMs: number;
  /** How long copies may go on when their task was stopped or the process ends. */
  readonly drainMs: number;
  /** How long the connections of a task that has nothing to do are kept. */
  readonly lingerMs: number;
  /** Tries of one event, the first included. */
  readonly attempts: number;
  /** Wait before the second try; each further one waits three times as long, up to the longest. */
  readonly retryMs: number;
  readonly longestRetryMs: number;
  /** Wait before the second look at an archived object that is being restored; each further one waits half as long again, up to the longest. */
  readonly restoreLookMs: number;
  readonly longestRestoreLookMs: number;
}

/** Sixteen tries take about an hour: there is no list of what failed to be tried again by hand. */
export const syncSettings: SyncSettings = {
  slots: 16,
  pollMs: 500,
  heartbeatMs: 1_000,
  leaseMs: 8_000,
  leaseGuardMs: 5_000,
  drainMs: 5_000,
  lingerMs: 30_000,
  attempts: 16,
  retryMs: 1_000,
  longestRetryMs: 5 * 60_000,
  restoreLookMs: 30_000,
  longestRestoreLookMs: 15 * 60_000,
};
