/** A process's work on one synchronisation task, from one start of it until it is stopped or has had nothing to do for a while. */
import { FencedError } from '../../engine/ledger/ledger.ts';
import type { MigrationPlan } from '../../engine/plan.ts';
import { abortAbandoned } from '../../engine/transfer/janitor.ts';
import { createTransfer } from '../../engine/transfer/create-transfer.ts';
import type { Transfer } from '../../engine/transfer/transfer.ts';
import { openCredentials } from '../../object-migration/secret-box.ts';
import { destinationPlace, openTaskStores, sourcePlace, type Stores, type TaskStores } from '../../object-migration/stores.ts';
import { asMigration, type SyncTask } from '../../object-migration/sync/sync-task.ts';
import type { SyncAssignment, SyncLease, SyncOutcome } from '../../object-migration/sync/sync-work.ts';
import type { Alarm } from '../alarm.ts';
import { planOf } from '../migration-plan.ts';
import type { LeaseKeeper } from '../lease-keeper.ts';
import { lookAgain, type FailedLook } from './look-again.ts';
import type { SyncWorkerDeps } from './sync-worker.ts';

/** Between two looks at whether the task is still what it was, and at what the janitor has to do. */
const checkEveryMs = 1_000;
const cleanEveryMs = 30_000;

/** Resolves when nothing of this task is under way here any more. */
export async function runSyncTask(deps: SyncWorkerDeps, keeper: LeaseKeeper<SyncLease>, assignment: SyncAssignment, wake: Alarm, signal: AbortSignal): Promise<void> {
  const { task, sealedCredentials } = assignment;
  const stores = await openTaskStores(deps.stores, asMigration(task), openCredentials(deps.secrets, { syncTask: task.id }, sealedCredentials));
  try {
    await new SyncRunner(deps, keeper, assignment, stores, wake).run(signal);
  } finally {
    await stores.close();
  }
}

class SyncRunner {
  readonly #deps: SyncWorkerDeps;
  readonly #keeper: LeaseKeeper<SyncLease>;
  readonly #assignment: SyncAssignment;
  readonly #stores: TaskStores;
  readonly #wake: Alarm;
  readonly #plan: MigrationPlan;
  readonly #transfer: Transfer;
  readonly #underWay = new Set<Promise<void>>();
  /** Aborted when even what is under way is to be put aside. */
  readonly #letGo = new AbortController();

