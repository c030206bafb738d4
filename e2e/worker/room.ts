/** A migration room that really works, as `main` would put it together. */
import { randomUUID } from 'node:crypto';
import type { Database } from '@haulier/platform/database/schema.ts';
import { createPgGroupWork } from '@haulier/platform/database/groups/pg-group-work.ts';
import { createPgTaskWork } from '@haulier/platform/database/tasks/pg-task-work.ts';
import { ListingRoom } from '@haulier/platform/engine/listing-room.ts';
import type { RunTuning } from '@haulier/platform/engine/run.ts';
import { openPgBossQueue } from '@haulier/platform/queue/pg-boss-queue.ts';
import { createMigrationRoom } from '@haulier/platform/worker/migration-room.ts';
import type { MigrationRoom, MigrationRoomDeps } from '@haulier/platform/worker/migration-room.ts';
import type { Kysely } from 'kysely';
import pg from 'pg';
import { openInstallation } from './installation.ts';
import type { InstallationOptions } from './installation.ts';

export interface TestRoom {
  readonly room: MigrationRoom;
  readonly db: Kysely<Database>;
  /** What was logged, as text. */
  readonly log: readonly string[];
  /** Stops the room and ends all connections. */
  close(): Promise<void>;
}

export interface TestRoomOptions extends InstallationOptions {
  readonly change?: Partial<MigrationRoomDeps>;
  readonly tuning?: Partial<RunTuning>;
}

export async function openRoom({ change = {}, tuning = {}, ...options }: TestRoomOptions): Promise<TestRoom> {
  const { db, deps } = openInstallation(options);
  const pool = new pg.Pool({ ...options.connection, max: 3 });
  pool.on('error', () => {});
  const log: string[] = [];
  const note = (fields: object, message: string) => void log.push(`${message} ${describe(fields)}`);
  const queue = await openPgBossQueue({ database: pool, onError: (error) => note({ err: error }, 'queue') });
  const room = createMigrationRoom({
    ...deps,
    work: createPgTaskWork(db),
    groupWork: createPgGroupWork(db),
    bounds: { objects: 100, bytes: 1_000_000 },
    queue,
    log: { info: note, warn: note, error: note },
    limits: { objects: 16, largeObjects: 2, parts: 2, ranges: 2 },
    listingRoom: new ListingRoom(),
    tuning: { heartbeatMs: 500, leaseGuardMs: 2_500, commitMs: 200, retryMs: 200, ...tuning },
    observe: { bytes() {}, outcome() {}, recordFailed() {} },
    crashLimit: 3,
    processId: randomUUID(),
    slots: 2,
    workersPerTask: 2,
    dispatchMs: 200,
    pollMs: 100,
    ...change,
  });
  return {
    room,
    db,
    log,
    async close() {
      await room.stop();
      await queue.close();
      await pool.end();
      await db.destroy();
    },
  };
}

function describe(fields: object): string {
  return JSON.stringify(fields, (_key, value: unknown) => (value instanceof Error ? `${value.name}: ${value.message}\n${value.stack ?? ''}` : value));
}
