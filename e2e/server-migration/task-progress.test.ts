import { connect, createServer } from 'node:tls';
import { X509Certificate } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { CertificateSet, ProgressReport } from '@haulier/platform/server-migration/server-migration.ts';
import type { ServerTaskId, SourceId, SubtaskName, TaskAction, Tenant } from '@haulier/platform/server-migration/server.ts';
import { sql } from 'kysely';
import { newTenant, refusalOf, registration, roomsOfFile } from './rooms.ts';

const rooms = roomsOfFile();

let tenant: Tenant;
let source: SourceId;
let task: ServerTaskId;
beforeEach(async () => {
  tenant = newTenant();
  source = await rooms.sources.register(tenant, registration());
  task = await rooms.createTask(tenant, source);
});

const act = (action: TaskAction) => rooms.serverTasks.act(tenant, task, action, { template: undefined, switchHce: undefined, consistencyCheck: undefined });
const progressOf = (subtask: SubtaskName, progress: number, more: Partial<ProgressReport> = {}): ProgressReport => ({
  subtask, progress, copied: 0, total: 0, processTrace: '', speed: undefined, compressRate: undefined, remainingSeconds: undefined, agentTime: undefined, usage: {}, ...more,
});
const report = (subtask: SubtaskName, progress: number, more: Partial<ProgressReport> = {}) => rooms.serverTasks.report(tenant, task, progressOf(subtask, progress, more));
const copied = (progress: number, more: Partial<ProgressReport> = {}) => report('MIGRATE_LINUX_FILE', progress, { copied: progress * 10, total: 1000, ...more });
const answer = async (command: string) => {
  while ((await rooms.sources.nextCommand(tenant, source))?.name !== command);
  await rooms.sources.takeResult(tenant, source, { command, succeeded: true, detail: {} });
};
const show = () => rooms.serverTasks.show(tenant, task);
const standing = async () => {
  const { task: shown, source: server } = await show();
  return `${server.state}/${server.cycle} ${shown.state} ${shown.progress}`;
};

const configuration: readonly SubtaskName[] = ['CREATE_CLOUD_SERVER', 'SSL_CONFIG', 'ATTACH_AGENT_IMAGE', 'FORMAT_DISK_LINUX_FILE'];
const launch: readonly SubtaskName[] = ['CONFIGURE_LINUX_FILE', 'DETTACH_AGENT_IMAGE'];
async function reportAll(names: readonly SubtaskName[]) {
  for (const name of names) await report(name, 100, { copied: 1000, total: 1000 });
}
async function configure() {
  for (const name of configuration) await report(name, 100);
}

describe('reports move a task through its life', () => {
  test('with synchronising, a clone and a cutover', async () => {
    await act('start');
    expect(await standing()).toBe('initialize/replicating RUNNING 0');
    await configure();
    await copied(0);
    expect(await standing()).toBe('initialize/replicating RUNNING 21');
    await copied(50, { speed: 80, compressRate: 1.5, remainingSeconds: 77, usage: { total_cpu_usage: 12.5 } });
    expect(await standing()).toBe('replicate/replicating RUNNING 50');
    const { task: running, source: server } = await show();
    expect(running).toMatchObject({ speed: 10, compressRate: 1.5, remainingSeconds: 77, copied: 500, total: 1000, facts: { total_cpu_usage: 12.5 } });
    expect(running.estimatedEndAt).toBeGreaterThan((running.startedAt ?? Infinity) + 77_000 - 1);
    expect(server).toMatchObject({ copied: 500, total: 1000 });
    await copied(100);
    expect(await standing()).toBe('syncing/syncing SYNCING 80');
    await report('SYNC_LINUX_FILE', 0, { copied: 0, total: 50 });
    await report('SYNC_LINUX_FILE', 100, { copied: 50, total: 50 });
    expect((await show()).task).toMatchObject({ copied: 50, total: 50, progress: 80 });
    for (let clone = 0; clone < 2; clone += 1) {
      await act('clone_test');
      await report('CLONE_VM', 100);
      await answer('SYNC');
      expect(await standing()).toBe('cloning/syncing SYNCING 80');
      await report('CLONE_VM', 40);
      await report('CLONE_VM', 100);
      expect(await standing()).toBe('syncing/syncing SYNCING 80');
    }
    await act('cutover');
    await report('CONFIGURE_LINUX_FILE', 100);
    expect(await standing()).toBe('cutovering/cutovering RUNNING 90');
    await report('DETTACH_AGENT_IMAGE', 100);
    expect(await standing()).toBe('finished/cutovered MIGRATE_SUCCESS 100');
    expect((await show()).task).toMatchObject({ speed: 0, estimatedEndAt: undefined });
  });

  test('without synchronising, in as few reports as there are steps, each of them twice', async () => {
    source = await rooms.sources.register(tenant, registration());
    task = await rooms.createTask(tenant, source, { syncing: false });
    await act('start');
    for (const name of [...configuration, 'MIGRATE_LINUX_FILE' as const, ...launch]) {
      await report(name, 100, { copied: 1000, total: 1000 });
      await report(name, 100, { copied: 1000, total: 1000 });
    }
    expect(await standing()).toBe('finished/cutovered MIGRATE_SUCCESS 100');
  });

  test('but not one that has not begun, and no step that it does not have', async () => {
    await copied(100);
    expect(await standing()).toBe('waiting/replicating READY 0');
    await act('start');
    expect(await refusalOf(report('SYNC_LINUX_BLOCK', 1))).toEqual({ kind: 'unknown-subtask', id: task, subtask: 'SYNC_LINUX_BLOCK' });
    expect(await refusalOf(report('CLONE_VM', 1))).toMatchObject({ kind: 'unknown-subtask' });
  });

  test('keeping every digit', async () => {
    await act('start');
    await copied(1, { copied: 2n ** 63n - 2n, total: 2n ** 63n - 1n, remainingSeconds: 2n ** 62n });
    const { task: shown, source: server } = await show();
    expect([shown.copied, shown.total, shown.remainingSeconds]).toEqual([2n ** 63n - 2n, 2n ** 63n - 1n, 2n ** 62n]);
    expect([server.copied, server.total]).toEqual([2n ** 63n - 2n, 2n ** 63n - 1n]);
  });
});

