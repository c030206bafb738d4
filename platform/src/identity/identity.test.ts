import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { FirstAccount } from './accounts.ts';
import { createIdentity, type Identity } from './identity.ts';
import { createMemoryIdentityStore, openBox } from './testing/memory-identity-store.ts';

const hour = 3_600_000;
const names = { domain: 'acme', project: 'cn-north-1', user: 'root', password: undefined };

let now: number;
let identity: Identity;
let first: FirstAccount;

beforeEach(async () => {
  now = Date.UTC(2026, 0, 1);
  identity = createIdentity({ store: createMemoryIdentityStore(), box: openBox, random: randomBytes, now: () => now, tokenLifetimeMs: 24 * hour });
  first = await identity.accounts.initialise(names);
});

const signIn = () => identity.tokens.issueForPassword({ name: 'root', domain: { name: 'acme' } }, first.password, { kind: 'project', project: { name: 'cn-north-1' } });

describe('the first account', () => {
  test('is an administrator with a project and a key', () => {
    expect(first).toMatchObject({ domain: { name: 'acme' }, project: { name: 'cn-north-1' }, user: { name: 'root', role: 'admin' } });
    expect(first.accessKey).toMatch(/^[A-Z2-7]{20}$/);
    expect(first.secretKey).toMatch(/^[A-Za-z]{40}$/);
  });

  test('is made once', async () => {
    await expect(identity.accounts.initialise(names)).rejects.toMatchObject({ refusal: 'already-initialised' });
  });
});

describe('a token', () => {
  test('stands for the user and the project it was issued for', async () => {
    const { token } = await signIn();
    expect(await identity.tokens.resolve(token)).toMatchObject({ user: { name: 'root' }, project: { name: 'cn-north-1' }, methods: ['password'] });
  });

  test('ends on time, not a millisecond later', async () => {
    const { token } = await signIn();
    now += 24 * hour - 1;
    expect(await identity.tokens.resolve(token)).toBeDefined();
    now += 1;
    expect(await identity.tokens.resolve(token)).toBeUndefined();
  });

  test('does not live longer through a token of its own', async () => {
    const { token, session } = await signIn();
    now += 20 * hour;
    const again = await identity.tokens.issueForToken(token, { kind: 'default' });
    expect(again.session.expiresAt).toBe(session.expiresAt);
    expect(again.session.project).toBeUndefined();
    now += 5 * hour;
    await expect(identity.tokens.issueForToken(again.token, { kind: 'default' })).rejects.toMatchObject({ refusal: 'wrong-credentials' });
  });

  test.each([
    ['a wrong password', { name: 'root', domain: { name: 'acme' } }, 'Wrong-1-password', { kind: 'default' }, 'wrong-credentials'],
    ['an unknown user', { name: 'nobody', domain: { name: 'acme' } }, undefined, { kind: 'default' }, 'wrong-credentials'],
    ['an unknown domain', { name: 'root', domain: { name: 'other' } }, undefined, { kind: 'default' }, 'wrong-credentials'],
    ['an unknown project', { name: 'root', domain: { name: 'acme' } }, undefined, { kind: 'project', project: { name: 'elsewhere' } }, 'no-such-project'],
    ['an unknown project id', { name: 'root', domain: { name: 'acme' } }, undefined, { kind: 'project', project: { id: 'elsewhere' } }, 'no-such-project'],
    ['an unknown scope', { name: 'root', domain: { name: 'acme' } }, undefined, { kind: 'domain', domain: { id: 'x' } }, 'no-such-domain'],
  ] as const)('is refused to %s', async (_what, user, password, scope, refusal) => {
    await expect(identity.tokens.issueForPassword(user, password ?? first.password, scope)).rejects.toMatchObject({ refusal });
  });

  test('is nothing anybody could make up', async () => {
    for (const made of ['', 'x', first.user.id, first.password]) expect(await identity.tokens.resolve(made)).toBeUndefined();
  });
});

describe('users', () => {
  const user = { name: 'ann', password: 'Correct-horse-1', role: 'readonly', email: '', description: '' } as const;

  test('are made by administrators of the same domain only', async () => {
    const ann = await identity.accounts.addUser(first.user, { ...user, domainId: first.domain.id });
    await expect(identity.accounts.addUser(ann, { ...user, name: 'bob', domainId: first.domain.id })).rejects.toMatchObject({ refusal: 'forbidden' });
    await expect(identity.accounts.addUser(first.user, { ...user, name: 'bob', domainId: 'other' })).rejects.toMatchObject({ refusal: 'forbidden' });
    await expect(identity.accounts.addUser(first.user, { ...user, domainId: first.domain.id })).rejects.toMatchObject({ refusal: 'user-name-taken' });
  });

  test.each(['short1', 'alllowercaseletters', '12345678', 'x'.repeat(20), `Aa1${'x'.repeat(40)}`])('do not get the password %s', async (password) => {
    await expect(identity.accounts.addUser(first.user, { ...user, password, domainId: first.domain.id })).rejects.toMatchObject({ refusal: 'weak-password' });
  });

  test('without a password cannot sign in, not even with an empty one', async () => {
    await identity.accounts.addUser(first.user, { ...user, password: undefined, domainId: first.domain.id });
    await expect(identity.tokens.issueForPassword({ name: 'ann', domain: { name: 'acme' } }, '', { kind: 'default' })).rejects.toMatchObject({ refusal: 'wrong-credentials' });
  });
});

describe('access keys', () => {
  test('give their secret to whoever verifies a signature', async () => {
    const found = await identity.accessKeys.forSigning(first.accessKey);
    expect(found).toMatchObject({ secretKey: first.secretKey, user: { id: first.user.id } });
    expect(found?.acceptsSecurityToken(undefined)).toBe(true);
    expect(found?.acceptsSecurityToken('any')).toBe(false);
  });

  test('of others are for administrators', async () => {
    const ann = await identity.accounts.addUser(first.user, { domainId: first.domain.id, name: 'ann', password: undefined, role: 'readonly', email: '', description: '' });
    const own = await identity.accessKeys.create(ann, ann.id, 'mine');
    await expect(identity.accessKeys.create(ann, first.user.id, '')).rejects.toMatchObject({ refusal: 'forbidden' });
    await expect(identity.accessKeys.show(ann, first.accessKey)).rejects.toMatchObject({ refusal: 'no-such-access-key' });
    await expect(identity.accessKeys.remove(ann, first.accessKey)).rejects.toMatchObject({ refusal: 'no-such-access-key' });
    expect(await identity.accessKeys.list(first.user, ann.id)).toMatchObject([{ id: own.key.id, description: 'mine' }]);
    await identity.accessKeys.remove(first.user, own.key.id);
    expect(await identity.accessKeys.forSigning(own.key.id)).toBeUndefined();
  });

  test('that are temporary want their token, and end', async () => {
    const made = await identity.accessKeys.createTemporary(first.user, hour);
    const found = await identity.accessKeys.forSigning(made.key.id);
    expect(found?.acceptsSecurityToken(made.securityToken)).toBe(true);
    expect(found?.acceptsSecurityToken(undefined)).toBe(false);
    expect(found?.acceptsSecurityToken(`${made.securityToken}x`)).toBe(false);
    expect(await identity.accessKeys.list(first.user, first.user.id)).toHaveLength(1);
    now += hour;
    expect(await identity.accessKeys.forSigning(made.key.id)).toBeUndefined();
  });
});
