import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { createMigrationProjects } from '@haulier/platform/server-migration/migration-projects.ts';
import { firstProject } from '@haulier/platform/server-migration/migration-project.ts';
import { createPgMigrationProjects } from '@haulier/platform/database/server-migration/pg-migration-projects.ts';
import { sourceId } from '@haulier/platform/server-migration/server-id.ts';
import type { SourceFilter } from '@haulier/platform/server-migration/server-migration.ts';
import type { SourceId, Tenant } from '@haulier/platform/server-migration/server.ts';
import { randomUUID } from 'node:crypto';
import { newTenant, refusalOf, registration, roomsOfFile } from './rooms.ts';

const rooms = roomsOfFile();

const kindOf = async (attempt: Promise<unknown>) => (await refusalOf(attempt)).kind;

const standing = async (tenant: Tenant, id: SourceId) => {
  const { source, task } = await rooms.sources.show(tenant, id);
  return `${source.state}/${source.cycle}${task === undefined ? '' : ` ${task.state}`}`;
};

const silence = (id: SourceId) => sql`update source_server set heard_at = clock_timestamp() - interval '1 hour' where id = ${id}`.execute(rooms.database.db);

const common = { limit: 100, offset: 0 };

describe('registering', () => {
  test('keeps all that was told, with every digit, and what is odd in it', async () => {
    const tenant = newTenant();
    const told = registration({ name: 'odd \0 \ud800 name', ipv6: '2001:DB8::1', facts: { memory: 9_223_372_036_854_775_807n, disks: [{ disk_index: '\0', size: 9_007_199_254_740_993n }] }, startType: 'MANUAL' });
    const { source, task } = await rooms.sources.show(tenant, await rooms.sources.register(tenant, told));
    expect(source).toMatchObject({ name: told.name, facts: told.facts, ipv6: told.ipv6, startType: 'MANUAL', enterpriseProject: '0', connected: true, copied: 0, currentTask: undefined });
    expect(source.checks.every(({ result }) => result === 'OK')).toBe(true);
    expect(task).toBeUndefined();
    expect(`${source.state}/${source.cycle}`).toBe('waiting/setting');
  });

  test('again updates the same source, by its id or as the same machine', async () => {
    const tenant = newTenant();
    const first = registration({ macs: ['00-16-3E-AA-BB-01', '00:16:3e:aa:bb:02', '00:00:00:00:00:00'] });
    const id = await rooms.sources.register(tenant, first);
    expect(await rooms.sources.register(tenant, { ...first, id: id.toUpperCase(), name: 'renamed by its agent', agentVersion: '26' })).toBe(id);
    expect((await rooms.sources.show(tenant, id)).source).toMatchObject({ name: 'renamed by its agent', agentVersion: '26' });
    expect(await rooms.sources.register(tenant, { ...first, name: 'renamed by its agent', macs: ['00163eaabb02', '00163EAABB01'] })).toBe(id);
    expect(await rooms.sources.register(tenant, { ...first, name: 'another machine' })).not.toBe(id);
    expect(await rooms.sources.register(newTenant(), { ...first, id })).not.toBe(id);
  });

  test('again changes no time of a state that it does not change', async () => {
    const tenant = newTenant();
    const told = registration();
    const id = await rooms.sources.register(tenant, told);
    const { source: { stateSince, cycleSince } } = await rooms.sources.show(tenant, id);
    await rooms.sources.register(tenant, { ...told, id });
    expect((await rooms.sources.show(tenant, id)).source).toMatchObject({ stateSince, cycleSince });
  });

  test('keeps the name that a person gave, until the agent tells another', async () => {
    const tenant = newTenant();
    const first = registration({ name: 'by its agent' });
    const id = await rooms.sources.register(tenant, first);
    await rooms.sources.update(tenant, id, { name: 'by a person' });
    await rooms.sources.register(tenant, first);
    expect((await rooms.sources.show(tenant, id)).source.name).toBe('by a person');
    await rooms.sources.register(tenant, { ...first, id, name: 'another' });
    expect((await rooms.sources.show(tenant, id)).source.name).toBe('another');
  });

  test('at once makes one source of one machine', async () => {
    const tenant = newTenant();
    const told = registration();
    const ids = await Promise.all(Array.from({ length: 8 }, () => rooms.sources.register(tenant, told)));
    expect(new Set(ids).size).toBe(1);
    expect((await rooms.sources.list(tenant, common)).count).toBe(1);
  });

  test('after a deletion makes a new one', async () => {
    const tenant = newTenant();
    const told = registration();
    const id = await rooms.sources.register(tenant, told);
    await rooms.sources.remove(tenant, [id]);
    expect(await rooms.sources.register(tenant, { ...told, id })).not.toBe(id);
  });

  test('decides by the checks whether there can be a task, and new disks are judged again', async () => {
    const tenant = newTenant();
    const told = registration({}, { volumeGroups: undefined });
    const id = await rooms.sources.register(tenant, told);
    expect(await standing(tenant, id)).toBe('unavailable/checking');
    await expect(rooms.createTask(tenant, id)).rejects.toThrow('refused');
    await rooms.sources.setDiskInfo(tenant, id, { volume_groups: [] }, { volumeGroups: [] });
    expect(await standing(tenant, id)).toBe('waiting/setting');
    expect((await rooms.sources.show(tenant, id)).source.facts).toEqual({ ...told.facts, volume_groups: [] });
    await rooms.sources.register(tenant, { ...registration(), id, state: 'unavailable' });
    expect(await standing(tenant, id)).toBe('unavailable/checking');
  });

  test('with another operating system is a server set up anew, and refused while it has a task for what it was', async () => {
    const tenant = newTenant();
    const told = registration();
    const id = await rooms.sources.register(tenant, told);
    await rooms.sources.update(tenant, id, { plan: { disks: [{ id: 1, adjust_size: 5 }] } });
    const windows = { ...told, osType: 'WINDOWS', osVersion: 'WINDOWS2022_64BIT' } as const;
    const task = await rooms.createTask(tenant, id);
    const before = await rooms.sources.show(tenant, id);
    for (const again of [windows, { ...windows, id }]) expect(await refusalOf(rooms.sources.register(tenant, again))).toEqual({ kind: 'other-system', id, was: 'LINUX' });
    expect(await rooms.sources.show(tenant, id)).toEqual({ ...before, task: { ...before.task, totalTime: 0 } });
    await rooms.actions.remove(tenant, [task]);
    expect(await rooms.sources.register(tenant, windows)).toBe(id);
    const { source } = await rooms.sources.show(tenant, id);
    expect(source).toMatchObject({ osType: 'WINDOWS', osVersion: 'WINDOWS2022_64BIT', targetPlan: undefined, state: 'waiting' });
    expect(source.checks.map(({ name }) => name)).toContain('ACCOUNT_RIGHTS');
  });

  test('while it migrates updates what is told and moves nothing', async () => {
    const tenant = newTenant();
    const told = registration();
    const id = await rooms.sources.register(tenant, told);
    const task = await rooms.createTask(tenant, id);
    await rooms.actions.act(tenant, task, 'start', { template: undefined, switchHce: undefined, consistencyCheck: undefined });
    await rooms.sources.register(tenant, { ...told, id, agentVersion: '26', inspected: { ...told.inspected, hasRsync: false } });
    expect(await standing(tenant, id)).toBe('initialize/replicating RUNNING');
    expect((await rooms.sources.show(tenant, id)).source.agentVersion).toBe('26');
  });
});