describe('reports at once', () => {
  test('come to the furthest of them, whatever their order', async () => {
    await act('start');
    await configure();
    const order = Array.from({ length: 60 }, (_, index) => (index * 37) % 60);
    await Promise.all(order.map((progress) => copied(progress)));
    expect(await standing()).toBe('replicate/replicating RUNNING 55');
    expect((await show()).task).toMatchObject({ copied: 590, total: 1000 });
  });

  test('of different steps are all kept', async () => {
    await act('start');
    await Promise.all([...configuration, ...launch].flatMap((name) => [report(name, 40), report(name, 100), report(name, 70)]));
    await Promise.all([copied(100), copied(99), copied(100)]);
    const { subtasks } = (await show()).task;
    expect(subtasks.filter(({ name }) => !name.startsWith('SYNC')).map(({ progress }) => progress)).toEqual(Array.from({ length: 7 }, () => 100));
    expect(await standing()).toBe('syncing/syncing SYNCING 100');
  });

  test('of many tasks of two tenants are each kept as its own, and none of another tenant\'s', async () => {
    const stranger = newTenant();
    const fleet = await Promise.all(Array.from({ length: 40 }, async (_, number) => {
      const [by, other] = number % 2 === 0 ? [tenant, stranger] : [stranger, tenant];
      const id = await rooms.createTask(by, await rooms.sources.register(by, registration()));
      await rooms.serverTasks.act(by, id, 'start', { template: undefined, switchHce: undefined, consistencyCheck: undefined });
      return { id, by, other, amount: number + 1 };
    }));
    const copying = (who: Tenant, id: ServerTaskId, amount: number) => rooms.serverTasks.report(who, id, progressOf('MIGRATE_LINUX_FILE', 1, { copied: amount, total: 1000 }));
    for (const round of [1, 2]) {
      const outcomes = await Promise.all(fleet.flatMap(({ id, by, other, amount }) => [copying(by, id, amount * round), refusalOf(copying(other, id, 999))]));
      expect(outcomes).toEqual(fleet.flatMap(({ id }) => [undefined, { kind: 'no-such-task', id }]));
      const shown = await Promise.all(fleet.map(({ id, by }) => rooms.serverTasks.show(by, id)));
      expect(shown.map(({ task: { copied: bytes }, source: server }) => [bytes, server.copied])).toEqual(fleet.map(({ amount }) => [amount * round, amount * round]));
    }
  });

  test('as a stop: both happen, and no report undoes it', async () => {
    for (let round = 0; round < 10; round += 1) {
      await (round === 0 ? act('start') : act('restart'));
      await answer('START');
      await Promise.all([copied(50), act('stop'), copied(60), report('SSL_CONFIG', 100)]);
      expect((await show()).source.state).toBe('stopping');
      await answer('STOP');
      await copied(70);
      expect(await standing()).toMatch(/^stopped\/replicating ABORT /);
      expect((await show()).task).toMatchObject({ copied: 700, total: 1000 });
    }
  });

  test('as the end of the copy and a stop: the task is stopped, and goes on where it was', async () => {
    await act('start');
    await Promise.allSettled([act('stop'), copied(100)]);
    expect((await show()).source.state).toBe('stopping');
    await answer('STOP');
    await act('start');
    await answer('START');
    await copied(100);
    expect((await show()).source.state).toBe('syncing');
    expect((await show()).task.copied).toBe(1000);
  });
});

