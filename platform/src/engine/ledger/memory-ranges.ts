/** The ranges of a {@link MemoryLedger}: who holds which, how far it has come, and how it is split. */
import { compareUtf8 } from '@haulier/lib/byte-order/byte-order.ts';
import { FencedError } from './ledger.ts';
import type { Claim, Ledger, RangeLease, RangePosition, RangeScope } from './ledger.ts';

type Splittable = Awaited<ReturnType<Ledger['splittableRange']>>;

interface Row {
  readonly rangeId: string;
  scope: RangeScope;
  cursor: RangePosition;
  claims: readonly Claim[];
  epoch: number;
  holder: string | undefined;
  done: boolean;
}

export class MemoryRanges {
  readonly #rows = new Map<string, Row>();
  #seeded = false;

  get seeded(): boolean {
    return this.#seeded;
  }

  get open(): number {
    let count = 0;
    for (const row of this.#rows.values()) if (!row.done) count++;
    return count;
  }

  seed(scopes: readonly RangeScope[]): void {
    if (this.#seeded) return;
    this.#seeded = true;
    for (const scope of scopes) this.#add(scope);
  }

  claim(worker: string): RangeLease | undefined {
    for (const row of this.#rows.values()) {
      if (row.done || row.holder !== undefined) continue;
      row.epoch++;
      row.holder = worker;
      return { rangeId: row.rangeId, epoch: row.epoch, scope: row.scope, cursor: row.cursor, claims: row.claims };
    }
    return undefined;
  }

  addClaim(lease: RangeLease, claim: Claim): RangeScope {
    const row = this.#held(lease);
    row.claims = [...row.claims, claim];
    return row.scope;
  }

  /** Throws before anything is changed when the lease is lost. */
  advance(lease: RangeLease, cursor: RangePosition, done: boolean): void {
    const row = this.#held(lease);
    row.cursor = cursor;
    row.claims = done ? [] : claimsBeyond(row.claims, cursor);
    row.done = done;
    if (done) row.holder = undefined;
  }

  release(lease: RangeLease): void {
    this.#held(lease).holder = undefined;
  }

  expireLeasesOf(worker: string): void {
    for (const row of this.#rows.values()) if (row.holder === worker) row.holder = undefined;
  }

  /** Of the ranges that others hold, the newest: older ones have given some of theirs away already. */
  splittableFor(worker: string): Splittable {
    let found: Splittable;
    for (const row of this.#rows.values()) {
      if (row.done || row.holder === undefined || row.holder === worker || row.scope.kind !== 'keys') continue;
      found = { rangeId: row.rangeId, scope: row.scope, claimedTo: claimedTo(row) };
    }
    return found;
  }

  split(rangeId: string, at: string): boolean {
    const row = this.#rows.get(rangeId);
    if (row === undefined || row.done || row.scope.kind !== 'keys') return false;
    const { after, until, prefix } = row.scope;
    const claimed = claimedTo(row);
    if (claimed.kind === 'after' && compareUtf8(at, claimed.key) < 0) return false;
    if (after !== undefined && compareUtf8(at, after) <= 0) return false;
    if (until !== undefined && compareUtf8(at, until) >= 0) return false;
    row.scope = { ...row.scope, until: at };
    this.#add({ kind: 'keys', prefix, after: at, ...(until === undefined ? {} : { until }) });
    return true;
  }

  #add(scope: RangeScope): void {
    const rangeId = String(this.#rows.size + 1);
    this.#rows.set(rangeId, { rangeId, scope, cursor: { kind: 'start' }, claims: [], epoch: 0, holder: undefined, done: false });
  }

  #held(lease: RangeLease): Row {
    const row = this.#rows.get(lease.rangeId);
    if (row === undefined || row.done || row.epoch !== lease.epoch) throw new FencedError(`range ${lease.rangeId} is no longer held in epoch ${lease.epoch}`);
    return row;
  }
}

function claimsBeyond(claims: readonly Claim[], cursor: RangePosition): readonly Claim[] {
  if (cursor.kind === 'marker') return claims.slice(claims.findIndex(({ to }) => to.kind === 'marker' && to.marker === cursor.marker) + 1);
  return claims.filter(({ to }) => comparePositions(to, cursor) > 0);
}

function claimedTo(row: Row): RangePosition {
  return row.claims.reduce((furthest, { to }) => (comparePositions(to, furthest) > 0 ? to : furthest), row.cursor);
}

/** Positions of one range that have an order; a start comes before all others. */
function comparePositions(a: RangePosition, b: RangePosition): number {
  if (a.kind === 'start' || b.kind === 'start') return Number(b.kind === 'start') - Number(a.kind === 'start');
  if (a.kind === 'after' && b.kind === 'after') return compareUtf8(a.key, b.key);
  if (a.kind === 'index' && b.kind === 'index') return a.index - b.index;
  if (a.kind === 'offset' && b.kind === 'offset') return a.offset - b.offset;
  throw new TypeError(`positions ${a.kind} and ${b.kind} do not compare`);
}