describe('listing', () => {
  test('finds by each filter, and by all of them', async () => {
    const tenant = newTenant();
    const wanted = await rooms.sources.register(tenant, registration({ name: 'Web_100%', ip: '10.0.0.1', ipv6: '2001:db8::1', enterpriseProject: 'a-project' }));
    const other = await rooms.sources.register(tenant, registration({ name: 'web-1000', ip: '10.0.0.2' }, { hasRsync: false }));
    await rooms.createTask(tenant, wanted, { target: { vm_id: 'a-vm' } });
    await silence(other);
    const project = (await rooms.sources.show(tenant, wanted)).source.migrationProject;
    const filters: Partial<SourceFilter>[] = [
      { state: 'waiting' }, { name: 'eb_100%' }, { id: wanted.toUpperCase() }, { ip: '10.0.0.1' }, { ipv6: '2001:DB8::1' }, { cycle: 'replicating' }, { connected: true },
      { enterpriseProject: 'a-project' }, { vmId: 'a-vm' },
    ];
    for (const filter of [...filters, Object.assign({}, ...filters) as Partial<SourceFilter>]) {
      const { items, count } = await rooms.sources.list(tenant, { ...common, ...filter });
      expect([items.map(({ source }) => source.id), count], JSON.stringify(filter)).toEqual([[wanted], 1]);
    }
    expect((await rooms.sources.list(tenant, { ...common, connected: false })).items.map(({ source }) => source.id)).toEqual([other]);
    expect((await rooms.sources.list(tenant, { ...common, consistencyChecked: true })).count).toBe(0);
    expect((await rooms.sources.list(tenant, { ...common, migrationProject: project ?? '' })).count).toBe(2);
    expect((await rooms.sources.list(tenant, { ...common, name: 'web' })).count).toBe(2);
  });

  test('finds what is odd, and nothing by what is odder', async () => {
    const tenant = newTenant();
    const id = await rooms.sources.register(tenant, registration({ name: 'odd \0 name', ip: '\0', enterpriseProject: '\0' }));
    for (const filter of [{ name: 'd \0 n' }, { ip: '\0' }, { enterpriseProject: '\0' }]) expect((await rooms.sources.list(tenant, { ...common, ...filter })).items.map(({ source }) => source.id)).toEqual([id]);
    for (const filter of [{ id: '\0' }, { ipv6: '\0' }, { migrationProject: '\0' }, { vmId: '\0' }]) expect((await rooms.sources.list(tenant, { ...common, ...filter })).count).toBe(0);
    expect((await rooms.sources.overview(tenant, '\0')).unconfigured).toBe(1);
    await rooms.sources.takeResult(tenant, id, { command: '\0', succeeded: true, detail: '\0' });
    expect(await kindOf(rooms.sources.update(tenant, id, { migrationProject: '\0' }))).toBe('no-such-project');
  });

  test('gives pages, newest first, with the count of all', async () => {
    const tenant = newTenant();
    const ids: SourceId[] = [];
    for (let index = 0; index < 5; index += 1) ids.push(await rooms.sources.register(tenant, registration()));
    const page = await rooms.sources.list(tenant, { limit: 2, offset: 1 });
    expect([page.items.map(({ source }) => source.id), page.count]).toEqual([[ids[3], ids[2]], 5]);
    expect(await rooms.sources.list(tenant, { limit: 2, offset: 9 })).toEqual({ items: [], count: 5 });
  });
});