describe('another run', () => {
  test('begins at 0, and going on after a stop does not', async () => {
    await act('start');
    await configure();
    await copied(50);
    await act('stop');
    await answer('STOP');
    await act('start');
    expect(await standing()).toBe('initialize/replicating RUNNING 50');
    await act('stop');
    await answer('STOP');
    await act('restart');
    expect(await standing()).toBe('initialize/replicating RUNNING 0');
    const { task: shown, source: server } = await show();
    expect([shown.copied, shown.total, server.copied, server.total]).toEqual([0, 0, 0, 0]);
    expect(shown.subtasks.every(({ startedAt, endedAt, progress }) => startedAt === undefined && endedAt === undefined && progress === 0)).toBe(true);
    await answer('START');
    await copied(10);
    expect((await show()).task).toMatchObject({ copied: 100, progress: 5 });
  });

  test.each(['start', 'restart'] as const)('by %s takes nothing that was reported of the one before', async (again) => {
    await act('start');
    await configure();
    await copied(50);
    await act('stop');
    await answer('STOP');
    await act(again);
    const begun = await standing();
    await copied(50, { agentTime: '2026-11-21 12:00:00' });
    await copied(60);
    await report('SSL_CONFIG', 100);
    expect(await standing()).toBe(begun);
    // Given up before the agent has heard of it, and begun once more.
    await act('stop');
    await copied(60);
    await answer('STOP');
    await copied(60);
    await act('start');
    await copied(60);
    expect(await standing()).toBe(begun);
    await answer('START');
    await copied(60);
    expect(await standing()).toMatch(/^replicate/);
  });

  test('of an agent that begins anew goes on', async () => {
    await act('start');
    await act('stop');
    await answer('STOP');
    await act('start');
    await answer('START');
    await rooms.sources.register(tenant, registration({ id: source }));
    await copied(50);
    expect(await standing()).toBe('replicate/replicating RUNNING 29');
  });

  test('copies anew once the target is cleared, and is not launched before that is done', async () => {
    await act('start');
    await configure();
    await copied(100);
    await act('stop');
    await answer('STOP');
    await act('clear');
    await answer('CLEAR');
    await act('start');
    expect(await standing()).toBe('initialize/replicating RUNNING 0');
    await answer('START');
    await copied(5);
    expect(await standing()).toBe('replicate/replicating RUNNING 2');
    expect(await refusalOf(act('cutover'))).toMatchObject({ kind: 'action-not-allowed' });
  });

  test('of a drill ends with its launch, and the migration after it begins at 0', async () => {
    await act('migration_test');
    await configure();
    await copied(100);
    expect(await standing()).toBe('premiging/replicating RUNNING 80');
    await reportAll(launch);
    expect(await standing()).toBe('premiged/replicating READY 100');
    await act('start');
    expect(await standing()).toBe('initialize/replicating RUNNING 0');
  });
});

describe('speed and remaining time', () => {
  const figures = async () => {
    const { speed, remainingSeconds, estimatedEndAt } = (await show()).task;
    return [speed, remainingSeconds, estimatedEndAt === undefined ? undefined : 'an end'];
  };

  test('are of the copy that goes on, and of none that was stopped', async () => {
    await act('start');
    expect(await figures()).toEqual([0, undefined, undefined]);
    await copied(50, { speed: 80, remainingSeconds: 77 });
    expect(await figures()).toEqual([10, 77, 'an end']);
    await act('stop');
    expect(await figures()).toEqual([0, undefined, undefined]);
    await answer('STOP');
    await act('start');
    expect(await figures()).toEqual([0, undefined, undefined]);
    await answer('START');
    await configure();
    expect(await figures()).toEqual([0, undefined, undefined]);
    await copied(51, { speed: 160, remainingSeconds: 70 });
    expect(await figures()).toEqual([20, 70, 'an end']);
    await copied(100, { speed: 160 });
    expect(await figures()).toEqual([0, 0, 'an end']);
    await act('cutover');
    await report('CONFIGURE_LINUX_FILE', 50, { speed: 3, remainingSeconds: 5 });
    expect(await figures()).toEqual([0, 0, 'an end']);
  });
});

