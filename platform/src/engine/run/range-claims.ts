import { compareUtf8 } from '@haulier/lib/byte-order/byte-order.ts';
import { claimOf } from '../claims.ts';
import type { Claim, Ledger, RangeLease, RangePosition, RangeScope } from '../ledger/ledger.ts';

/** How far a range is claimed, and where it ends as of the last claim: a split may take what is not claimed. */
export class RangeClaims {
  readonly #ledger: Ledger;
  readonly #lease: RangeLease;
  readonly #onCut: (until: string) => void;
  #scope: RangeScope;
  #claimedTo: RangePosition;

  /** @param onCut called with the range's new end whenever a split has lowered it. */
  constructor(ledger: Ledger, lease: RangeLease, onCut: (until: string) => void) {
    this.#ledger = ledger;
    this.#lease = lease;
    this.#onCut = onCut;
    this.#scope = lease.scope;
    this.#claimedTo = lease.cursor;
  }

  get scope(): RangeScope {
    return this.#scope;
  }

  /** The last key of the range; undefined when it has no end or is not one of keys. */
  get until(): string | undefined {
    return this.#scope.kind === 'keys' ? this.#scope.until : undefined;
  }

  /** @throws {FencedError} when the lease is lost. */
  async add(claim: Claim): Promise<void> {
    const scope = await this.#ledger.claimPage(this.#lease, claim);
    if (isBeyond(claim.to, this.#claimedTo)) this.#claimedTo = claim.to;
    if (scope.kind === 'keys' && scope.until !== undefined) this.cutAt(scope.until);
  }

  /** The ledger says that the range ends here. An end never goes up again, whatever order its answers come in. */
  cutAt(until: string): void {
    const { until: before } = this;
    if (this.#scope.kind !== 'keys' || (before !== undefined && compareUtf8(before, until) <= 0)) return;
    this.#scope = { ...this.#scope, until };
    this.#onCut(until);
  }

  /** Whether nobody can split off what comes before this position. */
  covers(position: RangePosition): boolean {
    return this.#scope.kind !== 'keys' || !isBeyond(position, this.#claimedTo);
  }

  /** Claims a stretch in which nothing is copied. */
  cover(to: RangePosition): Promise<void> {
    return this.add(claimOf({ from: undefined, to, matched: [], toCopy: [] }));
  }
}

/** Whether a position in key order is after another; other positions are not compared. */
function isBeyond(position: RangePosition, other: RangePosition): boolean {
  if (position.kind !== 'after') return false;
  return other.kind !== 'after' || compareUtf8(position.key, other.key) > 0;
}
