import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ServerTaskId, SourceId, TaskAction, Tenant } from '@haulier/platform/server-migration/server.ts';
import { newTenant, openRooms, refusalOf, registration, roomsOfFile, type Rooms } from './rooms.ts';

const rooms = roomsOfFile();

let tenant: Tenant;
let source: SourceId;
let task: ServerTaskId;
beforeEach(async () => {
  tenant = newTenant();
  source = await rooms.sources.register(tenant, registration());
  task = await rooms.createTask(tenant, source);
});

const act = (action: TaskAction, options: { readonly template?: string; readonly switchHce?: boolean; readonly consistencyCheck?: boolean } = {}) =>
  rooms.actions.act(tenant, task, action, { template: undefined, switchHce: undefined, consistencyCheck: undefined, ...options });
const polled = async () => (await rooms.sources.nextCommand(tenant, source))?.name;
const answer = (command: string, succeeded = true, detail?: unknown) => rooms.sources.takeResult(tenant, source, { command, succeeded, detail });
const tell = (state: Parameters<Rooms['sources']['changeState']>[2]['state']) => rooms.sources.changeState(tenant, source, { state, cycle: undefined });
const standing = async () => {
  const shown = await rooms.sources.show(tenant, source);
  return `${shown.source.state}/${shown.source.cycle} ${shown.task?.state}`;
};

describe('an order', () => {
  test('is delivered until its answer has come, and an answer that comes again changes nothing', async () => {
    await act('start');
    expect([await polled(), await polled()]).toEqual(['START', 'START']);
    expect(await rooms.sources.nextCommand(tenant, source)).toEqual({ name: 'START', taskId: task, bucket: undefined });
    for (let time = 0; time < 3; time += 1) await answer('start');
    expect(await polled()).toBeUndefined();
    expect(await standing()).toBe('initialize/replicating RUNNING');
    await tell('syncing');
    await act('stop');
    expect(await polled()).toBe('STOP');
    for (let time = 0; time < 3; time += 1) await answer('STOP');
    expect(await standing()).toBe('stopped/syncing ABORT');
    expect(await polled()).toBe('TASK_HAS_STOPPED');
    await act('start');
    await answer('STOP', false, 'late');
    expect(await standing()).toBe('initialize/syncing RUNNING');
  });

  test('is not answered by what answers an earlier one of its name, before the agent has seen it', async () => {
    await act('start');
    await polled();
    await answer('START', false, 'the target cannot be reached');
    expect(await standing()).toBe('error/replicating MIGRATE_FAIL');
    expect((await rooms.sources.show(tenant, source)).task?.error).toBe('the target cannot be reached');
    await act('restart');
    await answer('START', false, 'the target cannot be reached');
    expect(await standing()).toBe('initialize/replicating RUNNING');
    expect(await polled()).toBe('START');
  });

  test('to stop takes the place of one to start', async () => {
    await act('start');
    await act('stop');
    expect(await polled()).toBe('STOP');
    await answer('START');
    await answer('STOP');
    expect(await standing()).toBe('stopped/replicating ABORT');
  });

  test('to stop is given to an agent that said by itself that it stops, so that its answer ends that', async () => {
    await act('start');
    await tell('stopping');
    expect(await polled()).toBe('STOP');
    await answer('STOP');
    expect(await standing()).toBe('stopped/replicating ABORT');
  });

  test('to launch the target is not undone by an agent that does not know of it yet', async () => {
    await act('start');
    await tell('syncing');
    await act('cutover', { consistencyCheck: true });
    await tell('syncing');
    expect(await standing()).toBe('cutovering/cutovering RUNNING');
    expect([await polled(), await polled()].sort()).toEqual(['START', 'SYNC']);
    await answer('SYNC');
    await tell('finished');
    expect(await standing()).toBe('finished/cutovered MIGRATE_SUCCESS');
    expect(await polled()).toBe('TASK_HAS_FINISHED');
    expect((await rooms.sources.show(tenant, source)).task?.consistencyCheck).toBe(true);
  });

  test('about a log reaches an agent that has not answered START', async () => {
    await act('start');
    expect(await polled()).toBe('START');
    await rooms.tasks.collectLog(tenant.domain, task, 'a-bucket');
    expect(await rooms.sources.nextCommand(tenant, source)).toEqual({ name: 'UPLOAD_LOG', taskId: task, bucket: 'a-bucket' });
    await answer('UPLOAD_LOG', false);
    expect((await rooms.sources.show(tenant, source)).task?.logCollection).toMatchObject({ state: 'UPLOAD_FAIL', bucket: 'a-bucket' });
    await act('collect_log');
    expect(await polled()).toBe('UPLOAD_LOG');
    await answer('UPLOAD_LOG');
    expect((await rooms.sources.show(tenant, source)).task?.logCollection).toMatchObject({ state: 'UPLOADED', bucket: 'a-bucket' });
    expect(await polled()).toBe('START');
  });

  test('to start is given again to an agent that begins anew after its answer, and the run goes on', async () => {
    const told = { ...registration(), id: source };
    await act('start');
    await polled();
    await answer('START');
    await rooms.tasks.report(tenant.domain, task, { subtask: 'MIGRATE_LINUX_FILE', progress: 40, copied: 400, total: 1000, processTrace: '', speed: undefined, compressRate: undefined, remainingSeconds: undefined, agentTime: undefined, usage: {} });
    const keys = await rooms.serverTasks.certificates(tenant, task);
    expect(await polled()).toBeUndefined();
    await rooms.sources.register(tenant, told);
    expect(await rooms.sources.nextCommand(tenant, source)).toEqual({ name: 'START', taskId: task, bucket: undefined });
    expect(await standing()).toBe('replicate/replicating RUNNING');
    expect((await rooms.sources.show(tenant, source)).task).toMatchObject({ copied: 400, total: 1000 });
    expect(await rooms.serverTasks.certificates(tenant, task)).toEqual(keys);
    await answer('START');
    expect(await polled()).toBeUndefined();
  });

  test('that waits is kept when its agent begins anew, with START beside it where there is something to go on with', async () => {
    const told = { ...registration(), id: source };
    await act('start');
    await answer('START');
    await tell('syncing');
    await act('cutover');
    await rooms.sources.register(tenant, told);
    expect([await polled(), await polled()].sort()).toEqual(['START', 'SYNC']);
    await answer('SYNC');
    await rooms.sources.register(tenant, told);
    expect(await polled()).toBe('START');
    await tell('syncing');
    await act('stop');
    await rooms.sources.register(tenant, told);
    expect([await polled(), await polled()]).toEqual(['STOP', 'STOP']);
    await answer('STOP');
    await rooms.sources.register(tenant, told);
    expect(await polled()).toBe('TASK_HAS_STOPPED');
  });

  test('survives the end of the process that gave it', async () => {
    await act('start');
    const later = openRooms({ db: rooms.database.open() });
    expect((await later.sources.nextCommand(tenant, source))?.name).toBe('START');
  });
});