describe('two tenants', () => {
  test('never meet', async () => {
    const [owner, stranger] = [newTenant(), newTenant()];
    const id = await rooms.sources.register(owner, registration());
    const task = await rooms.createTask(owner, id);
    const nobody = { template: undefined, switchHce: undefined, consistencyCheck: undefined };
    const attempts = [
      rooms.sources.show(stranger, id), rooms.sources.update(stranger, id, { name: 'taken' }), rooms.sources.remove(stranger, [id]), rooms.sources.nextCommand(stranger, id),
      rooms.sources.changeState(stranger, id, { state: 'error', cycle: undefined }), rooms.sources.takeResult(stranger, id, { command: 'START', succeeded: true, detail: undefined }),
      rooms.sources.setDiskInfo(stranger, id, {}, { disks: [], volumeGroups: [], btrfs: [] }), rooms.actions.act(stranger, task, 'start', nobody), rooms.actions.remove(stranger, [task]),
    ];
    expect(await Promise.all(attempts.map(kindOf))).toEqual([...Array.from({ length: 7 }, () => 'no-such-source'), 'no-such-task', 'no-such-task']);
    expect(await rooms.sources.list(stranger, common)).toEqual({ items: [], count: 0 });
    expect((await rooms.sources.overview(stranger)).waiting).toBe(0);
    expect(await standing(owner, id)).toBe('waiting/replicating READY');
  });
});

describe('a change by a person', () => {
  test('names, plans and moves a source to another migration project of the same domain alone', async () => {
    const tenant = newTenant();
    const id = await rooms.sources.register(tenant, registration());
    const projects = createMigrationProjects({ repository: createPgMigrationProjects(rooms.database.db), newId: randomUUID });
    const project = await projects.create(tenant, { ...firstProject, name: 'another' }, false);
    const foreign = await projects.create(newTenant(), { ...firstProject, name: 'another' }, false);
    await rooms.sources.update(tenant, id, { name: 'renamed', migrationProject: project.toUpperCase(), plan: { disks: [{ adjust_size: 9_007_199_254_740_993n }] } });
    expect((await rooms.sources.show(tenant, id)).source).toMatchObject({ name: 'renamed', migrationProject: project, targetPlan: { disks: [{ adjust_size: 9_007_199_254_740_993n }] } });
    await rooms.sources.update(tenant, id, { plan: { volume_groups: [] } });
    expect((await rooms.sources.show(tenant, id)).source.targetPlan).toEqual({ disks: [{ adjust_size: 9_007_199_254_740_993n }], volume_groups: [] });
    for (const unknown of [foreign, randomUUID()]) expect(await kindOf(rooms.sources.update(tenant, id, { name: 'not kept', migrationProject: unknown }))).toBe('no-such-project');
    expect((await rooms.sources.show(tenant, id)).source.name).toBe('renamed');
    expect(await kindOf(rooms.sources.update(tenant, sourceId(randomUUID()), { name: 'nobody' }))).toBe('no-such-source');
  });
});

