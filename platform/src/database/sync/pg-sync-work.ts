/** What workers ask of accepted events, in PostgreSQL. */
import { sql } from 'kysely';
import type { Kysely, Transaction, UpdateObject } from 'kysely';
import type { UploadRecord } from '../../engine/ledger/ledger.ts';
import { FencedError } from '../../engine/ledger/ledger.ts';
import type { SyncCounts, SyncTaskId } from '../../object-migration/sync/sync-task.ts';
import { syncTaskId } from '../../object-migration/sync/sync-task-id.ts';
import { nothingCounted } from '../../object-migration/sync/statistics.ts';
import type { Settled, SyncAssignment, SyncLease, SyncOutcome, SyncWork } from '../../object-migration/sync/sync-work.ts';
import type { Database } from '../schema.ts';
import { count } from './counting.ts';
import { syncTaskOf } from './rows.ts';

type Db = Kysely<Database>;

const now = sql<Date>`clock_timestamp()`;

export function createPgSyncWork(db: Db): SyncWork {
  const change = async (lease: SyncLease, values: UpdateObject<Database, 'sync_event'>) => {
    const changed = await db.updateTable('sync_event').set(values).where('event_id', '=', lease.eventId).where('epoch', '=', lease.epoch).executeTakeFirst();
    if (changed.numUpdatedRows !== 1n) fenced(lease);
  };
  return {
    tasksWithWork: () => tasksWithWork(db),
    assignment: (id) => findAssignment(db, id),
    claim: (id, limit, leaseMs) => claimEvents(db, id, limit, leaseMs),
    extend: (leases, leaseMs) => extendLeases(db, leases, leaseMs),
    begin: (lease) => change(lease, { begun: true }),
    recordUpload: (lease, upload) => change(lease, { upload: JSON.stringify(upload) }),
    abandonUpload: (lease) => db.transaction().execute((trx) => abandon(trx, lease)),
    settle: (lease, outcome) => settleEvent(db, lease, outcome),
    putOff: (lease, ms) => change(lease, { attempts: lease.attempts + 1, not_before: later(ms), lease_until: null }),
    release: (lease) => change(lease, { lease_until: null }),
    abandonedUploads: (id, limit) => abandonedUploads(db, id, limit),
    async forgetUpload(uploadId) {
      await sql`delete from sync_upload_abandoned where upload_no = ${uploadId}`.execute(db);
    },
    takeCleanup: (ms) => takeCleanup(db, ms),
    async postponeCleanup(id, ms) {
      await db.updateTable('sync_task').set({ cleanup_at: later(ms) }).where('id', '=', id).execute();
    },
    async purge(id) {
      await db.deleteFrom('sync_task').where('id', '=', id).where('deleted_at', 'is not', null).execute();
    },
    async backlog() {
      const { rows: [row] } = await sql<{ events: number; oldest: number }>`
        select count(*) as events, coalesce(max(extract(epoch from clock_timestamp() - e.accepted_at)) * 1000, 0)::bigint as oldest
        from sync_event e join sync_task t on t.id = e.task_id where t.state = 'synchronizing' and t.deleted_at is null
      `.execute(db);
      return { events: row?.events ?? 0, oldestMs: Math.max(0, row?.oldest ?? 0) };
    },
  };
}

function later(ms: number) {
  return sql<Date>`clock_timestamp() + ${ms} * interval '1 millisecond'`;
}

/** Condition: the event is due and nobody holds it. A plain condition of the row, so that it is looked at again on a row that somebody has just changed. */
const isFree = sql<boolean>`e.not_before <= clock_timestamp() and (e.lease_until is null or e.lease_until <= clock_timestamp())`;

async function tasksWithWork(db: Db): Promise<readonly SyncTaskId[]> {
  const { rows } = await sql<{ id: string }>`
    select t.id from sync_task t
    where t.state = 'synchronizing' and t.deleted_at is null and exists (select from sync_event e where e.task_id = t.id and ${isFree})
  `.execute(db);
  return rows.map(({ id }) => syncTaskId(id));
}

async function findAssignment(db: Db, id: SyncTaskId): Promise<SyncAssignment | undefined> {
  const row = await db.selectFrom('sync_task').selectAll().where('id', '=', id).where('state', '=', 'synchronizing').where('deleted_at', 'is', null).executeTakeFirst();
  return row && { task: syncTaskOf(row), starts: row.starts, sealedCredentials: row.credentials };
}

interface EventRow {
  readonly event_id: number;
  readonly epoch: number;
  readonly key: Buffer;
  readonly attempts: number;
  readonly begun: boolean;
  readonly upload: UploadRecord | null;
}

