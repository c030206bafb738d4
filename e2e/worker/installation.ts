/** What a migration room is put together from: a real database, and folders of this host as stores. */
import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { openDatabase } from '@haulier/platform/database/connect.ts';
import type { SocketConnection } from '@haulier/platform/database/connect.ts';
import { PgLedgerAdmin } from '@haulier/platform/database/ledger/pg-ledger-admin.ts';
import type { Database } from '@haulier/platform/database/schema.ts';
import { createPgGroupRepository } from '@haulier/platform/database/groups/pg-group-repository.ts';
import { createPgTaskRepository } from '@haulier/platform/database/tasks/pg-task-repository.ts';
import { clock } from '@haulier/platform/main/environment.ts';
import { documentedGroupsPerDay } from '@haulier/platform/object-migration/groups/task-groups.ts';
import type { TaskGroupsDeps } from '@haulier/platform/object-migration/groups/task-groups.ts';
import { documentedQuotas } from '@haulier/platform/object-migration/migration-tasks.ts';
import type { MigrationTasksDeps } from '@haulier/platform/object-migration/migration-tasks.ts';
import type { SecretBox } from '@haulier/platform/object-migration/secret-box.ts';
import type { StorePlace, Stores } from '@haulier/platform/object-migration/stores.ts';
import type { NodeCredentials } from '@haulier/platform/object-migration/task.ts';
import type { ObjectStore } from '@haulier/platform/object-store/object-store.ts';
import { createLocalStore } from '@haulier/platform/providers/local/local-store.ts';
import type { Kysely } from 'kysely';

/** Put around every store that is opened. */
export type Around = (store: ObjectStore, place: StorePlace, credentials: NodeCredentials | undefined) => ObjectStore;

export interface InstallationOptions {
  /** Of a migrated database. */
  readonly connection: SocketConnection;
  /** The folder of the local region `here`; its sub-folders are buckets. */
  readonly root: string;
  readonly around?: Around | undefined;
}

export interface Installation {
  readonly db: Kysely<Database>;
  readonly deps: Omit<MigrationTasksDeps, 'wake'> & Omit<TaskGroupsDeps, 'wakeSteward'>;
}

export function openInstallation({ connection, root, around = (store) => store }: InstallationOptions): Installation {
  const db = openDatabase(connection, { onPoolError: () => {} });
  return {
    db,
    deps: {
      tasks: createPgTaskRepository(db),
      groups: createPgGroupRepository(db),
      ledgers: new PgLedgerAdmin({ db, zone: 'UTC', largeFrom: 16 * 1024 * 1024, leaseMs: 4_000 }),
      secrets: secretBox,
      stores: localStores(root, around),
      topics: { knows: () => false, hasTemplate: () => false },
      clock,
      random: Math.random,
      quotas: documentedQuotas,
      groupsPerDay: documentedGroupsPerDay,
      newId: randomUUID,
      reachLimitMs: 2_000,
    },
  };
}

function localStores(root: string, around: Around): Stores {
  return {
    knows: (cloud, region) => cloud === 'Local' && region === 'here',
    abilities: () => ({ kms: false, requesterPays: false, storageClasses: {}, classOf: () => undefined }),
    open: (place, credentials) => around(createLocalStore({ root, bucket: place.bucket, uniqueName: randomUUID }), place, credentials),
  };
}

const key = Buffer.from('5b'.repeat(32), 'hex');

const secretBox: SecretBox = {
  seal(plain, context) {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
    return Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  },
  open(sealed, context) {
    const bytes = Buffer.from(sealed);
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-16));
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString();
  },
};
