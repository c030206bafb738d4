/** Puts the migration room of this process on its database, queue and stores. */
import { Pool } from 'pg';
import type { Logger } from 'pino';
import { PgLedgerAdmin } from '../database/ledger/pg-ledger-admin.ts';
import { createPgGroupRepository } from '../database/groups/pg-group-repository.ts';
import { createPgGroupWork } from '../database/groups/pg-group-work.ts';
import { createPgTaskRepository } from '../database/tasks/pg-task-repository.ts';
import { createPgTaskWork } from '../database/tasks/pg-task-work.ts';
import { ListingRoom } from '../engine/listing-room.ts';
import type { RunObserver } from '../engine/run.ts';
import type { Topics } from '../object-migration/notices/notice.ts';
import { documentedGroupsPerDay } from '../object-migration/groups/task-groups.ts';
import { documentedQuotas } from '../object-migration/migration-tasks.ts';
import type { StoreRuntime } from '../providers/index.ts';
import { openPgBossQueue } from '../queue/pg-boss-queue.ts';
import type { WorkQueue } from '../queue/work-queue.ts';
import { createMigrationRoom, type MigrationRoom } from '../worker/migration-room.ts';
import { leaseMs, serverSettings } from '../worker/settings.ts';
import type { Config } from './config.ts';
import { clock, randomness } from './environment.ts';
import type { Installation } from './installation.ts';
import type { SharedSettings } from './shared-settings.ts';
import { createStores } from './stores.ts';

/** The engine's own bound: above it an object is copied in parts. */
const largeFrom = 32 * 1024 * 1024;

export interface MigrationDeps {
  readonly config: Config;
  readonly installation: Installation;
  readonly shared: SharedSettings;
  readonly runtime: StoreRuntime;
  readonly topics: Topics;
  readonly observe: RunObserver;
  readonly log: Logger;
}

export interface Migration {
  readonly room: MigrationRoom;
  readonly queue: WorkQueue;
  /** Stops the room, then its connections. */
  close(): Promise<void>;
}

export async function openMigration({ config, installation: { db, connection, key }, shared: { catalogue, zone }, runtime, topics, observe, log }: MigrationDeps): Promise<Migration> {
  const pool = new Pool({ ...connection, max: 3, application_name: 'haulier queue' });
  pool.on('error', (error) => log.warn({ err: error }, 'a connection of the queue broke'));
  const queue = await openPgBossQueue({ database: pool, onError: (error) => log.warn({ err: error }, 'the upkeep of the queue failed; it is tried again') });
  const { groups, worker: { tasks: slots, ...limits } } = config;
  const room = createMigrationRoom({
    ...serverSettings,
    tasks: createPgTaskRepository(db),
    work: createPgTaskWork(db),
    groups: createPgGroupRepository(db),
    groupWork: createPgGroupWork(db),
    ledgers: new PgLedgerAdmin({ db, zone, largeFrom, leaseMs }),
    secrets: key,
    stores: createStores(catalogue, runtime),
    topics,
    queue,
    clock,
    random: randomness.fraction,
    log,
    quotas: documentedQuotas,
    groupsPerDay: documentedGroupsPerDay,
    newId: randomness.uuid,
    bounds: groups,
    limits,
    listingRoom: new ListingRoom(),
    observe,
    processId: randomness.id(),
    slots,
  });
  return {
    room,
    queue,
    async close() {
      await room.stop();
      await queue.close();
      await pool.end();
    },
  };
}
