/** Migration projects, templates and agreements on a real PostgreSQL. */
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SealingKey } from '@haulier/platform/database/secrets/sealing-key.ts';
import { defaultProject } from '@haulier/platform/database/server-migration/default-project.ts';
import { createPgMigrationProjects } from '@haulier/platform/database/server-migration/pg-migration-projects.ts';
import { createPgServerPrivacyAgreements } from '@haulier/platform/database/server-migration/pg-privacy-agreements.ts';
import { createPgTemplates } from '@haulier/platform/database/server-migration/pg-templates.ts';
import { firstProject, type MigrationProjects } from '@haulier/platform/server-migration/migration-project.ts';
import { createMigrationProjects } from '@haulier/platform/server-migration/migration-projects.ts';
import type { DomainId, Tenant } from '@haulier/platform/server-migration/server.ts';
import type { ServerTemplates, TemplateSettings } from '@haulier/platform/server-migration/template.ts';
import { createServerTemplates } from '@haulier/platform/server-migration/templates.ts';
import { createTestDatabase, type TestDatabase } from '../database/test-database.ts';

let database: TestDatabase;
let projects: MigrationProjects;
let templates: ServerTemplates;

beforeAll(async () => {
  database = await createTestDatabase();
  projects = createMigrationProjects({ repository: createPgMigrationProjects(database.db), newId: randomUUID });
  templates = createServerTemplates({ repository: createPgTemplates(database.db), box: new SealingKey(randomBytes(32)), newId: randomUUID });
});
afterAll(() => database.drop());

const tenant = (): Tenant => ({ domain: randomUUID().replaceAll('-', '') as DomainId, userId: 'user' });
const everything = { limit: 100, offset: 0 };
const refused = (kind: string): unknown => expect.objectContaining({ refusal: expect.objectContaining({ kind }) as unknown });

async function defaultsOf(who: Tenant): Promise<readonly string[]> {
  return (await projects.list(who, everything)).items.filter(({ isDefault }) => isDefault).map(({ name }) => name);
}

