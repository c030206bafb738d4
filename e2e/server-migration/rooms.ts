/** The rooms of server migration on a database of a test's own, and what to fill them with. */
import { randomBytes, randomUUID } from 'node:crypto';
import { createPgServerTasks } from '@haulier/platform/database/server-migration/pg-server-tasks.ts';
import { createPgSourceRepository } from '@haulier/platform/database/server-migration/pg-source-repository.ts';
import { createPgTaskActions } from '@haulier/platform/database/server-migration/pg-task-actions.ts';
import { createPgTemplates } from '@haulier/platform/database/server-migration/pg-templates.ts';
import { readSources } from '@haulier/platform/database/server-migration/source-rows.ts';
import { SealingKey } from '@haulier/platform/database/secrets/sealing-key.ts';
import { domainId, serverTaskId } from '@haulier/platform/server-migration/server-id.ts';
import { ServerRefusal, type Refusal } from '@haulier/platform/server-migration/server-migration.ts';
import type { Inspected, Registration, ServerTaskId, SourceId, Tenant } from '@haulier/platform/server-migration/server.ts';
import { createServerTasks } from '@haulier/platform/server-migration/server-tasks.ts';
import { createSourceServers } from '@haulier/platform/server-migration/source-servers.ts';
import { createTaskActions } from '@haulier/platform/server-migration/task-actions.ts';
import type { TaskContents } from '@haulier/platform/server-migration/task-contents.ts';
import { subtaskPlan } from '@haulier/platform/server-migration/subtask-plan.ts';
import { afterAll, beforeAll, expect } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database/test-database.ts';

export function openRooms({ db }: Pick<TestDatabase, 'db'>, silentAfterMs = 60_000) {
  const tasks = createPgServerTasks(db);
  const actions = createTaskActions(createPgTaskActions(db, { silentAfterMs }));
  return {
    sources: createSourceServers({ repository: createPgSourceRepository(db, { silentAfterMs }), newId: randomUUID }),
    actions,
    tasks,
    serverTasks: createServerTasks({
      store: tasks, actions, sourcesOf: (domain, ids) => readSources(db, { silentAfterMs }, domain, ids), templates: createPgTemplates(db), secrets: new SealingKey(randomBytes(32)),
      clock: { now: Date.now }, newId: randomUUID, randomBytes,
    }),
    /** A task that synchronises, on a source without one. */
    async createTask({ domain }: Tenant, source: SourceId, changed: Partial<TaskContents> = {}): Promise<ServerTaskId> {
      const id = serverTaskId(randomUUID());
      const contents = { ...taskContents, ...changed };
      const created = await tasks.create(domain, source, { id, name: 'a task', contents, plan: subtaskPlan(contents) ?? [] }, []);
      if (created.kind !== 'created') throw new Error(`not created: ${created.kind}`);
      return id;
    },
  };
}

export type Rooms = ReturnType<typeof openRooms>;

/** The rooms for the tests of one file, on a database that is there while they run. */
export function roomsOfFile(): Rooms & { readonly database: TestDatabase } {
  let opened: Rooms & { readonly database: TestDatabase } | undefined;
  beforeAll(async () => {
    const database = await createTestDatabase();
    opened = { ...openRooms(database), database };
  });
  afterAll(() => opened?.database.drop());
  const open = () => opened ?? expect.fail('the rooms are open while tests run');
  return {
    get sources() { return open().sources; },
    get actions() { return open().actions; },
    get tasks() { return open().tasks; },
    get serverTasks() { return open().serverTasks; },
    createTask: (tenant, source, changed) => open().createTask(tenant, source, changed),
    get database() { return open().database; },
  };
}

/** Why it was refused; throws when it was not. */
export async function refusalOf(attempt: Promise<unknown>): Promise<Refusal> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof ServerRefusal) return error.refusal;
    throw error;
  }
  throw new Error('it was not refused');
}

export function newTenant(): Tenant {
  return { domain: domainId(randomUUID()), userId: 'a-user' };
}

const sound: Inspected = {
  firmware: 'BIOS', cpuQuantity: 2, memory: 4096,
  disks: [{ name: 'Disk 0', size: 42_949_672_960, partitionStyle: 'MBR', volumes: [{ fileSystem: 'ext4', mountPoint: '/', size: 42_000_000_000, free: 20_000_000_000 }] }],
  hasRsync: true, paravirtualization: false, rawDevices: '', bootLoader: 'GRUB', btrfs: [], volumeGroups: [], driverFiles: undefined, systemServices: undefined, accountRights: undefined,
};

/** Of a server that passes its checks and is like no other. */
export function registration(changed: Partial<Registration> = {}, inspected: Partial<Inspected> = {}): Registration {
  return {
    id: undefined, name: `server-${randomUUID()}`, ip: '192.168.0.154', ipv6: '', macs: [randomUUID().replaceAll('-', '').slice(0, 12)], hostname: 'a-host', osType: 'LINUX',
    osVersion: 'UBUNTU_24_4_64BIT', enterpriseProject: undefined, agentVersion: '25.1.0', oemSystem: false, startType: undefined, state: undefined, cycle: undefined,
    inspected: { ...sound, ...inspected }, facts: { memory: 4096 }, ...changed,
  };
}

const taskContents: TaskContents = {
  type: 'MIGRATE_FILE', osType: 'LINUX', priority: 1, startTargetServer: true, autoStart: false, migrationIp: undefined, region: { id: 'a-region', name: 'a region' },
  project: { id: 'a-project', name: 'a project' }, template: undefined, cloneTemplate: undefined, usePublicIp: true, useIpv6: false, syncing: true, existServer: false,
  startNetworkCheck: false, speedLimit: 0, overSpeedThreshold: undefined, consistencyCheck: false, migrationTest: false, target: {}, facts: {}, windows: [], logCollection: undefined,
};
