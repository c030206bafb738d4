import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTask, moveServer, tellServer, withServer, withServers } from '@haulier/platform/database/server-migration/move-server.ts';
import type { ServerKey } from '@haulier/platform/database/server-migration/move-server.ts';
import type { LifeEvent, Move } from '@haulier/platform/server-migration/server-life-cycle.ts';
import type { SourceId } from '@haulier/platform/server-migration/server.ts';
import { domainId, serverTaskId, sourceId } from '@haulier/platform/server-migration/server-id.ts';
import { createTestDatabase } from '../database/test-database.ts';
import type { TestDatabase } from '../database/test-database.ts';

let database: TestDatabase;
beforeAll(async () => { database = await createTestDatabase(); });
afterAll(() => database.drop());

const domain = domainId('a-domain');

async function newSource(): Promise<SourceId> {
  const id = sourceId(randomUUID());
  await database.db.insertInto('source_server').values({
    id, domain_id: domain, enterprise_project: '0', migration_project: null, machine: null, state: 'waiting', cycle: 'setting',
    name: 'a server', ip: '', ipv6: '', told: '{}', inspected: '{}', checks: '[]', plan: null,
  }).execute();
  return id;
}

async function sourceWithTask() {
  const source = await newSource();
  const task = serverTaskId(randomUUID());
  await withServer(database.db, domain, { source }, async (trx, server) => {
    await createTask(trx, server, { id: task, name: 'a task', enterpriseProject: '0', spec: '{}', vmId: undefined });
  });
  return { source, task };
}

const move = (key: ServerKey, event: LifeEvent): Promise<Move | undefined> => withServer(database.db, domain, key, (trx, server) => moveServer(trx, server, event));

async function standing(source: SourceId) {
  const row = await database.db.selectFrom('source_server').leftJoin('server_task', 'server_task.source_id', 'source_server.id')
    .select(['source_server.state', 'cycle', 'server_task.state as task', 'run', 'copy_run', 'error'])
    .select((eb) => [eb('started_at', 'is not', null).as('started'), eb('finished_at', 'is not', null).as('finished'), eb('running_since', 'is not', null).as('running')])
    .where('source_server.id', '=', source).executeTakeFirst();
  const orders = await database.db.selectFrom('agent_command').select('name').where('source_id', '=', source).orderBy('command_id').execute();
  return row && { ...row, orders: orders.map(({ name }) => name) };
}

describe('moving a server', () => {
  test('moves the source and its task together, counts runs and leaves the agent its order', async () => {
    const { source, task } = await sourceWithTask();
    expect(await standing(source)).toMatchObject({ state: 'waiting', cycle: 'replicating', task: 'READY', run: 0, started: false, orders: [] });
    await move({ task }, 'start');
    expect(await standing(source)).toMatchObject({ state: 'initialize', task: 'RUNNING', run: 1, copy_run: 1, started: true, running: true, orders: ['START'] });
    await move({ task }, 'flow');
    await move({ task }, 'stop');
    expect(await standing(source)).toMatchObject({ state: 'stopping', task: 'ABORTING', orders: ['STOP'] });
    await move({ task }, 'stop-done');
    await move({ task }, 'start');
    expect(await standing(source)).toMatchObject({ state: 'initialize', task: 'RUNNING', run: 2, copy_run: 1, orders: ['START'] });
    await withServer(database.db, domain, { task }, (trx, server) => moveServer(trx, server, 'failure', { error: 'no space on the target' }));
    expect(await standing(source)).toMatchObject({ state: 'error', task: 'MIGRATE_FAIL', running: false, finished: true, error: 'no space on the target', orders: [] });
    await move({ task }, 'restart');
    expect(await standing(source)).toMatchObject({ task: 'RUNNING', run: 3, copy_run: 3, finished: false, error: null });
  });

  test('asks for what has been refused or ignored nothing of the database', async () => {
    const { source, task } = await sourceWithTask();
    const before = await standing(source);
    expect(await move({ task }, 'stop')).toEqual({ kind: 'refused' });
    expect(await move({ task }, 'launch-done')).toEqual({ kind: 'ignored' });
    expect(await standing(source)).toEqual(before);
  });

  test('deletes a task with its orders, and a source with all', async () => {
    const { source, task } = await sourceWithTask();
    await move({ task }, 'network_check');
    expect(await standing(source)).toMatchObject({ orders: ['NETWORK_CHECK'] });
    await move({ task }, 'delete-task');
    expect(await standing(source)).toMatchObject({ state: 'waiting', cycle: 'setting', task: null, orders: [] });
    expect(await move({ task }, 'start')).toBeUndefined();
    await move({ source }, 'delete-source');
    expect(await standing(source)).toBeUndefined();
  });

  test('takes the agent\'s word for a source and moves the task with it', async () => {
    const { source } = await sourceWithTask();
    await withServer(database.db, domain, { source }, (trx, server) => tellServer(trx, server, { state: 'syncing', cycle: undefined }));
    expect(await standing(source)).toMatchObject({ state: 'syncing', cycle: 'syncing', task: 'SYNCING' });
  });

  test('finds nothing of another domain', async () => {
    const { source, task } = await sourceWithTask();
    for (const key of [{ source }, { task }]) expect(await withServer(database.db, domainId('another'), key, (trx, server) => moveServer(trx, server, 'start'))).toBeUndefined();
  });

  test('moves several in any order without a deadlock, all or none', async () => {
    const servers = await Promise.all(Array.from({ length: 6 }, sourceWithTask));
    const together = (keys: readonly ServerKey[]) => withServers(database.db, domain, keys, async (trx, locked) => {
      for (const server of locked) if (server !== undefined) await moveServer(trx, server, 'network_check');
    });
    const keys = servers.map(({ source }) => ({ source }));
    await Promise.all(Array.from({ length: 10 }, (_, index) => together(index % 2 === 0 ? keys : keys.toReversed())));
    await expect(withServers(database.db, domain, keys, async (trx, locked) => {
      for (const server of locked) if (server !== undefined) await moveServer(trx, server, 'start');
      throw new Error('the last one may not');
    })).rejects.toThrow('the last one may not');
    for (const { source } of servers) expect(await standing(source)).toMatchObject({ task: 'READY', orders: ['NETWORK_CHECK'] });
  });
});
