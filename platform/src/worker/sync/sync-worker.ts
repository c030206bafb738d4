/** A process's worker for synchronisation tasks: a runner for each task that has something to do. */
import type { Clock } from '../../engine/transfer/transfer.ts';
import type { SecretBox } from '../../object-migration/secret-box.ts';
import type { Stores } from '../../object-migration/stores.ts';
import type { SyncTaskId } from '../../object-migration/sync/sync-task.ts';
import type { Settled, SyncLease, SyncOutcome, SyncWork } from '../../object-migration/sync/sync-work.ts';
import { createAlarm, type Alarm } from '../alarm.ts';
import { LeaseKeeper } from '../lease-keeper.ts';
import type { WorkerLog } from '../worker-log.ts';
import { cleanUpDeleted } from './sync-clean-up.ts';
import { runSyncTask } from './sync-runner.ts';
import type { SyncSettings } from './sync-settings.ts';

export interface SyncObserver {
  /** Bytes that reached a destination, as they go. */
  bytes(count: number): void;
  settled(outcome: SyncOutcome['kind'], settled: Settled): void;
}

export interface SyncWorkerDeps {
  readonly events: SyncWork;
  readonly secrets: SecretBox;
  readonly stores: Stores;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: WorkerLog;
  /** Parts of one large object in flight at once. */
  readonly parts: number;
  readonly settings: SyncSettings;
  readonly observe: SyncObserver;
}

/** How long a task is left alone whose runner ended in an error. */
const restMs = 5_000;
/** Between two looks for deleted tasks. */
const cleanEveryMs = 5_000;

/** Runs until the signal aborts and what is under way has settled. `wake` rings when there may be something new. */
export async function workOnSyncTasks(deps: SyncWorkerDeps, wake: Alarm, signal: AbortSignal): Promise<void> {
  const { events, clock, log, settings } = deps;
  const keeping = new AbortController();
  const keeper = new LeaseKeeper<SyncLease>({ ...deps, ...settings, leases: events });
  const kept = keeper.run(keeping.signal);
  const runners = new Runners(deps, keeper, signal);
  let cleanedAt = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    try {
      runners.wake();
      for (const id of await events.tasksWithWork()) runners.begin(id);
      if (clock.now() - cleanedAt >= cleanEveryMs) {
        cleanedAt = clock.now();
        await cleanUpDeleted(deps, signal);
      }
    } catch (error) {
      if (error !== signal.reason) log.error({ err: error }, 'events could not be handed out');
    }
    await wake.wait(settings.pollMs, signal);
  }
  await runners.over();
  keeping.abort();
  await kept;
}

class Runners {
  readonly #deps: SyncWorkerDeps;
  readonly #keeper: LeaseKeeper<SyncLease>;
  readonly #signal: AbortSignal;
  readonly #running = new Map<SyncTaskId, { readonly wake: Alarm; readonly over: Promise<void> }>();
  /** Until when a task is left alone. */
  readonly #resting = new Map<SyncTaskId, number>();

  constructor(deps: SyncWorkerDeps, keeper: LeaseKeeper<SyncLease>, signal: AbortSignal) {
    this.#deps = deps;
    this.#keeper = keeper;
    this.#signal = signal;
  }

  wake(): void {
    for (const { wake } of this.#running.values()) wake.ring();
  }

  /** Unless it runs already. */
  begin(id: SyncTaskId): void {
    if (this.#running.has(id) || (this.#resting.get(id) ?? 0) > this.#deps.clock.now()) return;
    this.#resting.delete(id);
    const wake = createAlarm(this.#deps.clock);
    this.#running.set(id, { wake, over: this.#run(id, wake).finally(() => this.#running.delete(id)) });
  }

  async over(): Promise<void> {
    await Promise.all([...this.#running.values()].map((runner) => runner.over));
  }

  async #run(id: SyncTaskId, wake: Alarm): Promise<void> {
    try {
      const assignment = await this.#deps.events.assignment(id);
      if (assignment !== undefined) await runSyncTask(this.#deps, this.#keeper, assignment, wake, this.#signal);
    } catch (error) {
      if (this.#signal.aborted) return;
      this.#resting.set(id, this.#deps.clock.now() + restMs);
      this.#deps.log.error({ syncTaskId: id, err: error }, 'a synchronisation task could not be worked on; it is tried again');
    }
  }
}
