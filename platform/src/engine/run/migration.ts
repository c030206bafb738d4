import { countAhead, settleTotals } from '../counting.ts';
import type { ItemLease, RangeLease, RangeScope } from '../ledger/ledger.ts';
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
  #seeded = false;
  /** The totals are recorded. */
  #totalled = false;
  #totalling: Promise<void> = Promise.resolve();

  constructor(run: RunState) {
    const { ledger, limits } = run.deps;
    this.#run = run;
    this.#splitter = new Splitter(run, () => this.#ranges);
    const item = (lease: ItemLease) => workItem(run, lease);
    this.#crews = [
      new Crew(run, () => run.rangesAtOnce, () => this.#claimRange(), (lease) => this.#workRange(lease)),
      new Crew(run, () => limits.largeObjects, () => ledger.claimItem('large'), item),
      new Crew(run, () => limits.objects, () => ledger.claimItem('again'), item),
      ...(run.deps.plan.restoreDays === undefined ? [] : [new Crew(run, () => limits.objects, () => ledger.claimItem('restore'), item)]),
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
    await this.#guarded(this.#totalling);
  }

  #guarded(part: Promise<void>): Promise<void> {
    return part.catch((error: unknown) => this.#run.fail(error));
  }

  async #seed(): Promise<void> {
    const { ledger } = this.#run.deps;
    if (!(await ledger.isSeeded())) await ledger.seed(await this.#firstRanges());
    this.#seeded = true;
  }

  #firstRanges(): Promise<readonly RangeScope[]> {
    const { deps, intake } = this.#run;
    const { selection } = deps.plan;
    const byList = selection.kind === 'list-file' || selection.kind === 'url-list';
    return byList ? rangesOfLines(listFileOf(deps).file, intake) : Promise.resolve(rangesOf(selection, deps.source.traits));
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
    for (const work of [...this.#ranges].slice(this.#run.rangesAtOnce)) work.stop();
    for (const work of this.#ranges) work.tick();
    if (this.#seeded && this.#ranges.size === 0 && !this.#totalled) void this.#guarded(this.#settleTotals());
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

  /** Records the totals when all is listed; one call at a time. */
  #settleTotals(): Promise<void> {
    this.#totalling = this.#totalling.then(async () => {
      if (!this.#totalled) this.#totalled = await settleTotals(this.#run.deps.ledger);
    });
    return this.#totalling;
  }

  /** Begins the counting pass when ranges are still at work after a while. */
  async #countLater(): Promise<void> {
    const { deps, clock, tuning, intake } = this.#run;
    await clock.sleep(tuning.countingAfterMs, intake);
    if (this.#totalled || this.#ranges.size === 0) return;
    await countAhead({ source: deps.source, selection: deps.plan.selection, ledger: deps.ledger, clock }, intake);
  }
}
