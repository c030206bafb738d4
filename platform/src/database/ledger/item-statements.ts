/** Work items and uploads in SQL: each function is one statement and one transaction. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { FencedError } from '../../engine/ledger/ledger.ts';
import type { AbandonedUpload, ItemCommit, ItemLease, NewWorkItem, UploadRecord } from '../../engine/ledger/ledger.ts';
import type { ListedObject } from '../../object-store/object-store.ts';
import type { Database } from '../schema.ts';
import { candidates, extendLease, isFree } from './lease.ts';
import type { WorkerScope } from './lease.ts';
import { addToTally, insertFailures, insertSegment } from './outcome-parts.ts';

type Db = Kysely<Database>;

interface ItemRow {
  readonly item_id: number;
  readonly epoch: number;
  readonly kind: NewWorkItem['kind'];
  readonly object: ListedObject;
  readonly destination_key: Buffer;
  readonly not_before: number;
  readonly attempts: number;
  readonly counted: ItemLease['counted'];
  readonly failed_objects: number;
  readonly failed_bytes: number;
  readonly upload: UploadRecord | null;
  readonly reclaimed: boolean;
}

/** The item that has been due for longest. */
export async function claimItem(db: Db, worker: WorkerScope, kind: NewWorkItem['kind'] | undefined): Promise<ItemLease | undefined> {
  const { rows: [row] } = await sql<ItemRow>`
    with alive as (${extendLease(worker)}),
    free as materialized (
      select item_id, epoch, not_before from ledger_item
      where task_id = ${worker.taskId} and not_before <= (extract(epoch from now()) * 1000)::bigint and ${isFree('ledger_item')}
        ${kind === undefined ? sql`` : sql`and kind = ${kind}`}
      order by not_before, item_id limit ${candidates}),
    chosen as (
      -- As with ranges: who has claimed it since this statement began keeps it.
      select i.item_id from free join ledger_item i on i.item_id = free.item_id and i.epoch = free.epoch
      order by free.not_before, i.item_id limit 1 for update of i skip locked)
    update ledger_item i set worker_id = ${worker.workerId}, epoch = i.epoch + 1, reclaimed = i.reclaimed or i.worker_id is not null
    from chosen where i.item_id = chosen.item_id
    returning i.item_id, i.epoch, i.kind, i.object, i.destination_key, i.not_before, i.attempts, i.counted, i.failed_objects, i.failed_bytes, i.upload, i.reclaimed
  `.execute(db);
  return row === undefined ? undefined : leaseOf(row);
}

export async function recordUpload(db: Db, worker: WorkerScope, lease: ItemLease, upload: UploadRecord): Promise<void> {
  const { rows: [row] } = await sql`
    update ledger_item set upload = ${JSON.stringify(upload)}::json where ${isHeld(worker, lease)} returning item_id
  `.execute(db);
  if (row === undefined) fenced(lease);
}

export async function abandonUpload(db: Db, worker: WorkerScope, lease: ItemLease): Promise<void> {
  const { rows: [row] } = await sql`
    with held as (select task_id, item_id, destination_key, upload from ledger_item where ${isHeld(worker, lease)} for update),
    abandoned as (
      insert into ledger_upload_abandoned (task_id, destination_key, upload)
      select task_id, destination_key, upload from held where upload is not null),
    cleared as (update ledger_item i set upload = null from held where i.item_id = held.item_id)
    select from held
  `.execute(db);
  if (row === undefined) fenced(lease);
}

export async function commitItem(db: Db, worker: WorkerScope, lease: ItemLease, commit: ItemCommit): Promise<void> {
  const { rows: [row] } = await (commit.kind === 'done' ? finish(worker, lease, commit) : putOff(worker, lease, commit)).execute(db);
  if (row === undefined) fenced(lease);
}

function finish(worker: WorkerScope, lease: ItemLease, commit: ItemCommit & { readonly kind: 'done' }) {
  const settled = commit.failure === undefined
    ? sql`, settled as (
        delete from ledger_failure f using held
        where held.counted = 'as-failed' and f.task_id = held.task_id
          and sha256(f.destination_key) = sha256(held.destination_key))`
    : insertFailures([{ failure: commit.failure, counted: commit.tally.failed }]);
  return sql`
    with held as (delete from ledger_item where ${isHeld(worker, lease)} returning task_id, destination_key, counted)
    ${settled}
    ${insertSegment(commit.segment)}
    ${addToTally(commit.tally)}
    select from held`;
}

function putOff(worker: WorkerScope, lease: ItemLease, { as, object, notBefore, attempts }: ItemCommit & { readonly kind: 'later' }) {
  return sql`
    update ledger_item
    set kind = ${as}, object = ${JSON.stringify(object)}::json, size = ${Math.max(0, object.size)}, not_before = ${notBefore}, attempts = ${attempts}, worker_id = null, reclaimed = false
    where ${isHeld(worker, lease)}
    returning item_id`;
}

export async function releaseItem(db: Db, worker: WorkerScope, lease: ItemLease): Promise<void> {
  const { rows: [row] } = await sql`
    update ledger_item set worker_id = null, reclaimed = true where ${isHeld(worker, lease)} returning item_id
  `.execute(db);
  if (row === undefined) fenced(lease);
}

/** Oldest first. */
export async function abandonedUploads(db: Db, taskId: number, limit: number): Promise<readonly AbandonedUpload[]> {
  const { rows } = await sql<{ upload_no: number; destination_key: Buffer; upload: UploadRecord }>`
    select upload_no, destination_key, upload from ledger_upload_abandoned where task_id = ${taskId} order by upload_no limit ${limit}
  `.execute(db);
  return rows.map(({ upload_no: no, destination_key: key, upload }) => ({
    id: String(no),
    destinationKey: key.toString(),
    uploadId: upload.state === 'intended' ? undefined : upload.uploadId,
    ...(upload.state === 'intended' && upload.known !== undefined ? { known: upload.known } : {}),
  }));
}

export async function forgetUpload(db: Db, taskId: number, id: string): Promise<void> {
  await sql`delete from ledger_upload_abandoned where task_id = ${taskId} and upload_no = ${id}`.execute(db);
}

function isHeld(worker: WorkerScope, lease: ItemLease) {
  return sql`task_id = ${worker.taskId} and item_id = ${lease.itemId} and worker_id = ${worker.workerId} and epoch = ${lease.epoch}`;
}

function leaseOf(row: ItemRow): ItemLease {
  return {
    itemId: String(row.item_id),
    epoch: row.epoch,
    kind: row.kind,
    object: row.object,
    destinationKey: row.destination_key.toString(),
    notBefore: row.not_before,
    attempts: row.attempts,
    counted: row.counted,
    failed: { objects: row.failed_objects, bytes: row.failed_bytes },
    // JSON leaves out what is undefined.
    upload: row.upload === null ? undefined : { ...row.upload, sourceEtag: row.upload.sourceEtag },
    reclaimed: row.reclaimed,
  };
}

function fenced(lease: ItemLease): never {
  throw new FencedError(`item ${lease.itemId} is no longer held in epoch ${lease.epoch}`);
}
