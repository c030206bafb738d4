import { isFailure } from '../../object-store/failure.ts';
import type { RangePosition } from '../ledger/ledger.ts';
import { splitPoint, type KeyScope } from '../split.ts';
import type { RangeWork } from './range-work.ts';
import type { RunState } from './run-state.ts';

/** Pages that a range must have listed since it was last split: a short one is not worth its probes. */
const PAGES_BETWEEN = 4;
/** After probes that found no point to split at. */
const PAUSE_MS = 2_000;

interface Candidate {
  readonly rangeId: string;
  readonly scope: KeyScope;
  readonly claimedTo: RangePosition;
}

/**
 * Cuts a range in two for a slot that has nothing to do: one of our own that is still being listed, or else another
 * worker's. Only while the pool is hungry: then listing is what the copies wait for.
 */
export class Splitter {
  readonly #run: RunState;
  readonly #own: () => Iterable<RangeWork>;
  readonly #splitAt = new Map<string, number>();
  #notBefore = 0;

  constructor(run: RunState, own: () => Iterable<RangeWork>) {
    this.#run = run;
    this.#own = own;
  }

  /** True when there is a new range to be claimed. */
  async split(): Promise<boolean> {
    const { clock, deps, intake, pool } = this.#run;
    if (!pool.hungry || deps.source.traits.listOrder !== 'bytes' || clock.now() < this.#notBefore) return false;
    const own = this.#longestOwn();
    const candidate = own === undefined ? await deps.ledger.splittableRange() : ownCandidate(own);
    if (candidate === undefined) return false;
    const at = await this.#cut(candidate, intake);
    if (at === undefined) this.#notBefore = clock.now() + PAUSE_MS;
    else own?.cutAt(at);
    return at !== undefined;
  }

  /** The point at which the range now ends; undefined when it was not cut. */
  async #cut({ rangeId, scope, claimedTo }: Candidate, signal: AbortSignal): Promise<string | undefined> {
    try {
      const at = await splitPoint(this.#run.deps.source, scope, claimedTo, signal);
      return at !== undefined && (await this.#run.deps.ledger.splitRange(rangeId, at)) ? at : undefined;
    } catch (error) {
      // Whoever lists the range meets the same failure and says so.
      if (isFailure(error) || signal.aborted) return undefined;
      throw error;
    }
  }

  #longestOwn(): RangeWork | undefined {
    let found: RangeWork | undefined;
    for (const work of this.#own()) {
      const since = work.pagesListed - (this.#splitAt.get(work.rangeId) ?? 0);
      if (work.splittable && since >= PAGES_BETWEEN && work.pagesListed > (found?.pagesListed ?? 0)) found = work;
    }
    if (found !== undefined) this.#splitAt.set(found.rangeId, found.pagesListed);
    return found;
  }
}

function ownCandidate({ rangeId, scope, listedTo }: RangeWork): Candidate | undefined {
  return scope.kind === 'keys' ? { rangeId, scope, claimedTo: listedTo } : undefined;
}
