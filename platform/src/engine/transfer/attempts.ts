import type { FailureKind, StoreFailure } from '../../object-store/failure.ts';
import { SidedFailure } from '../sided-failure.ts';
import type { Clock } from './transfer.ts';

/** How often one object is tried within one call, by what went wrong. */
export interface AttemptLimits {
  /** Versions of the source that are tried. */
  readonly changed: number;
  /** Requests or bodies that broke, or were throttled, in a row. */
  readonly broken: number;
  /** Copies that arrived wrong. */
  readonly corrupt: number;
}

export const defaultAttempts: AttemptLimits = { changed: 5, broken: 3, corrupt: 3 };

/** Longer waits are the engine's: they would hold a slot of the pool. */
const longestWaitMs = 5_000;
const firstWaitMs = 100;

const groups: Readonly<Partial<Record<FailureKind, keyof AttemptLimits>>> = {
  changed: 'changed',
  corrupt: 'corrupt',
  throttled: 'broken',
  transient: 'broken',
  unreachable: 'broken',
};

/** Counts the attempts at one object (or part). */
export class Attempts {
  private readonly limits: AttemptLimits;
  private readonly clock: Clock;
  private readonly made = { changed: 0, broken: 0, corrupt: 0 };

  constructor(limits: AttemptLimits, clock: Clock) {
    this.limits = limits;
    this.clock = clock;
  }

  /** True, after a wait where one is due, when the object may be started over; rejects with the signal's reason. */
  async another(failure: StoreFailure, signal: AbortSignal): Promise<boolean> {
    const group = groups[failure.kind];
    if (group === undefined) return false;
    this.made[group] += 1;
    if (this.made[group] >= this.limits[group]) return false;
    if (group !== 'broken') return true;
    const wait = failure.retryAfterMs ?? firstWaitMs * 4 ** (this.made.broken - 1);
    if (wait > longestWaitMs) return false;
    await this.clock.sleep(wait, signal);
    return true;
  }
}

/** Does the work again as long as that may help; another version of the source never does, to a part. */
export async function persist(limits: AttemptLimits, clock: Clock, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  const attempts = new Attempts({ ...limits, changed: 1 }, clock);
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof SidedFailure) || !(await attempts.another(error.failure, signal))) throw error;
    }
  }
}