async function claimEvents(db: Db, id: SyncTaskId, limit: number, leaseMs: number): Promise<readonly SyncLease[]> {
  const { rows } = await sql<EventRow>`
    with chosen as (
      select e.event_id from sync_event e
      where e.task_id = ${id} and ${isFree}
        and exists (select from sync_task t where t.id = ${id} and t.state = 'synchronizing' and t.deleted_at is null)
      order by e.not_before, e.event_id limit ${limit} for update of e skip locked)
    update sync_event e set epoch = e.epoch + 1, lease_until = ${later(leaseMs)}, taken = e.taken + e.waiting, waiting = 0
    from chosen where e.event_id = chosen.event_id
    returning e.event_id, e.epoch, e.key, e.attempts, e.begun, e.upload
  `.execute(db);
  return rows.map((row) => ({
    eventId: row.event_id,
    epoch: row.epoch,
    key: row.key.toString(),
    attempts: row.attempts,
    begun: row.begun,
    // JSON leaves out what is undefined.
    upload: row.upload === null ? undefined : { ...row.upload, sourceEtag: row.upload.sourceEtag },
  }));
}

async function extendLeases(db: Db, leases: readonly SyncLease[], leaseMs: number): Promise<readonly SyncLease[]> {
  if (leases.length === 0) return [];
  const held = sql.join(leases.map(({ eventId, epoch }) => sql`(${eventId}::bigint, ${epoch}::integer)`));
  const { rows } = await sql<{ event_id: number; epoch: number }>`
    update sync_event set lease_until = ${later(leaseMs)} where (event_id, epoch) in (${held}) returning event_id, epoch
  `.execute(db);
  const epochs = new Map(rows.map((row) => [row.event_id, row.epoch]));
  return leases.filter(({ eventId, epoch }) => epochs.get(eventId) === epoch);
}

/** Names settled by a success: the first one copied, and whoever named the key again would have found nothing left to do. */
function countsOf(outcome: SyncOutcome, names: number): SyncCounts {
  switch (outcome.kind) {
    case 'succeeded': return { ...nothingCounted, successes: 1, skips: names - 1, bytes: outcome.bytes };
    case 'skipped': return { ...nothingCounted, skips: names };
    case 'failed': return { ...nothingCounted, failures: names };
  }
}

async function settleEvent(db: Db, lease: SyncLease, outcome: SyncOutcome): Promise<Settled> {
  return db.transaction().execute(async (trx) => {
    const held = await lockHeld(trx, lease);
    const event = trx.updateTable('sync_event').where('event_id', '=', lease.eventId);
    if (held.waiting === 0) await trx.deleteFrom('sync_event').where('event_id', '=', lease.eventId).execute();
    else await event.set({ taken: 0, accepted_at: now, not_before: now, attempts: 0, begun: false, upload: null, lease_until: null }).execute();
    await count(trx, held.task_id, countsOf(outcome, held.taken));
    return { names: held.taken, waitedMs: Math.max(0, held.now.getTime() - held.accepted_at.getTime()) };
  });
}

async function abandon(trx: Transaction<Database>, lease: SyncLease): Promise<void> {
  const held = await lockHeld(trx, lease);
  if (held.upload !== null) {
    await trx.insertInto('sync_upload_abandoned').values({ task_id: held.task_id, destination_key: held.key, upload: JSON.stringify(held.upload) }).execute();
  }
  await trx.updateTable('sync_event').set({ upload: null }).where('event_id', '=', lease.eventId).execute();
}

async function lockHeld(trx: Transaction<Database>, lease: SyncLease) {
  const held = await trx.selectFrom('sync_event').selectAll().select(now.as('now'))
    .where('event_id', '=', lease.eventId).where('epoch', '=', lease.epoch).forUpdate().executeTakeFirst();
  return held ?? fenced(lease);
}

/** Oldest first. */
async function abandonedUploads(db: Db, id: SyncTaskId, limit: number) {
  const rows = await db.selectFrom('sync_upload_abandoned').select(['upload_no', 'destination_key', 'upload']).where('task_id', '=', id).orderBy('upload_no').limit(limit).execute();
  return rows.map(({ upload_no: no, destination_key: key, upload }) => ({
    id: String(no),
    destinationKey: key.toString(),
    uploadId: upload.state === 'intended' ? undefined : upload.uploadId,
    ...(upload.state === 'intended' && upload.known !== undefined ? { known: upload.known } : {}),
  }));
}

async function takeCleanup(db: Db, ms: number) {
  const taken = await db.updateTable('sync_task').set({ cleanup_at: later(ms), cleanup_turns: sql<number>`cleanup_turns + 1` })
    .where('id', '=', (eb) => eb.selectFrom('sync_task').select('id').where('cleanup_at', '<=', now).where('deleted_at', 'is not', null)
      .orderBy('cleanup_at').limit(1).forUpdate().skipLocked())
    .returningAll().executeTakeFirst();
  return taken && { assignment: { task: syncTaskOf(taken), starts: taken.starts, sealedCredentials: taken.credentials }, turn: taken.cleanup_turns };
}

function fenced(lease: SyncLease): never {
  throw new FencedError(`event ${lease.eventId} is no longer held in epoch ${lease.epoch}`);
}
