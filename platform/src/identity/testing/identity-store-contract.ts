/** What any IdentityStore keeps. Run for the one in memory and for PostgreSQL. */
import { describe, expect, test } from 'vitest';
import type { AccessKeyRecord, IdentityStore, TokenRecord } from '../identity-store.ts';
import type { Domain, Project, Session, User } from '../model.ts';

const domain: Domain = { id: 'd1', name: 'acme' };
const project: Project = { id: 'p1', domainId: 'd1', name: 'cn-north-1', description: 'first' };
const user: User = { id: 'u1', domainId: 'd1', name: 'root', role: 'admin', email: 'a@b', description: 'ünïcode', enabled: true, createdAt: 1_700_000_000_123 };
const key: AccessKeyRecord = { id: 'AK1', userId: 'u1', description: 'k', active: true, createdAt: 10, expiresAt: undefined, sealedSecret: Buffer.from([0, 1, 255]), securityTokenHash: undefined };
const token: TokenRecord = { userId: 'u1', projectId: 'p1', methods: ['password', 'token'], issuedAt: 5, expiresAt: 1000 };
const hash = (text: string): Buffer => Buffer.from(text.padEnd(32, '.'));

/** @param open makes an empty store */
export function identityStoreContract(name: string, open: () => Promise<IdentityStore>): void {
  const opened = async (): Promise<IdentityStore> => {
    const store = await open();
    expect(await store.bootstrap(domain, project, user, 'hash', key)).toBe(true);
    return store;
  };

  describe(name, () => {
    test('finds what was bootstrapped, by id and by name, and nothing else', async () => {
      const store = await opened();
      expect([await store.domain('d1'), await store.domainByName('acme')]).toEqual([domain, domain]);
      expect([await store.project('p1'), ...await store.projects('d1'), ...await store.projects('d1', 'cn-north-1')]).toEqual([project, project, project]);
      expect([await store.user('u1'), await store.userByName('d1', 'root')]).toEqual([user, user]);
      expect(await store.passwordHash('u1')).toBe('hash');
      expect(await store.accessKey('AK1')).toEqual(key);
      expect(await store.accessKeyAndOwner('AK1')).toEqual({ key, user });
      expect([await store.domain('acme'), await store.domainByName('ACME'), await store.project('x'), await store.user('x'), await store.userByName('d2', 'root'), await store.passwordHash('x'), await store.accessKey('x'), await store.accessKeyAndOwner('x'), await store.session(hash('x'))]).toEqual(Array(9).fill(undefined));
      expect([await store.projects('d2'), await store.projects('d1', 'x'), await store.accessKeysOf('x')]).toEqual([[], [], []]);
    });

    test('is bootstrapped once, also by several at the same moment', async () => {
      const store = await open();
      const attempts = Array.from({ length: 5 }, (_, i) => store.bootstrap({ id: `d${i}`, name: `n${i}` }, { ...project, id: `p${i}`, domainId: `d${i}` }, { ...user, id: `u${i}`, domainId: `d${i}` }, 'h', { ...key, id: `k${i}`, userId: `u${i}` }));
      expect((await Promise.all(attempts)).filter((first) => first)).toHaveLength(1);
    });

    test('keeps the names of users and projects unique in their domain', async () => {
      const store = await opened();
      expect(await store.addUser({ ...user, id: 'u2', name: 'ann', role: 'readonly', enabled: false }, '')).toBe(true);
      expect(await store.addUser({ ...user, id: 'u3', name: 'ann' }, '')).toBe(false);
      expect(await store.user('u3')).toBeUndefined();
      expect(await store.user('u2')).toMatchObject({ role: 'readonly', enabled: false });
      expect(await store.addProject({ ...project, id: 'p2', name: 'af' })).toBe(true);
      expect(await store.addProject({ ...project, id: 'p3', name: 'af' })).toBe(false);
      expect((await store.projects('d1')).map(({ id }) => id)).toEqual(['p2', 'p1']);
    });

    test('keeps tokens and temporary keys until they end', async () => {
      const store = await opened();
      const session: Session = { user, domain, project, methods: token.methods, issuedAt: token.issuedAt, expiresAt: token.expiresAt };
      const temporary: AccessKeyRecord = { ...key, id: 'TMP', expiresAt: 500, securityTokenHash: hash('t') };
      await store.addAccessKey(temporary);
      await store.addToken(hash('a'), token);
      await store.addToken(hash('b'), { ...token, projectId: undefined, expiresAt: 2000 });
      expect(await store.session(hash('a'))).toEqual(session);
      expect(await store.accessKey('TMP')).toEqual(temporary);
      await store.removeExpired(499);
      expect(await store.accessKey('TMP')).toBeDefined();
      await store.removeExpired(1000);
      expect([await store.accessKey('TMP'), await store.session(hash('a'))]).toEqual([undefined, undefined]);
      expect(await store.session(hash('b'))).toEqual({ ...session, project: undefined, expiresAt: 2000 });
      expect(await store.accessKey('AK1')).toEqual(key);
    });

    test('lists the permanent keys of a user, oldest first, and removes one', async () => {
      const store = await opened();
      await store.addAccessKey({ ...key, id: 'AK0', createdAt: 20 });
      await store.addAccessKey({ ...key, id: 'TMP', expiresAt: 500 });
      expect((await store.accessKeysOf('u1')).map(({ id }) => id)).toEqual(['AK1', 'AK0']);
      expect([await store.removeAccessKey('AK1'), await store.removeAccessKey('AK1')]).toEqual([true, false]);
      expect((await store.accessKeysOf('u1')).map(({ id }) => id)).toEqual(['AK0']);
    });
  });
}
