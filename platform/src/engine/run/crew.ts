import type { RunState } from './run-state.ts';

/** Keeps up to so many claims of one kind at work, which may be other numbers at other times. */
export class Crew<Lease> {
  readonly #run: RunState;
  readonly #limit: () => number;
  readonly #claim: () => Promise<Lease | undefined>;
  readonly #work: (lease: Lease) => Promise<void>;
  readonly #atWork = new Set<Promise<void>>();
  /** The run's generation in which there was nothing to claim. */
  #dryAt = -1;

  constructor(run: RunState, limit: () => number, claim: () => Promise<Lease | undefined>, work: (lease: Lease) => Promise<void>) {
    this.#run = run;
    this.#limit = limit;
    this.#claim = claim;
    this.#work = work;
  }

  /** Nothing is at work, and nothing was there to claim since anything changed. */
  get idle(): boolean {
    return this.#atWork.size === 0 && this.#dryAt === this.#run.generation;
  }

  /** Claims until the run ends, then resolves when all work has. Rejects with what a claim rejects with. */
  async staff(): Promise<void> {
    const run = this.#run;
    while (!run.intake.aborted) {
      const { generation } = run;
      const lease = this.#hasPlace ? await this.#claim() : undefined;
      if (lease !== undefined) this.#begin(lease);
      else if (this.#hasPlace) await this.#rest(generation);
      else await run.changed.wait();
    }
    await Promise.all(this.#atWork);
  }

  get #hasPlace(): boolean {
    return this.#atWork.size < this.#limit();
  }

  #begin(lease: Lease): void {
    const working = this.#work(lease)
      .catch((error: unknown) => this.#run.fail(error))
      .finally(() => {
        this.#atWork.delete(working);
        this.#run.poke();
      });
    this.#atWork.add(working);
  }

  /** Waits for a change, unless there was one while nothing could be claimed. */
  async #rest(generation: number): Promise<void> {
    if (generation !== this.#run.generation) return;
    this.#dryAt = generation;
    this.#run.dry.open();
    await this.#run.changed.wait();
  }
}