describe('a report that is too fast', () => {
  test('stops its task, which says why', async () => {
    await rooms.serverTasks.setSpeedLimits(tenant, task, [{ start: '8:00', end: '20:00', speed: 100, overSpeedThreshold: 10 }]);
    await act('start');
    await copied(5, { speed: 110, agentTime: '2026-11-21 12:00:00' });
    await copied(6, { speed: 5000, agentTime: '2026-11-21 20:01:00' });
    expect((await show()).task).toMatchObject({ state: 'RUNNING', error: undefined });
    await copied(7, { speed: 111, agentTime: '2026-11-21 12:01:00' });
    const { state, error } = (await show()).task;
    expect([state, error]).toEqual(['ABORTING', 'The migration was stopped: it ran at 111 Mbit/s, beyond its limit of 100 Mbit/s and the threshold of that. Start it again, or raise the limit first.']);
    await copied(8, { speed: 112, agentTime: '2026-11-21 12:02:00' });
    await answer('STOP');
    await act('start');
    expect((await show()).task).toMatchObject({ state: 'RUNNING', error: undefined });
  });

  test('does not where no threshold is set', async () => {
    await rooms.serverTasks.setSpeedLimits(tenant, task, [{ start: '0:00', end: '24:00', speed: 1, overSpeedThreshold: undefined }]);
    await act('start');
    await copied(5, { speed: 9000, agentTime: '12:00' });
    expect((await show()).task.state).toBe('RUNNING');
  });
});

describe('the secrets of a task', () => {
  const certificates = () => rooms.serverTasks.certificates(tenant, task);
  const passphrase = () => rooms.serverTasks.passphrase(tenant, task);

  test('are the same for everybody who asks within a run, and fresh for the next', async () => {
    await act('start');
    const sets = await Promise.all(Array.from({ length: 6 }, certificates));
    for (const set of sets) expect(set).toEqual(sets[0]);
    const phrases = await Promise.all(Array.from({ length: 6 }, passphrase));
    expect(new Set(phrases).size).toBe(1);
    await act('stop');
    await answer('STOP');
    expect(await certificates()).toEqual(sets[0]);
    await act('restart');
    const fresh = await certificates();
    const parts = ({ ca, source: from, targetManagement, targetData }: CertificateSet) => [ca, from.key, from.certificate, targetManagement.key, targetManagement.certificate, targetData.key, targetData.certificate];
    const all = [...parts(fresh), ...sets.slice(0, 1).flatMap(parts)];
    expect(new Set(all).size).toBe(14);
    expect(await passphrase()).toBe(phrases[0]);
  });

  test('let both ends of its connections know each other, and nobody of another run', async () => {
    await act('start');
    const set = await certificates();
    for (const peer of [set.source, set.targetManagement, set.targetData]) expect(new X509Certificate(peer.certificate).verify(new X509Certificate(set.ca).publicKey)).toBe(true);
    expect(await handshake(set, set)).toBe(`CN=source.${task}`);
    await act('stop');
    await answer('STOP');
    await act('restart');
    expect(await handshake(set, await certificates()).catch(() => '')).toBe('');
  });

  test('are sealed at rest', async () => {
    const [set, phrase] = [await certificates(), await passphrase()];
    const kept = await sql<{ hex: string }>`select encode(passphrase, 'escape') || encode(certificates, 'escape') as hex from server_task_secret where task_id = ${task}`.execute(rooms.database.db);
    const text = kept.rows.map(({ hex }) => hex).join('');
    for (const secret of [phrase, 'PRIVATE KEY', set.source.key.slice(40, 80)]) expect(text).not.toContain(secret);
  });

  test('are gone when the task is over', async () => {
    await act('start');
    await Promise.all([certificates(), passphrase()]);
    await reportAll(['MIGRATE_LINUX_FILE']);
    await act('cutover');
    await reportAll(launch);
    expect((await show()).task.state).toBe('MIGRATE_SUCCESS');
    expect(await rooms.database.db.selectFrom('server_task_secret').select('task_id').where('task_id', '=', task).execute()).toEqual([]);
    expect(await refusalOf(certificates())).toMatchObject({ kind: 'action-not-allowed', action: 'read-secrets' });
    expect(await refusalOf(passphrase())).toMatchObject({ kind: 'action-not-allowed' });
  });
});

/** What the target says of a source that connects to it: both show a certificate, and check the other's. */
async function handshake(target: CertificateSet, from: CertificateSet): Promise<string> {
  const { ca, targetData } = target;
  const server = createServer({ ca, cert: targetData.certificate, key: targetData.key, requestCert: true, rejectUnauthorized: true }, (socket) => socket.end(socket.getPeerX509Certificate()?.subject ?? ''));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    const socket = connect({ host: '127.0.0.1', port, ca: from.ca, cert: from.source.certificate, key: from.source.key, servername: new X509Certificate(targetData.certificate).subject.slice('CN='.length) });
    let said = '';
    for await (const chunk of socket) said += String(chunk);
    return said;
  } finally {
    server.close();
  }
}