describe('migration projects', () => {
  test('there is one default from the first look, however many look at once', async () => {
    const who = tenant();
    const looks = await Promise.all(Array.from({ length: 20 }, () => projects.list(who, everything)));
    for (const { items, count } of looks) {
      expect(count).toBe(1);
      expect(items).toMatchObject([{ ...firstProject, isDefault: true }]);
    }
    expect(await defaultProject(database.db, who.domain)).toBe(looks[0]?.items[0]?.id);
  });

  test('the mark moves and is always on exactly one project, under changes at once', async () => {
    const who = tenant();
    const ids = await Promise.all(Array.from({ length: 8 }, (_, index) => projects.create(who, { ...firstProject, name: `p${index}` }, index % 2 === 0)));
    expect(await defaultsOf(who)).toHaveLength(1);
    const seen: number[] = [];
    await Promise.all([...ids, ...ids].flatMap((id) => [projects.makeDefault(who, id), defaultsOf(who).then((names) => seen.push(names.length))]));
    expect(new Set(seen)).toEqual(new Set([1]));
    await projects.makeDefault(who, ids[3] ?? '');
    expect(await defaultsOf(who)).toEqual(['p3']);
  });

  test('change what is told and keep the rest', async () => {
    const who = tenant();
    const id = await projects.create(who, { ...firstProject, name: 'mine', speedLimit: 7, region: 'r' }, false);
    await projects.update(who, id, { speedLimit: 1000, description: 'new' });
    expect(await projects.show(who, id.toUpperCase())).toEqual({ ...firstProject, id, name: 'mine', speedLimit: 1000, region: 'r', description: 'new', isDefault: false });
  });

  test('refuse a second project of a name, the removal of the default one, and what is not there', async () => {
    const who = tenant();
    const id = await projects.create(who, { ...firstProject, name: 'one' }, false);
    const other = await projects.create(who, { ...firstProject, name: 'two' }, true);
    const twins = await Promise.allSettled([1, 2].map(() => projects.create(who, { ...firstProject, name: 'twin' }, false)));
    expect(twins.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(projects.create(who, { ...firstProject, name: 'one' }, true)).rejects.toEqual(refused('name-taken'));
    await expect(projects.update(who, id, { name: 'two', isDefault: true })).rejects.toEqual(refused('name-taken'));
    await expect(projects.update(who, other, { isDefault: false })).rejects.toEqual(refused('default-project'));
    await expect(projects.remove(who, other)).rejects.toEqual(refused('default-project'));
    expect(await defaultsOf(who)).toEqual(['two']);
    await projects.remove(who, id);
    for (const gone of [id, 'no-uuid']) {
      await expect(projects.show(who, gone)).rejects.toEqual(refused('no-such-project'));
      await expect(projects.makeDefault(who, gone)).rejects.toEqual(refused('no-such-project'));
      await expect(projects.remove(who, gone)).rejects.toEqual(refused('no-such-project'));
    }
  });

  test('a project with servers stays, whoever is quicker', async () => {
    const who = tenant();
    for (let round = 0; round < 10; round += 1) {
      const id = await projects.create(who, { ...firstProject, name: `p${round}` }, true);
      const registered = database.db.transaction().execute(async (trx) => putServer(trx, who.domain, await defaultProject(trx, who.domain)));
      const moved = projects.create(who, { ...firstProject, name: `q${round}` }, true);
      const removed = moved.then(() => projects.remove(who, id)).then(() => 'removed', () => 'refused');
      const [project, outcome] = await Promise.all([registered, removed, moved]);
      expect(outcome).toBe(project === id ? 'refused' : 'removed');
      if (project === id) await expect(projects.remove(who, id)).rejects.toEqual(refused('project-has-servers'));
    }
  });

  test('a project of another domain is not there', async () => {
    const [one, other] = [tenant(), tenant()];
    const id = await projects.create(one, { ...firstProject, name: 'mine' }, true);
    await expect(projects.show(other, id)).rejects.toEqual(refused('no-such-project'));
    await expect(projects.makeDefault(other, id)).rejects.toEqual(refused('no-such-project'));
    await expect(projects.remove(other, id)).rejects.toEqual(refused('no-such-project'));
    expect(await defaultsOf(one)).toEqual(['mine']);
    expect(await defaultsOf(other)).toEqual([firstProject.name]);
  });
});

async function putServer(db: TestDatabase['db'], domain: DomainId, project: string): Promise<string> {
  await db.insertInto('source_server').values({
    id: randomUUID(), domain_id: domain, enterprise_project: '0', migration_project: project, machine: null, state: 'waiting', cycle: 'checking', name: 's', ip: '', ipv6: '', told: '{}', inspected: '{}', checks: '[]', plan: null,
  }).execute();
  return project;
}

const plain: TemplateSettings = {
  name: 'plain', general: true, region: undefined, project: undefined, targetServerName: undefined, availabilityZone: undefined, volumeType: undefined, dataVolumeType: undefined,
  flavor: undefined, image: undefined, vpc: undefined, nics: undefined, securityGroups: undefined, publicIp: undefined, disks: undefined,
};
const full: TemplateSettings = {
  name: 'full_100%', general: false, region: 'cn-north-4', project: 'p', targetServerName: 'web', availabilityZone: 'az1', volumeType: 'SSD', dataVolumeType: 'SAS', flavor: 's3.large', image: 'i',
  vpc: { id: 'autoCreate', name: 'autoCreate', cidr: '' }, nics: [{ id: 'autoCreate', name: 'autoCreate', cidr: '', ip: undefined }], securityGroups: [{ id: 'autoCreate', name: 'autoCreate' }],
  publicIp: { type: '5_bgp', bandwidth: 5, shareType: 'PER' }, disks: [{ id: undefined, index: 0, name: 'sda', type: 'SSD', size: 2n ** 62n + 1n, use: 'OS' }],
};

describe('templates', () => {
  test('come back as they were made, with every digit, and without their password', async () => {
    const who = tenant();
    const id = await templates.create(who, full, 'S3cret-of-target');
    expect(await templates.show(who, id)).toEqual({ ...full, id });
    expect(await templates.password(who, id)).toBe('S3cret-of-target');
    expect(await templates.password(who, await templates.create(who, plain, undefined))).toBe('');
    const rows = await database.db.selectFrom('server_template').selectAll().where('domain_id', '=', who.domain).execute();
    for (const row of rows) expect(Buffer.concat([row.password ?? Buffer.alloc(0), Buffer.from(JSON.stringify(row))]).includes('S3cret')).toBe(false);
  });

  test('change what is told; updates at once are all kept', async () => {
    const who = tenant();
    const id = await templates.create(who, plain, 'before');
    await Promise.all([templates.update(who, id, { flavor: 'f' }, undefined), templates.update(who, id, { region: 'r' }, undefined), templates.update(who, id, { ...plain, name: 'renamed' }, undefined)]);
    expect(await templates.show(who, id)).toEqual({ ...plain, id, name: 'renamed', flavor: 'f', region: 'r' });
    expect(await templates.password(who, id)).toBe('before');
    await templates.update(who, id, {}, 'after');
    expect(await templates.password(who, id)).toBe('after');
  });

  test('are listed newest first, by part of the name, region, zone and id', async () => {
    const who = tenant();
    const first = await templates.create(who, plain, undefined);
    const second = await templates.create(who, full, undefined);
    const ids = async (filter: Parameters<typeof templates.list>[1]) => (await templates.list(who, filter)).items.map(({ id }) => id);
    expect(await ids(everything)).toEqual([second, first]);
    expect(await templates.list(who, { limit: 1, offset: 1 })).toMatchObject({ count: 2, items: [{ id: first }] });
    expect(await ids({ ...everything, name: 'LAI' })).toEqual([first]);
    expect(await ids({ ...everything, name: '0%' })).toEqual([second]);
    expect(await ids({ ...everything, name: '_' })).toEqual([second]);
    expect(await ids({ ...everything, region: 'cn-north-4', availabilityZone: 'az1' })).toEqual([second]);
    expect(await ids({ ...everything, region: 'cn-north-4', availabilityZone: 'az2' })).toEqual([]);
    expect(await ids({ ...everything, id: first })).toEqual([first]);
    expect(await ids({ ...everything, id: 'other' })).toEqual([]);
  });

  test('are removed all or none, and never those of another domain', async () => {
    const [one, other] = [tenant(), tenant()];
    const ids = [await templates.create(one, plain, undefined), await templates.create(one, full, 'p')];
    const many = Array.from({ length: 65_534 }, () => randomUUID());
    for (const wrong of [[...ids, randomUUID()], [...ids, 'x'], [...ids, ...many]]) await expect(templates.remove(one, wrong)).rejects.toEqual(refused('no-such-template'));
    await expect(templates.remove(other, ids)).rejects.toEqual(refused('no-such-template'));
    await expect(templates.show(other, ids[0] ?? '')).rejects.toEqual(refused('no-such-template'));
    await expect(templates.password(other, ids[1] ?? '')).rejects.toEqual(refused('no-such-template'));
    await expect(templates.update(other, ids[0] ?? '', { flavor: 'x' }, 'p')).rejects.toEqual(refused('no-such-template'));
    expect((await templates.list(one, everything)).count).toBe(2);
    expect((await templates.list(other, everything)).count).toBe(0);
    await templates.remove(one, ids);
    expect((await templates.list(one, everything)).count).toBe(0);
  });
});

test('agreements are each user’s own', async () => {
  const agreements = createPgServerPrivacyAgreements(database.db);
  const who = tenant();
  expect(await agreements.hasAccepted(who)).toBe(false);
  await Promise.all([agreements.accept(who), agreements.accept(who)]);
  expect(await agreements.hasAccepted(who)).toBe(true);
  expect(await agreements.hasAccepted({ ...who, userId: 'other' })).toBe(false);
  expect(await agreements.hasAccepted({ ...tenant(), userId: who.userId })).toBe(false);
});
