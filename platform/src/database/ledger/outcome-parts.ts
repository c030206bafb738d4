/**
 * Parts of the statements that commit outcomes. Each is a further `with` query of a statement whose first, `held`,
 * yields the `task_id` when the lease still holds and no row when it does not: then nothing is written. A part with
 * nothing to write is empty.
 */
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { addCounts, NO_COUNT } from '../../engine/ledger/counts.ts';
import type { Count, FailedObject, NewWorkItem, SegmentRef, Tally } from '../../engine/ledger/ledger.ts';
import type { ListedObject } from '../../object-store/object-store.ts';

type Part = RawBuilder<unknown>;
const nothing: Part = sql``;

/** A failure, and what its commit adds to the failed counters. */
export interface CountedFailure {
  readonly failure: FailedObject;
  readonly counted: Count;
}

/** The latest failure of a destination key replaces an earlier one; what is counted of them adds up. */
export function insertFailures(failures: readonly CountedFailure[]): Part {
  if (failures.length === 0) return nothing;
  const latest = new Map<string, CountedFailure>();
  for (const { failure, counted } of failures) {
    latest.set(failure.destinationKey, { failure, counted: addCounts(latest.get(failure.destinationKey)?.counted ?? NO_COUNT, counted) });
  }
  const counts = [...latest.values()].map(({ counted }) => counted);
  const rows = [...latest.values()].map(({ failure }) => failure);
  return sql`, failures as (
    insert into ledger_failure as f (task_id, destination_key, object, size, code, reason, counted_objects, counted_bytes)
    select held.task_id, given.*
    from held, unnest(
      ${rows.map((row) => Buffer.from(row.destinationKey))}::bytea[],
      ${rows.map((row) => JSON.stringify(listedObject(row)))}::json[],
      ${rows.map((row) => row.size)}::bigint[],
      ${rows.map((row) => row.code)}::text[],
      ${rows.map((row) => Buffer.from(row.reason))}::bytea[],
      ${counts.map(({ objects }) => objects)}::bigint[],
      ${counts.map(({ bytes }) => bytes)}::bigint[]) as given
    on conflict (task_id, sha256(destination_key)) do update
    set object = excluded.object, size = excluded.size, code = excluded.code, reason = excluded.reason, retrying = false,
      counted_objects = f.counted_objects + excluded.counted_objects, counted_bytes = f.counted_bytes + excluded.counted_bytes)`;
}

function listedObject({ sourceKey: key, size, lastModified, etag }: FailedObject): ListedObject {
  return { key, size, lastModified, etag };
}

export function insertItems(items: readonly NewWorkItem[]): Part {
  if (items.length === 0) return nothing;
  return sql`, items as (
    insert into ledger_item (task_id, counted, kind, object, size, destination_key, not_before, attempts)
    select held.task_id, 'not-yet', given.*
    from held, unnest(
      ${items.map((item) => item.kind)}::text[],
      ${items.map((item) => JSON.stringify(item.object))}::json[],
      ${items.map((item) => Math.max(0, item.object.size))}::bigint[],
      ${items.map((item) => Buffer.from(item.destinationKey))}::bytea[],
      ${items.map((item) => item.notBefore)}::bigint[],
      ${items.map((item) => item.attempts)}::integer[]) as given)`;
}

/** A segment of one key is written once; a commit that is repeated names the same. */
export function insertSegment(segment: SegmentRef | undefined): Part {
  if (segment === undefined) return nothing;
  return sql`, segments as (
    insert into ledger_segment (task_id, key, sha256, lines)
    select task_id, ${Buffer.from(segment.key)}, ${segment.sha256}, ${segment.lines}::integer from held
    on conflict (task_id, key) do update set sha256 = excluded.sha256, lines = excluded.lines)`;
}

export function addToTally({ succeeded, skipped, failed }: Tally): Part {
  const deltas = [succeeded, skipped, failed].flatMap(({ objects, bytes }) => [objects, bytes]);
  if (deltas.every((delta) => delta === 0)) return nothing;
  return sql`, counted as (
    update ledger_state s set
      succeeded_objects = succeeded_objects + ${succeeded.objects}, succeeded_bytes = succeeded_bytes + ${succeeded.bytes},
      skipped_objects = skipped_objects + ${skipped.objects}, skipped_bytes = skipped_bytes + ${skipped.bytes},
      failed_objects = failed_objects + ${failed.objects}, failed_bytes = failed_bytes + ${failed.bytes}
    from held where s.task_id = held.task_id)`;
}