describe('an agent without an order', () => {
  test('hears how its task stands', async () => {
    expect(await polled()).toBe('TASK_NOT_STARTED');
    await rooms.actions.remove(tenant, [task]);
    expect(await rooms.sources.nextCommand(tenant, source)).toEqual({ name: 'TASK_NOT_STARTED', taskId: undefined });
  });

  test('is marked as heard of once in some seconds, and asks nothing else of the database', async () => {
    const heardAt = async () => (await rooms.sources.show(tenant, source)).source.lastHeardAt;
    const before = await heardAt();
    await polled();
    expect(await heardAt()).toBe(before);
    await sql`update source_server set heard_at = heard_at - interval '6 seconds' where id = ${source}`.execute(rooms.database.db);
    await polled();
    expect(await heardAt()).toBeGreaterThanOrEqual(before);
  });

  test('does not wait for a change of its source, nor hinder it', async () => {
    await sql`update source_server set heard_at = heard_at - interval '6 seconds' where id = ${source}`.execute(rooms.database.db);
    await act('start');
    await rooms.database.db.transaction().execute(async (trx) => {
      await trx.selectFrom('source_server').select('id').where('id', '=', source).forUpdate().execute();
      expect(await polled()).toBe('START');
    });
  });
});

describe('an action', () => {
  test('is refused with what was asked and how the task stands, and changes nothing', async () => {
    expect(await refusalOf(act('cutover'))).toEqual({ kind: 'action-not-allowed', action: 'cutover', state: 'READY', source: 'waiting', id: task });
    expect(await refusalOf(act('start', { switchHce: true }))).toMatchObject({ kind: 'unsupported' });
    expect(await refusalOf(act('start', { template: 'a-template' }))).toMatchObject({ kind: 'unsupported' });
    expect(await refusalOf(act('collect_log'))).toMatchObject({ kind: 'unsupported' });
    expect(await standing()).toBe('waiting/replicating READY');
    await act('start');
    await tell('syncing');
    expect(await refusalOf(act('clone_test', { template: 'a-template' }))).toEqual({ kind: 'no-such-template', id: 'a-template' });
    expect(await refusalOf(rooms.actions.remove(tenant, [task]))).toEqual({ kind: 'action-not-allowed', action: 'delete', state: 'SYNCING', source: 'syncing', id: task });
    expect(await standing()).toBe('syncing/syncing SYNCING');
    expect(await polled()).toBe('START');
  });

  test('to look at the network needs an agent that is connected', async () => {
    await act('network_check');
    expect(await polled()).toBe('NETWORK_CHECK');
    await sql`update source_server set heard_at = heard_at - interval '1 hour' where id = ${source}`.execute(rooms.database.db);
    expect(await refusalOf(act('network_check'))).toEqual({ kind: 'source-not-connected', id: source });
  });

  test('a clone begins with its own step', async () => {
    await act('start');
    await tell('syncing');
    await act('clone_test');
    const { task: cloning } = await rooms.sources.show(tenant, source);
    expect([cloning?.state, cloning?.subtasks.some(({ name }) => name === 'CLONE_VM')]).toEqual(['SYNCING', true]);
  });

  test('of several that exclude each other at once exactly one succeeds', async () => {
    const both = await Promise.allSettled(Array.from({ length: 6 }, () => act('start')));
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const ends = await Promise.allSettled([act('stop'), rooms.actions.remove(tenant, [task]), act('stop'), rooms.sources.remove(tenant, [source])]);
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await standing()).toBe('stopping/replicating ABORTING');
  });
});