  constructor(deps: SyncWorkerDeps, keeper: LeaseKeeper<SyncLease>, assignment: SyncAssignment, stores: TaskStores, wake: Alarm) {
    this.#deps = deps;
    this.#keeper = keeper;
    this.#assignment = assignment;
    this.#stores = stores;
    this.#wake = wake;
    this.#plan = syncPlan(deps.stores, assignment.task);
    const { source, destination } = stores;
    const bandwidth = {
      take(bytes: number) {
        deps.observe.bytes(bytes);
        return undefined;
      },
    };
    this.#transfer = createTransfer({ source, destination, plan: this.#plan, clock: deps.clock, bandwidth }, { parts: deps.parts });
  }

  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.#takeEvents(signal);
    } finally {
      await this.#drain();
    }
  }

  async #takeEvents(signal: AbortSignal): Promise<void> {
    const { events, clock, settings } = this.#deps;
    const { task } = this.#assignment;
    let [checkedAt, cleanedAt, busyAt] = [clock.now(), Number.NEGATIVE_INFINITY, clock.now()];
    while (!signal.aborted && clock.now() - busyAt <= settings.lingerMs) {
      if (clock.now() - checkedAt >= checkEveryMs) {
        if (!await this.#isCurrent()) return;
        checkedAt = clock.now();
      }
      const free = settings.slots - this.#underWay.size;
      const since = clock.now();
      const leases = free > 0 ? await events.claim(task.id, free, settings.leaseMs) : [];
      for (const lease of leases) this.#begin(lease, since);
      if (this.#underWay.size > 0) busyAt = clock.now();
      else if (clock.now() - cleanedAt >= cleanEveryMs) {
        cleanedAt = clock.now();
        await this.#clean(signal);
      }
      await this.#wake.wait(settings.pollMs, signal);
    }
  }

  /** The task still runs, with the credentials that this runner has. */
  async #isCurrent(): Promise<boolean> {
    const { starts, task } = this.#assignment;
    return (await this.#deps.events.assignment(task.id))?.starts === starts;
  }

  #begin(lease: SyncLease, since: number): void {
    const over = this.#work(lease, since).finally(() => {
      this.#underWay.delete(over);
      this.#wake.ring();
    });
    this.#underWay.add(over);
  }

  /** Never rejects: what cannot be written is left to the end of the lease. */
  async #work(lease: SyncLease, since: number): Promise<void> {
    const { events, log } = this.#deps;
    try {
      const result = await this.#keeper.during(lease, since, this.#letGo.signal, (signal) => lookAgain({ ...this.#deps, ...this.#stores, plan: this.#plan, transfer: this.#transfer }, lease, signal));
      if (result.kind === 'failed') await this.#failed(lease, result);
      else if (result.kind === 'restoring') await events.putOff(lease, this.#nextLookAfter(lease.attempts));
      else await this.#settle(lease, result);
    } catch (error) {
      if (error instanceof FencedError) return;
      const again = this.#letGo.signal.aborted ? events.release(lease) : this.#crashed(lease, error);
      await again.catch((failure: unknown) => {
        if (!(failure instanceof FencedError)) log.warn({ syncTaskId: this.#assignment.task.id, err: failure }, 'an event could not be given back; it is free when its lease ends');
      });
    }
  }

  async #settle(lease: SyncLease, outcome: SyncOutcome): Promise<void> {
    const settled = await this.#deps.events.settle(lease, outcome);
    this.#deps.observe.settled(outcome.kind, settled);
  }

  /** What only time or other credentials can mend is tried for long; what is the object's own fails at once, unless it was being written. */
  async #failed(lease: SyncLease, failure: FailedLook): Promise<void> {
    const { events, log, settings } = this.#deps;
    const { task } = this.#assignment;
    const passes = failure.severity !== 'object' || failure.failure === 'changed';
    const tries = lease.attempts + 1;
    const fields = { syncTaskId: task.id, key: lease.key, side: failure.side, failure: failure.failure, detail: failure.message, tries };
    if (passes && tries < settings.attempts) {
      log.info(fields, 'an object is tried again later');
      await events.putOff(lease, this.#waitAfter(tries, failure.retryAfterMs ?? 0));
      return;
    }
    log.warn(fields, 'an object could not be synchronised');
    await events.abandonUpload(lease);
    await this.#settle(lease, { kind: 'failed' });
  }

  /** An error of our own: as patient as with a store, and no longer. */
  async #crashed(lease: SyncLease, error: unknown): Promise<void> {
    const { events, log, settings } = this.#deps;
    log.error({ syncTaskId: this.#assignment.task.id, key: lease.key, err: error }, 'an event could not be worked on');
    const tries = lease.attempts + 1;
    if (tries < settings.attempts) await events.putOff(lease, this.#waitAfter(tries, 0));
    else await this.#settle(lease, { kind: 'failed' });
  }

  /** Spread by a quarter, so that what failed together is not tried together. */
  #waitAfter(tries: number, askedMs: number): number {
    const { random, settings } = this.#deps;
    const ours = Math.min(settings.retryMs * 3 ** (tries - 1), settings.longestRetryMs);
    return Math.round(Math.max(ours * (0.75 + 0.5 * random()), Math.min(askedMs, longestAskedMs)));
  }

  /** A fast restore takes minutes, a slow one days. */
  #nextLookAfter(looks: number): number {
    const { random, settings } = this.#deps;
    return Math.round(Math.min(settings.restoreLookMs * 1.5 ** looks, settings.longestRestoreLookMs) * (0.75 + 0.5 * random()));
  }

  async #clean(signal: AbortSignal): Promise<void> {
    const { events, log } = this.#deps;
    const { task } = this.#assignment;
    try {
      await abortAbandoned({ abandonedUploads: (limit) => events.abandonedUploads(task.id, limit), forgetUpload: (id) => events.forgetUpload(id) }, this.#stores.destination, signal);
    } catch (error) {
      if (!signal.aborted) log.warn({ syncTaskId: task.id, err: error }, 'uploads that nobody goes on with could not be aborted; it is tried again');
    }
  }

  async #drain(): Promise<void> {
    const { clock, settings } = this.#deps;
    const done = new AbortController();
    void clock.sleep(settings.drainMs, done.signal).then(() => this.#letGo.abort(new Error('the task was stopped, or the process ends')), () => undefined);
    await Promise.all(this.#underWay);
    done.abort();
  }
}

/** A store that asks for more may not mean it. */
const longestAskedMs = 60 * 60_000;

/** No list of outcomes is written: statistics and the log say what became of the events. */
function syncPlan(stores: Stores, task: SyncTask): MigrationPlan {
  const migration = asMigration(task);
  const run = { number: 1, kind: 'all', base: 1, over: false } as const;
  return planOf({ ...migration, name: task.id, groupId: undefined, run }, stores.abilities(sourcePlace(migration.source)), stores.abilities(destinationPlace(stores, migration.destination)));
}
