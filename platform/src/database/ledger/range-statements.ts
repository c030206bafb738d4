/** Ranges in SQL: each function is one statement and one transaction, but for the split. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { compareUtf8 } from '@haulier/lib/byte-order/byte-order.ts';
import { FencedError } from '../../engine/ledger/ledger.ts';
import type { Claim, PageCommit, RangeLease, RangePosition, RangeScope } from '../../engine/ledger/ledger.ts';
import type { Database } from '../schema.ts';
import { candidates, extendLease, isFree } from './lease.ts';
import type { WorkerScope } from './lease.ts';
import { insertFailures, insertItems, insertSegment, addToTally } from './outcome-parts.ts';
import { decodePosition, encodePosition } from './position-code.ts';

type Db = Kysely<Database>;
type KeyScope = RangeScope & { readonly kind: 'keys' };

interface ScopeRow {
  readonly scope: RangeScope;
  readonly until_key: Buffer | null;
}

/** Ranges of a run that nobody has seeded yet. */
export async function seedRanges(db: Db, taskId: number, scopes: readonly RangeScope[]): Promise<void> {
  const rows = scopes.map(splitScope);
  await sql`
    with first as (
      update ledger_state set seeded = true where task_id = ${taskId} and not seeded returning task_id)
    insert into ledger_range (task_id, scope, until_key, cursor, claimed_to)
    select first.task_id, scope, until_key, '', ''
    from first, unnest(${rows.map((row) => row.scope)}::json[], ${rows.map((row) => row.until)}::bytea[]) with ordinality as given (scope, until_key, place)
    order by place
  `.execute(db);
}

export async function claimRange(db: Db, worker: WorkerScope): Promise<RangeLease | undefined> {
  const { rows: [row] } = await sql<ScopeRow & { range_id: number; epoch: number; cursor: Buffer; positions: Buffer[] | null; matched: Buffer[] | null }>`
    with alive as (${extendLease(worker)}),
    free as materialized (
      select range_id, epoch from ledger_range
      where task_id = ${worker.taskId} and ${isFree('ledger_range')}
      order by range_id limit ${candidates}),
    chosen as (
      -- The epoch is compared again after the row is locked: who has claimed it since this statement began keeps it.
      select r.range_id from free join ledger_range r on r.range_id = free.range_id and r.epoch = free.epoch
      order by r.range_id limit 1 for update of r skip locked),
    claimed as (
      update ledger_range r set worker_id = ${worker.workerId}, epoch = r.epoch + 1
      from chosen where r.range_id = chosen.range_id
      returning r.range_id, r.epoch, r.scope, r.until_key, r.cursor)
    select claimed.*, claims.positions, claims.matched
    from claimed, lateral (
      select array_agg(position order by seq) as positions, array_agg(matched order by seq) as matched
      from ledger_claim where range_id = claimed.range_id) as claims
  `.execute(db);
  if (row === undefined) return undefined;
  const matched = row.matched ?? [];
  return {
    rangeId: String(row.range_id),
    epoch: row.epoch,
    scope: joinScope(row),
    cursor: decodePosition(row.cursor),
    claims: (row.positions ?? []).map((position, index) => ({ to: decodePosition(position), matched: matched[index] ?? Buffer.alloc(0) })),
  };
}

export async function addClaim(db: Db, worker: WorkerScope, lease: RangeLease, claim: Claim): Promise<RangeScope> {
  const to = encodePosition(claim.to);
  const { rows: [row] } = await sql<ScopeRow>`
    with held as (
      update ledger_range set claimed_to = greatest(claimed_to, ${to})
      where ${isHeld(worker, lease)}
      returning range_id, scope, until_key),
    added as (
      insert into ledger_claim (range_id, position, matched)
      select range_id, ${to}, ${Buffer.from(claim.matched)}::bytea from held)
    select scope, until_key from held
  `.execute(db);
  return joinScope(row ?? fenced(lease));
}

export async function commitPage(db: Db, worker: WorkerScope, lease: RangeLease, commit: PageCommit): Promise<void> {
  const cursor = encodePosition(commit.cursor);
  const held = commit.done
    ? sql`delete from ledger_range where ${isHeld(worker, lease)} returning task_id, range_id`
    : sql`update ledger_range set cursor = ${cursor}, claimed_to = greatest(claimed_to, ${cursor}) where ${isHeld(worker, lease)} returning task_id, range_id`;
  const { rows: [row] } = await sql`
    with held as (${held})
    ${commit.done ? sql`` : dropClaims(commit.cursor)}
    ${insertFailures(commit.failures.map((failure) => ({ failure, counted: { objects: 1, bytes: failure.size } })))}
    ${insertItems(commit.items)}
    ${insertSegment(commit.segment)}
    ${addToTally(commit.tally)}
    select from held
  `.execute(db);
  if (row === undefined) fenced(lease);
}

