/** The ledgers of all tasks in PostgreSQL. */
import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';
import type { Ledger } from '../../engine/ledger/ledger.ts';
import type { LedgerAdmin, LedgerReading } from '../../object-migration/ledger-admin.ts';
import type { BandwidthWindow, TaskId } from '../../object-migration/task.ts';
import type { Database } from '../schema.ts';
import { PgLedger } from './pg-ledger.ts';
import { readLedgers } from './ledger-reading.ts';

export interface PgLedgerOptions {
  readonly db: Kysely<Database>;
  /** The installation's, an IANA name: bandwidth windows are in its local time. */
  readonly zone: string;
  /** Objects larger than this, in bytes, are copied in parts when the failed ones are tried again. */
  readonly largeFrom: number;
  /** How long a silent worker keeps what it holds, in milliseconds; above the engine's `leaseGuardMs`. Default 20,000. */
  readonly leaseMs?: number;
}

const defaultLeaseMs = 20_000;

export class PgLedgerAdmin implements LedgerAdmin {
  readonly #options: PgLedgerOptions;
  readonly #db: Kysely<Database>;

  constructor(options: PgLedgerOptions) {
    this.#options = options;
    this.#db = options.db;
  }

  async create(taskId: TaskId): Promise<void> {
    await sql`insert into ledger_state (task_id) values (${taskId}) on conflict do nothing`.execute(this.#db);
  }

  async beginRun(taskId: TaskId, { failedOnly, number }: { readonly failedOnly: boolean; readonly number?: number }): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      if (!await isNextStart(trx, taskId, number)) return;
      await (failedOnly ? this.#retryFailures(trx, taskId) : startOver(trx, taskId));
      await sql`update ledger_state set starts = coalesce(${number ?? null}::integer, starts + 1) where task_id = ${taskId}`.execute(trx);
    });
  }

  async setDesired(taskId: TaskId, desired: 'run' | 'pause'): Promise<void> {
    await this.#db.updateTable('ledger_state').set({ desired }).where('task_id', '=', taskId).execute();
  }

  async setBandwidth(taskId: TaskId, windows: readonly BandwidthWindow[]): Promise<void> {
    await this.#db.updateTable('ledger_state').set({ bandwidth_windows: JSON.stringify(windows) }).where('task_id', '=', taskId).execute();
  }

  ledgerFor(taskId: TaskId, workerId: string): Ledger {
    const { zone, leaseMs = defaultLeaseMs } = this.#options;
    return new PgLedger(this.#db, { taskId, workerId, leaseMs }, zone);
  }

  async endWorker(taskId: TaskId, workerId: string): Promise<void> {
    await sql`
      with ranges as (update ledger_range set worker_id = null where task_id = ${taskId} and worker_id = ${workerId}),
      items as (update ledger_item set worker_id = null, reclaimed = true where task_id = ${taskId} and worker_id = ${workerId})
      delete from ledger_worker where task_id = ${taskId} and worker_id = ${workerId}
    `.execute(this.#db);
  }

  async reportSpeed(taskId: TaskId, workerId: string, bytesPerSecond: number): Promise<void> {
    await this.#db.updateTable('ledger_worker').set({ speed: Math.round(bytesPerSecond) })
      .where('task_id', '=', taskId).where('worker_id', '=', workerId).execute();
  }

  async liveWorkers(taskId: TaskId): Promise<number> {
    const { live } = await this.#db.selectFrom('ledger_worker').select((eb) => eb.fn.countAll<number>().as('live'))
      .where('task_id', '=', taskId).where('lease_until', '>', sql<Date>`now()`).executeTakeFirstOrThrow();
    return live;
  }

  readTally(taskIds: readonly TaskId[]): Promise<ReadonlyMap<TaskId, LedgerReading>> {
    return readLedgers(this.#db, taskIds);
  }

  async drop(taskId: TaskId): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      await clear(trx, taskId);
      await trx.deleteFrom('ledger_state').where('task_id', '=', taskId).execute();
    });
  }

  async abandonOpenUploads(taskId: TaskId): Promise<void> {
    await sql`
      with open as (select task_id, item_id, destination_key, upload from ledger_item where task_id = ${taskId} and upload is not null for update),
      abandoned as (
        insert into ledger_upload_abandoned (task_id, destination_key, upload) select task_id, destination_key, upload from open)
      update ledger_item i set upload = null from open where i.item_id = open.item_id
    `.execute(this.#db);
  }

  async hasAbandonedUploads(taskId: TaskId): Promise<boolean> {
    const row = await this.#db.selectFrom('ledger_upload_abandoned').select('upload_no').where('task_id', '=', taskId).limit(1).executeTakeFirst();
    return row !== undefined;
  }

  /** The rows stay until their items are done, so that they and the counter agree at any moment. */
  async #retryFailures(trx: Transaction<Database>, taskId: TaskId): Promise<void> {
    await sql`
      with due as (
        update ledger_failure set retrying = true where task_id = ${taskId} and not retrying
        returning task_id, object, size, destination_key, counted_objects, counted_bytes),
      sooner as (
        update ledger_item set not_before = 0, attempts = 0 where task_id = ${taskId} and counted = 'as-failed')
      insert into ledger_item (task_id, counted, failed_objects, failed_bytes, kind, object, size, destination_key, not_before, attempts)
      select task_id, 'as-failed', counted_objects, counted_bytes,
        case when size > ${this.#options.largeFrom}::double precision then 'large' else 'again' end, object, size, destination_key, 0, 0
      from due
    `.execute(trx);
  }
}

/** Names the locks below among all advisory locks: "star" in ASCII. */
const startLocks = 0x73746172;

/**
 * Holds until the transaction's end. An advisory lock, because commits lock a range or an item before the task's row,
 * and a start must not lock that row before it drops the ranges and items.
 */
async function isNextStart(trx: Transaction<Database>, taskId: number, number: number | undefined): Promise<boolean> {
  await sql`select pg_advisory_xact_lock(${startLocks}::integer, hashint8(${taskId}))`.execute(trx);
  const row = await trx.selectFrom('ledger_state').select('starts').where('task_id', '=', taskId).executeTakeFirst();
  return row !== undefined && (number === undefined || row.starts < number);
}

async function startOver(trx: Transaction<Database>, taskId: number): Promise<void> {
  await clear(trx, taskId);
  await sql`
    update ledger_state set
      run = run + 1, seeded = false,
      succeeded_objects = 0, succeeded_bytes = 0, skipped_objects = 0, skipped_bytes = 0, failed_objects = 0, failed_bytes = 0,
      counting_position = null, counting_objects = 0, counting_bytes = 0, counting_done = false
    where task_id = ${taskId}
  `.execute(trx);
}

/** Ranges and items first, as commits lock them, and the task's own row last. */
async function clear(trx: Transaction<Database>, taskId: number): Promise<void> {
  await trx.deleteFrom('ledger_range').where('task_id', '=', taskId).execute();
  await sql`
    with dropped as (delete from ledger_item where task_id = ${taskId} returning task_id, destination_key, upload)
    insert into ledger_upload_abandoned (task_id, destination_key, upload)
    select task_id, destination_key, upload from dropped where upload is not null
  `.execute(trx);
  await trx.deleteFrom('ledger_failure').where('task_id', '=', taskId).execute();
  await trx.deleteFrom('ledger_segment').where('task_id', '=', taskId).execute();
  await trx.deleteFrom('ledger_worker').where('task_id', '=', taskId).execute();
}
