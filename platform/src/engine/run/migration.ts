import { countAhead, settleTotals } from '../counting.ts';
import type { ItemLease, RangeLease } from '../ledger/ledger.ts';
import { rangesOf, rangesOfLines } from '../ranges.ts';
import type { RunEnd } from '../run.ts';
import { Crew } from './crew.ts';
import { beat } from './heartbeat.ts';
import { workItem } from './item-work.ts';
import { listFileOf } from './pages-of.ts';
import { RangeWork } from './range-work.ts';
import type { RunState } from './run-state.ts';
import { Splitter } from './splitting.ts';

/** A run at work: crews that claim ranges and items, the heartbeat, and the count that runs ahead. */
export class Migration {
  readonly #run: RunState;
  readonly #ranges = new Set<RangeWork>();
  readonly #splitter: Splitter;
  readonly #crews: readonly Pick<Crew<unknown>, 'idle' | 'staff'>[];
  /** Recorded, or being recorded right now. */
  #totals: 'unknown' | 'asked' | 'known' = 'unknown';

  constructor(run: RunState) {
    const { ledger, limits } = run.deps;
    this.#run = run;
    this.#splitter = new Splitter(run, () => this.#ranges);
    const item = (lease: ItemLease) => workItem(run, lease);
    this.#crews = [
      new Crew(run, limits.ranges, () => this.#claimRange(), (lease) => this.#workRange(lease)),
      new Crew(run, limits.largeObjects, () => ledger.claimItem('large'), item),
      new Crew(run, limits.objects, () => ledger.claimItem('again'), item),
    ];
  }

  /** Resolves when the run has ended and nothing is in flight. */
  async work(): Promise<void> {
    const over = new AbortController();
    const beating = beat(this.#run, over.signal, () => this.#tick());
    await this.#guarded(this.#seed());
    const crews = this.#crews.map((crew) => this.#guarded(crew.staff()));
    await Promise.all([...crews, this.#guarded(this.#watchForEnd()), this.#guarded(this.#countLater())]);
    over.abort();
    await beating;
  }

  #guarded(part: Promise<void>): Promise<void> {
    return part.catch((error: unknown) => this.#run.fail(error));
  }

  async #seed(): Promise<void> {
    const { deps, intake } = this.#run;
    if (await deps.ledger.isSeeded()) return;
    const { selection } = deps.plan;
    const listed = selection.kind === 'names' || selection.kind === 'prefixes';
    await deps.ledger.seed(listed ? rangesOf(selection, deps.source.traits) : await rangesOfLines(listFileOf(deps).file, intake));
  }

  async #claimRange(): Promise<RangeLease | undefined> {
    const { ledger } = this.#run.deps;
    return (await ledger.claimRange()) ?? ((await this.#splitter.split()) ? ledger.claimRange() : undefined);
  }

  async #workRange(lease: RangeLease): Promise<void> {
    const work = new RangeWork(this.#run, lease);
    this.#ranges.add(work);
    this.#run.ranges = this.#ranges.size;
    await work.work();
    this.#ranges.delete(work);
    this.#run.ranges = this.#ranges.size;
  }

  #tick(): void {
    this.#run.changed.open();
    for (const work of this.#ranges) work.tick();
    if (this.#ranges.size === 0 && this.#totals === 'unknown') void this.#guarded(this.#settleTotals());
  }

  /** Ends the run when nothing is at work and nothing can be claimed. */
  async #watchForEnd(): Promise<void> {
    const { dry, intake } = this.#run;
    while (!intake.aborted) {
      const end = this.#idle ? await this.#restOf() : undefined;
      if (end !== undefined && this.#idle) this.#run.end(end);
      else await dry.wait();
    }
  }

  get #idle(): boolean {
    return this.#crews.every((crew) => crew.idle);
  }

  /** Undefined when something will be claimed at the next tick. */
  async #restOf(): Promise<RunEnd | undefined> {
    const { openRanges, openItems, nextItemAt } = await this.#run.deps.ledger.remaining();
    if (openRanges === 0) await this.#settleTotals();
    if (openRanges === 0 && openItems === 0) return { kind: 'finished' };
    return nextItemAt !== undefined && nextItemAt <= this.#run.clock.now() ? undefined : { kind: 'idle', nextItemAt };
  }

  async #settleTotals(): Promise<void> {
    if (this.#totals !== 'unknown') return;
    this.#totals = 'asked';
    this.#totals = (await settleTotals(this.#run.deps.ledger)) ? 'known' : 'unknown';
  }

  /** Begins the counting pass when ranges are still at work after a while. */
  async #countLater(): Promise<void> {
    const { deps, clock, tuning, intake } = this.#run;
    await clock.sleep(tuning.countingAfterMs, intake);
    if (this.#totals === 'known' || this.#ranges.size === 0) return;
    await countAhead({ source: deps.source, selection: deps.plan.selection, ledger: deps.ledger, clock }, intake);
  }
}
