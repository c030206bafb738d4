/** A process's worker for disks: does the jobs of the backends that this machine reaches. */
import { FencedError } from '../../engine/ledger/ledger.ts';
import type { Clock } from '../../engine/transfer/transfer.ts';
import { settleWork, type WorkResult } from '../../volumes/settle-work.ts';
import { BackendFailure } from '../../volumes/volume-backend.ts';
import type { VolumeRepository } from '../../volumes/volume-repository.ts';
import type { DiskWork, VolumeLease, VolumeWork, WorkOrder } from '../../volumes/volume-work.ts';
import type { PlacedBackends } from '../../volumes/volumes-deps.ts';
import type { Alarm } from '../alarm.ts';
import { LeaseKeeper } from '../lease-keeper.ts';
import type { WorkerLog } from '../worker-log.ts';
import { carryOut } from './carry-out.ts';
import type { VolumeSettings } from './volume-settings.ts';

export interface VolumeObserver {
  settled(kind: DiskWork['kind'], outcome: 'done' | 'failed'): void;
}

export interface VolumeWorkerDeps {
  readonly repository: VolumeRepository;
  readonly work: VolumeWork;
  readonly backends: PlacedBackends;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: WorkerLog;
  readonly settings: VolumeSettings;
  readonly observe: VolumeObserver;
}

/** Runs until the signal aborts and what is under way has settled. `wake` rings when there may be something new. */
export async function workOnVolumes(deps: VolumeWorkerDeps, wake: Alarm, signal: AbortSignal): Promise<void> {
  const keeping = new AbortController();
  const keeper = new LeaseKeeper<VolumeLease>({ ...deps, ...deps.settings, leases: deps.work });
  const kept = keeper.run(keeping.signal);
  await new VolumeWorker(deps, keeper, wake).run(signal);
  keeping.abort();
  await kept;
}

class VolumeWorker {
  readonly #deps: VolumeWorkerDeps;
  readonly #keeper: LeaseKeeper<VolumeLease>;
  readonly #wake: Alarm;
  readonly #underWay = new Set<Promise<void>>();
  /** Aborted when even what is under way is to be put aside. */
  readonly #letGo = new AbortController();

  constructor(deps: VolumeWorkerDeps, keeper: LeaseKeeper<VolumeLease>, wake: Alarm) {
    this.#deps = deps;
    this.#keeper = keeper;
    this.#wake = wake;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { log, settings } = this.#deps;
    while (!signal.aborted) {
      try {
        await this.#takeJobs();
      } catch (error) {
        log.error({ err: error }, 'work on disks could not be handed out');
      }
      await this.#wake.wait(settings.pollMs, signal);
    }
    await this.#drain();
  }

  async #takeJobs(): Promise<void> {
    const { work, backends, clock, settings } = this.#deps;
    const free = settings.slots - this.#underWay.size;
    if (free <= 0) return;
    const since = clock.now();
    const places = [...backends].map(([backend, { host }]) => ({ backend, host }));
    for (const lease of await work.claim(places, free, settings.leaseMs)) this.#begin(lease, since);
  }

  #begin(lease: VolumeLease, since: number): void {
    const over = this.#work(lease, since).finally(() => {
      this.#underWay.delete(over);
      this.#wake.ring();
    });
    this.#underWay.add(over);
  }

  /** Never rejects: what cannot be written is left to the end of the lease. */
  async #work(lease: VolumeLease, since: number): Promise<void> {
    const { repository, work, log, observe } = this.#deps;
    try {
      const result = await this.#tryIt(lease, since);
      if (result === 'let-go') await work.release(lease);
      else await settleWork(repository, lease, result);
      if (result !== 'let-go' && result.kind !== 'again') observe.settled(lease.work.kind, result.kind);
    } catch (error) {
      if (error instanceof FencedError) return;
      log.error({ jobId: lease.job, volumeId: lease.volume, err: error }, 'the end of work on a disk could not be written; it is done again when the lease ends');
    }
  }

  async #tryIt(lease: VolumeLease, since: number): Promise<WorkResult | 'let-go'> {
    try {
      const { ref } = await this.#keeper.during(lease, since, this.#letGo.signal, (signal) => this.#carryOut(lease, signal));
      return { kind: 'done', ...(ref === undefined ? {} : { ref }) };
    } catch (error) {
      if (error instanceof FencedError) throw error;
      return this.#letGo.signal.aborted ? 'let-go' : this.#afterFailure(lease, error);
    }
  }

  async #carryOut(lease: VolumeLease, signal: AbortSignal): Promise<{ readonly ref?: string }> {
    const order = await this.#deps.work.order(lease);
    if (order === undefined) throw new BackendFailure('absent', 'what it was to be done with is not there any more');
    try {
      return await carryOut(this.#backendOf(order), order, signal);
    } catch (error) {
      // However the backend says that it was cut off: the lease is what counts.
      if (signal.reason instanceof FencedError) throw signal.reason;
      throw error;
    }
  }

  #backendOf({ volume: { backend } }: WorkOrder) {
    const placed = this.#deps.backends.get(backend);
    if (placed === undefined) throw new Error(`${backend} is not a backend of this machine`);
    return placed.backend;
  }

  #afterFailure(lease: VolumeLease, error: unknown): WorkResult {
    const { log, settings } = this.#deps;
    const tries = lease.attempts + 1;
    const fields = { jobId: lease.job, volumeId: lease.volume, work: lease.work.kind, tries };
    const failure = error instanceof BackendFailure ? { kind: error.kind, reason: error.message } : crashed;
    if (failure === crashed) log.error({ ...fields, err: error }, 'work on a disk ended in an error');
    const said = { reason: failure.reason, detail: error instanceof BackendFailure ? error.detail : undefined };
    const passes = failure.kind === 'crashed' || failure.kind === 'unavailable';
    if (passes && (tries < triesOf(lease.work, settings) || isPastReturn(lease.work))) {
      log.warn({ ...fields, ...said }, 'work on a disk is tried again later');
      return { kind: 'again', afterMs: this.#waitAfter(tries) };
    }
    log.warn({ ...fields, ...said, failure: failure.kind }, 'work on a disk has failed');
    return { kind: 'failed', failure };
  }

  /** Spread by a quarter, so that what failed together is not tried together. */
  #waitAfter(tries: number): number {
    const { random, settings } = this.#deps;
    return Math.round(Math.min(settings.retryMs * 3 ** (tries - 1), settings.longestRetryMs) * (0.75 + 0.5 * random()));
  }

  async #drain(): Promise<void> {
    const { clock, settings } = this.#deps;
    const done = new AbortController();
    void clock.sleep(settings.drainMs, done.signal).then(() => this.#letGo.abort(new Error('the process ends')), () => undefined);
    await Promise.all(this.#underWay);
    done.abort();
  }
}

const crashed = { kind: 'crashed', reason: 'An error of the service, which its log has.' } as const;

function triesOf(work: DiskWork, { attempts, attachedAttempts }: VolumeSettings): number {
  return work.kind === 'extendVolume' && work.attached ? Math.min(attempts, attachedAttempts) : attempts;
}

/** A backend that could not be reached may have the new owner already: giving up would leave the two at odds. */
function isPastReturn({ kind }: DiskWork): boolean {
  return kind === 'acceptTransfer';
}
