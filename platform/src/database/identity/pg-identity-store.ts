import { gathered } from '@haulier/lib/gather/gather.ts';
import { sql } from 'kysely';
import type { Kysely, Selectable } from 'kysely';
import type { IdentityStore } from '../../identity/identity-store.ts';
import type { Session } from '../../identity/model.ts';
import { prepared } from '../prepared.ts';
import type { IdentityTables } from '../schema/identity.ts';
import { accessKeyOf, accessKeyRow, ownerColumns, ownerOf, projectOf, projectRow, sessionOf, tokenRow, userOf, userRow } from './rows.ts';
import type { OwnerRow, SessionRow } from './rows.ts';

/** Identity in PostgreSQL. */
export function createPgIdentityStore(db: Kysely<IdentityTables>): IdentityStore {
  return { ...bootstrapPart(db), ...accountsPart(db), ...tokensPart(db), ...accessKeysPart(db) };
}

function bootstrapPart(db: Kysely<IdentityTables>): Pick<IdentityStore, 'bootstrap'> {
  return {
    bootstrap: (domain, project, user, passwordHash, key) => db.transaction().execute(async (transaction) => {
      // Two first starts at once must not both find the table empty.
      await sql`lock table identity_domain in share row exclusive mode`.execute(transaction);
      if (await transaction.selectFrom('identity_domain').select('id').limit(1).executeTakeFirst() !== undefined) return false;
      await transaction.insertInto('identity_domain').values(domain).execute();
      await transaction.insertInto('identity_project').values(projectRow(project)).execute();
      await transaction.insertInto('identity_user').values(userRow(user, passwordHash)).execute();
      await transaction.insertInto('identity_access_key').values(accessKeyRow(key)).execute();
      return true;
    }),
  };
}

type AccountMethods = 'domain' | 'domainByName' | 'project' | 'projects' | 'addProject' | 'user' | 'userByName' | 'passwordHash' | 'addUser';

function accountsPart(db: Kysely<IdentityTables>): Pick<IdentityStore, AccountMethods> {
  const domains = db.selectFrom('identity_domain').selectAll();
  const projects = db.selectFrom('identity_project').selectAll();
  const users = db.selectFrom('identity_user').selectAll();
  return {
    domain: (id) => domains.where('id', '=', id).executeTakeFirst(),
    domainByName: (name) => domains.where('name', '=', name).executeTakeFirst(),
    async project(id) {
      const row = await projects.where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : projectOf(row);
    },
    async projects(domainId, name) {
      const ofDomain = projects.where('domain_id', '=', domainId).orderBy('name');
      return (await (name === undefined ? ofDomain : ofDomain.where('name', '=', name)).execute()).map(projectOf);
    },
    async addProject(project) {
      const row = await db.insertInto('identity_project').values(projectRow(project)).onConflict((conflict) => conflict.columns(['domain_id', 'name']).doNothing()).returning('id').executeTakeFirst();
      return row !== undefined;
    },
    async user(id) {
      const row = await users.where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : userOf(row);
    },
    async userByName(domainId, name) {
      const row = await users.where('domain_id', '=', domainId).where('name', '=', name).executeTakeFirst();
      return row === undefined ? undefined : userOf(row);
    },
    async passwordHash(userId) {
      const row = await db.selectFrom('identity_user').select('password_hash').where('id', '=', userId).executeTakeFirst();
      return row?.password_hash;
    },
    async addUser(user, passwordHash) {
      const row = await db.insertInto('identity_user').values(userRow(user, passwordHash)).onConflict((conflict) => conflict.columns(['domain_id', 'name']).doNothing()).returning('id').executeTakeFirst();
      return row !== undefined;
    },
  };
}

function tokensPart(db: Kysely<IdentityTables>): Pick<IdentityStore, 'addToken' | 'session' | 'removeExpired'> {
  const session = gathered({ askAll: (hashes: readonly Uint8Array[]) => readSessions(db, hashes), ...sessionGathering });
  return {
    async addToken(hash, token) {
      await db.insertInto('identity_token').values(tokenRow(hash, token)).execute();
    },
    session,
    async removeExpired(now) {
      await db.deleteFrom('identity_token').where('expires_at', '<=', now).execute();
      await db.deleteFrom('identity_access_key').where('expires_at', '<=', now).execute();
    },
  };
}

/** Every request asks for one: where many come at once, one statement answers several. */
const sessionGathering = { atOnce: 2, most: 100 } as const;

async function readSessions(db: Kysely<IdentityTables>, hashes: readonly Uint8Array[]): Promise<readonly (Session | undefined)[]> {
  const keys = hashes.map((hash) => Buffer.from(hash).toString('hex'));
  const { rows } = await sql<SessionRow & { readonly key: string }>`${prepared}
    select encode(t.hash, 'hex') as key, t.methods, t.issued_at, t.expires_at, d.name as domain_name,
      p.id as project_id, p.domain_id as project_domain, p.name as project_name, p.description as project_description, ${ownerColumns}
    from identity_token t
    join identity_user u on u.id = t.user_id
    join identity_domain d on d.id = u.domain_id
    left join identity_project p on p.id = t.project_id
    where t.hash = any(${[...new Set(keys)].map((key) => `\\x${key}`)}::bytea[])
  `.execute(db);
  const sessions = new Map(rows.map((row) => [row.key, sessionOf(row)]));
  return keys.map((key) => sessions.get(key));
}

function accessKeysPart(db: Kysely<IdentityTables>): Pick<IdentityStore, 'addAccessKey' | 'accessKey' | 'accessKeyAndOwner' | 'accessKeysOf' | 'removeAccessKey'> {
  const keys = db.selectFrom('identity_access_key').selectAll();
  return {
    async addAccessKey(key) {
      await db.insertInto('identity_access_key').values(accessKeyRow(key)).execute();
    },
    async accessKey(id) {
      const row = await keys.where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : accessKeyOf(row);
    },
    async accessKeyAndOwner(id) {
      const { rows: [row] } = await sql<Selectable<IdentityTables['identity_access_key']> & OwnerRow>`
        select k.*, ${ownerColumns} from identity_access_key k join identity_user u on u.id = k.user_id where k.id = ${id}
      `.execute(db);
      return row && { key: accessKeyOf(row), user: ownerOf(row) };
    },
    async accessKeysOf(userId) {
      return (await keys.where('user_id', '=', userId).where('expires_at', 'is', null).orderBy('created_at').orderBy('id').execute()).map(accessKeyOf);
    },
    async removeAccessKey(id) {
      const row = await db.deleteFrom('identity_access_key').where('id', '=', id).returning('id').executeTakeFirst();
      return row !== undefined;
    },
  };
}