export async function releaseRange(db: Db, worker: WorkerScope, lease: RangeLease): Promise<void> {
  const { rows: [row] } = await sql`update ledger_range set worker_id = null where ${isHeld(worker, lease)} returning range_id`.execute(db);
  if (row === undefined) fenced(lease);
}

export interface HeldRange {
  readonly rangeId: string;
  readonly scope: KeyScope;
  readonly claimedTo: RangePosition;
}

/** Ranges of keys that other live workers hold. */
export async function rangesOfOthers(db: Db, worker: WorkerScope): Promise<readonly HeldRange[]> {
  const { rows } = await sql<ScopeRow & { range_id: number; claimed_to: Buffer }>`
    select range_id, scope, until_key, claimed_to from ledger_range
    where task_id = ${worker.taskId} and worker_id <> ${worker.workerId} and not ${isFree('ledger_range')} and scope ->> 'kind' = 'keys'
    order by range_id
  `.execute(db);
  return rows.flatMap((row) => {
    const scope = joinScope(row);
    return scope.kind === 'keys' ? [{ rangeId: String(row.range_id), scope, claimedTo: decodePosition(row.claimed_to) }] : [];
  });
}

/** Under the range's row lock, which its owner's next claim waits for. */
export function splitRange(db: Db, taskId: number, rangeId: string, at: string): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const { rows: [row] } = await sql<ScopeRow & { claimed_to: Buffer }>`
      select scope, until_key, claimed_to from ledger_range where task_id = ${taskId} and range_id = ${rangeId} for update
    `.execute(trx);
    if (row === undefined) return false;
    const scope = joinScope(row);
    if (scope.kind !== 'keys' || !isUnclaimed(scope, decodePosition(row.claimed_to), at)) return false;
    const { prefix, until } = scope;
    await sql`update ledger_range set until_key = ${Buffer.from(at)} where range_id = ${rangeId}`.execute(trx);
    const rest = splitScope({ kind: 'keys', prefix, after: at, ...(until === undefined ? {} : { until }) });
    await sql`
      insert into ledger_range (task_id, scope, until_key, cursor, claimed_to) values (${taskId}, ${rest.scope}::json, ${rest.until}, '', '')
    `.execute(trx);
    return true;
  });
}

function isUnclaimed({ after, until }: KeyScope, claimedTo: RangePosition, at: string): boolean {
  if (claimedTo.kind === 'after' && compareUtf8(at, claimedTo.key) < 0) return false;
  if (after !== undefined && compareUtf8(at, after) <= 0) return false;
  return until === undefined || compareUtf8(at, until) < 0;
}

function isHeld(worker: WorkerScope, lease: RangeLease) {
  return sql`task_id = ${worker.taskId} and range_id = ${lease.rangeId} and worker_id = ${worker.workerId} and epoch = ${lease.epoch}`;
}

/** Markers do not sort: the oldest claim that ends at the cursor goes, with all older ones. */
function dropClaims(cursor: RangePosition) {
  const position = encodePosition(cursor);
  const reached = cursor.kind === 'marker'
    ? sql`c.seq <= (select min(seq) from ledger_claim where range_id = held.range_id and position = ${position})`
    : sql`c.position <= ${position}`;
  return sql`, dropped as (delete from ledger_claim c using held where c.range_id = held.range_id and ${reached})`;
}

function fenced(lease: RangeLease): never {
  throw new FencedError(`range ${lease.rangeId} is no longer held in epoch ${lease.epoch}`);
}

/** The end of a range of keys is a column of its own, which a split lowers. */
function splitScope(scope: RangeScope): { readonly scope: string; readonly until: Buffer | null } {
  if (scope.kind !== 'keys') return { scope: JSON.stringify(scope), until: null };
  const { until, ...rest } = scope;
  return { scope: JSON.stringify(rest), until: until === undefined ? null : Buffer.from(until) };
}

function joinScope({ scope, until_key: until }: ScopeRow): RangeScope {
  return scope.kind === 'keys' && until !== null ? { ...scope, until: until.toString() } : scope;
}