describe('a silent agent', () => {
  test('is not connected, until it is heard of again', async () => {
    const tenant = newTenant();
    const id = await rooms.sources.register(tenant, registration());
    const words = [
      () => rooms.sources.nextCommand(tenant, id),
      () => rooms.sources.takeResult(tenant, id, { command: 'START', succeeded: true, detail: undefined }),
      () => rooms.sources.changeState(tenant, id, { state: 'waiting', cycle: undefined }),
    ];
    for (const speak of words) {
      await silence(id);
      expect((await rooms.sources.show(tenant, id)).source.connected).toBe(false);
      await speak();
      expect((await rooms.sources.show(tenant, id)).source.connected).toBe(true);
    }
  });
});

describe('deleting sources', () => {
  const start = { template: undefined, switchHce: undefined, consistencyCheck: undefined };

  test('is refused while something runs, and then deletes none of them', async () => {
    const tenant = newTenant();
    const [idle, busy] = [await rooms.sources.register(tenant, registration()), await rooms.sources.register(tenant, registration())];
    const task = await rooms.createTask(tenant, busy);
    await rooms.actions.act(tenant, task, 'start', start);
    expect(await kindOf(rooms.sources.remove(tenant, [idle, busy]))).toBe('action-not-allowed');
    expect(await kindOf(rooms.sources.remove(tenant, [idle, sourceId(randomUUID())]))).toBe('no-such-source');
    expect((await rooms.sources.list(tenant, common)).count).toBe(2);
    await rooms.sources.remove(tenant, [idle, idle]);
    expect((await rooms.sources.list(tenant, common)).count).toBe(1);
  });

  test('asks an agent that has copied to tidy up first, and waits for no agent that is silent', async () => {
    const tenant = newTenant();
    const [heard, silent] = [await rooms.sources.register(tenant, registration()), await rooms.sources.register(tenant, registration())];
    for (const id of [heard, silent]) {
      const task = await rooms.createTask(tenant, id);
      await rooms.actions.act(tenant, task, 'start', start);
      await rooms.sources.changeState(tenant, id, { state: 'error', cycle: undefined });
    }
    await silence(silent);
    await rooms.sources.remove(tenant, [heard, silent]);
    expect(await kindOf(rooms.sources.show(tenant, silent))).toBe('no-such-source');
    expect(await standing(tenant, heard)).toBe('deleting/replicating DELETING');
    expect(await rooms.sources.nextCommand(tenant, heard)).toMatchObject({ name: 'DELETE' });
    await rooms.sources.takeResult(tenant, heard, { command: 'DELETE', succeeded: true, detail: undefined });
    expect(await kindOf(rooms.sources.show(tenant, heard))).toBe('no-such-source');
  });
});

describe('failures', () => {
  test('are listed with their reasons, the latest first', async () => {
    const tenant = newTenant();
    const ids: SourceId[] = [];
    for (const reason of ['no space on the target', '']) {
      const id = await rooms.sources.register(tenant, registration({ enterpriseProject: reason === '' ? 'a-project' : undefined }));
      const task = await rooms.createTask(tenant, id);
      await rooms.actions.act(tenant, task, 'start', { template: undefined, switchHce: undefined, consistencyCheck: undefined });
      await rooms.sources.nextCommand(tenant, id);
      await rooms.sources.takeResult(tenant, id, { command: 'start', succeeded: false, detail: reason });
      ids.push(id);
    }
    const { items, count } = await rooms.sources.failures(tenant, common);
    expect([items.map(({ source }) => source.id), count]).toEqual([ids.toReversed(), 2]);
    expect(items.map(({ error }) => error)).toEqual(['The agent answered START with a failure and no reason.', 'no space on the target']);
    expect((await rooms.sources.failures(tenant, { ...common, enterpriseProject: 'a-project' })).count).toBe(1);
    const mute = await rooms.sources.register(tenant, registration());
    await rooms.createTask(tenant, mute);
    await rooms.sources.changeState(tenant, mute, { state: 'error', cycle: undefined });
    expect((await rooms.sources.failures(tenant, common)).items.find(({ source }) => source.id === mute)?.error).toBe('The agent told of a failure, and no reason.');
  });
});
