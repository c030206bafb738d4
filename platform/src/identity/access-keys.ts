/** AK/SK pairs. The secret is shown once, when it is made. */
import { timingSafeEqual } from 'node:crypto';
import { newAccessKeyId, newSecretKey, newToken, type RandomBytes } from './generate.ts';
import type { AccessKeyRecord, IdentityStore, SecretBox } from './identity-store.ts';
import { digest } from './tokens.ts';
import { IdentityError, type AccessKey, type SigningIdentity, type User } from './model.ts';

export interface NewAccessKey {
  readonly key: AccessKey;
  readonly secretKey: string;
}

export interface TemporaryAccessKey extends NewAccessKey {
  readonly securityToken: string;
  readonly expiresAt: number;
}

export interface AccessKeys {
  /** For oneself, or by an administrator for a user of the same domain. Throws `forbidden` or `no-such-user`. */
  create(by: User, userId: string, description: string): Promise<NewAccessKey>;
  createTemporary(by: User, lifetimeMs: number): Promise<TemporaryAccessKey>;
  /** Throws `forbidden` or `no-such-user`. */
  list(by: User, userId: string): Promise<readonly AccessKey[]>;
  /** Throws `no-such-access-key`, also for a key of another domain. */
  show(by: User, id: string): Promise<AccessKey>;
  remove(by: User, id: string): Promise<void>;
  /** Undefined when the key is unknown, inactive or over, or its user is gone or disabled. */
  forSigning(id: string): Promise<SigningIdentity | undefined>;
}

export interface AccessKeysDeps {
  readonly store: IdentityStore;
  readonly box: SecretBox;
  readonly random: RandomBytes;
  readonly now: () => number;
}

/** A pair that is not stored yet. */
export function newAccessKey({ box, random }: Pick<AccessKeysDeps, 'box' | 'random'>, userId: string, description: string, createdAt: number): { readonly record: AccessKeyRecord; readonly secretKey: string } {
  const id = newAccessKeyId(random);
  const secretKey = newSecretKey(random);
  const record = { id, userId, description, active: true, createdAt, expiresAt: undefined, sealedSecret: box.seal(secretKey, purposeOf(id)), securityTokenHash: undefined };
  return { record, secretKey };
}

export function createAccessKeys(deps: AccessKeysDeps): AccessKeys {
  const { store, box, random, now } = deps;

  /** A permanent key that `by` may see: its own, or as an administrator any of its domain. */
  async function find(by: User, id: string): Promise<AccessKeyRecord> {
    const key = await store.accessKey(id);
    const owner = key === undefined || key.expiresAt !== undefined ? undefined : await store.user(key.userId);
    if (key === undefined || owner === undefined || !mayManage(by, owner)) throw new IdentityError('no-such-access-key');
    return key;
  }

  return {
    async create(by, userId, description) {
      await ownerFor(store, by, userId);
      const { record, secretKey } = newAccessKey(deps, userId, description, now());
      await store.addAccessKey(record);
      return { key: record, secretKey };
    },
    async createTemporary(by, lifetimeMs) {
      const issuedAt = now();
      const securityToken = newToken(random);
      const { record, secretKey } = newAccessKey(deps, by.id, '', issuedAt);
      const expiresAt = issuedAt + lifetimeMs;
      await store.removeExpired(issuedAt);
      await store.addAccessKey({ ...record, expiresAt, securityTokenHash: digest(securityToken) });
      return { key: record, secretKey, securityToken, expiresAt };
    },
    async list(by, userId) {
      await ownerFor(store, by, userId);
      return store.accessKeysOf(userId);
    },
    show: find,
    async remove(by, id) {
      await find(by, id);
      await store.removeAccessKey(id);
    },
    async forSigning(id) {
      const found = await store.accessKeyAndOwner(id);
      if (found?.user.enabled !== true) return undefined;
      const { key, user } = found;
      if (!key.active || (key.expiresAt !== undefined && key.expiresAt <= now())) return undefined;
      return { user, secretKey: box.open(key.sealedSecret, purposeOf(id)), acceptsSecurityToken: (token) => isTokenOf(key, token) };
    },
  };
}

async function ownerFor(store: IdentityStore, by: User, userId: string): Promise<User> {
  if (by.id === userId) return by;
  if (by.role !== 'admin') throw new IdentityError('forbidden');
  const owner = await store.user(userId);
  if (owner === undefined || !mayManage(by, owner)) throw new IdentityError('no-such-user');
  return owner;
}

function mayManage(by: User, owner: User): boolean {
  return by.id === owner.id || (by.role === 'admin' && by.domainId === owner.domainId);
}

function isTokenOf({ securityTokenHash }: AccessKeyRecord, token: string | undefined): boolean {
  if (securityTokenHash === undefined || token === undefined) return securityTokenHash === undefined && token === undefined;
  const actual = digest(token);
  return actual.length === securityTokenHash.length && timingSafeEqual(actual, securityTokenHash);
}

function purposeOf(accessKeyId: string): string {
  return `access-key:${accessKeyId}`;
}
