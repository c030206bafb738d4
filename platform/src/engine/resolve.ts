/** From what a page meets to what becomes of its objects: skipped, deferred, or to be copied now. */
import { claimOf, type Recovery } from './claims.ts';
import { decide, type SkipReason } from './decide.ts';
import type { JoinedPage } from './join.ts';
import type { Claim, RangePosition } from './ledger/ledger.ts';
import type { ListedObject } from '../object-store/object-store.ts';
import { deferred, IGNORED, RECOVERED, type Outcome } from './outcome.ts';
import { isOwnRecord } from './own-records.ts';
import type { MigrationPlan } from './plan.ts';

export interface ResolveScope {
  readonly plan: MigrationPlan;
  /** Objects of more bytes become `large` items. */
  readonly largeFrom: number;
  /** What workers that died before had claimed. */
  readonly recovery: Recovery | undefined;
}

export interface ResolvedPage {
  /** By index; undefined for what is still to be copied. */
  readonly outcomes: (Outcome | undefined)[];
  /** Indexes, ascending. Those with a fault are not among them. */
  readonly toCopy: readonly number[];
}

const SKIPPED: Readonly<Record<SkipReason, Outcome>> = {
  'older-than-since': { kind: 'skipped', reason: 'older-than-since' },
  exists: { kind: 'skipped', reason: 'exists' },
  'same-crc64': { kind: 'skipped', reason: 'same-crc64' },
  'same-size-and-time': { kind: 'skipped', reason: 'same-size-and-time' },
};

export function resolvePage(scope: ResolveScope, { page, sources, destinations, faults }: JoinedPage): ResolvedPage {
  const outcomes: (Outcome | undefined)[] = [];
  const toCopy: number[] = [];
  for (let index = 0; index < sources.length; index++) {
    const source = sources[index];
    if (source === undefined) break;
    if (faults.size > 0 && faults.has(index)) {
      outcomes.push(undefined);
      continue;
    }
    const outcome = resolveObject(scope, source, destinations[index], page.names?.[index]);
    outcomes.push(outcome);
    if (outcome === undefined) toCopy.push(index);
  }
  return { outcomes, toCopy };
}

/** Undefined when the object is to be copied now. */
function resolveObject(scope: ResolveScope, source: ListedObject, destination: ListedObject | undefined, name: string | undefined): Outcome | undefined {
  const { plan, recovery } = scope;
  if (isOwnRecord(source.key)) return IGNORED;
  const decision = decide(source, destination, plan);
  if (decision.kind === 'skip' && (recovery === undefined || decision.reason === 'older-than-since')) return SKIPPED[decision.reason];
  const destinationKey = plan.savePrefix + (name ?? source.key);
  if (decision.kind === 'skip') {
    if (recovery?.wasToCopy(source.key, destinationKey) !== true) return SKIPPED[decision.reason];
    if (destination !== undefined && mayBeOurs(source, destination, plan)) return RECOVERED;
  }
  return source.size > scope.largeFrom ? deferred('large', source, destinationKey) : undefined;
}

/**
 * Whether what the destination has may be the copy of this source that a worker had begun and whose outcome is not known.
 * A plan that keeps what exists has no copy to compare with before, so that the size must tell where the source does.
 */
export function mayBeOurs(source: ListedObject, destination: ListedObject, plan: MigrationPlan): boolean {
  if (plan.overwrite === 'never') return source.size < 0 || source.size === destination.size;
  return decide(source, destination, { overwrite: plan.overwrite, migrateSince: undefined }).kind === 'skip';
}

/** The claim of a page that is about to be copied, or is only to be passed. */
export function claimOfPage({ outcomes, toCopy }: ResolvedPage, destinationKeyOf: (index: number) => string, from: RangePosition | undefined, to: RangePosition): Claim {
  const matched = outcomes.flatMap((outcome, index) => (outcome?.kind === 'skipped' ? [destinationKeyOf(index)] : []));
  return claimOf({ from, to, matched, toCopy: toCopy.map(destinationKeyOf) });
}
