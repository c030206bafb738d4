/** Puts the room of synchronisation tasks of this process on its database and stores. */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { createPgSyncTaskRepository } from '../database/sync/pg-sync-task-repository.ts';
import { createPgSyncWork } from '../database/sync/pg-sync-work.ts';
import { syncTaskId } from '../object-migration/sync/sync-task-id.ts';
import { documentedSyncTaskLimit } from '../object-migration/sync/sync-tasks.ts';
import type { StoreRuntime } from '../providers/index.ts';
import { serverSettings } from '../worker/settings.ts';
import { createSyncRoom, type SyncRoom } from '../worker/sync/sync-room.ts';
import { syncSettings } from '../worker/sync/sync-settings.ts';
import type { SyncObserver } from '../worker/sync/sync-worker.ts';
import type { Config } from './config.ts';
import { clock, randomness } from './environment.ts';
import type { Installation } from './installation.ts';
import type { SharedSettings } from './shared-settings.ts';
import { createStores } from './stores.ts';

export interface SynchronisationDeps {
  readonly config: Config;
  readonly installation: Installation;
  readonly shared: SharedSettings;
  readonly runtime: StoreRuntime;
  readonly observe: SyncObserver & { readonly accepted: (names: number) => void };
  readonly log: Logger;
}

export interface Synchronisation {
  readonly room: SyncRoom;
  readonly backlog: () => Promise<{ readonly events: number; readonly oldestMs: number }>;
}

/** 256 bits. */
const tokenBytes = 32;

export function openSynchronisation({ config, installation: { db, key }, shared: { catalogue, zone }, runtime, observe, log }: SynchronisationDeps): Synchronisation {
  const events = createPgSyncWork(db);
  const room = createSyncRoom({
    syncTasks: createPgSyncTaskRepository(db),
    events,
    secrets: key,
    stores: createStores(catalogue, runtime),
    clock,
    random: randomness.fraction,
    reachLimitMs: serverSettings.reachLimitMs,
    newSyncTaskId: () => syncTaskId(randomUUID()),
    newToken: () => Buffer.from(randomness.bytes(tokenBytes)).toString('base64url'),
    syncTaskLimit: documentedSyncTaskLimit,
    zone,
    parts: config.worker.parts,
    settings: syncSettings,
    observe,
    accepted: observe.accepted,
    log,
  });
  return { room, backlog: () => events.backlog() };
}
