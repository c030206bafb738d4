/** Tokens: opaque to their bearers, kept as digests, valid until they expire, a restart notwithstanding. */
import { createHash } from 'node:crypto';
import { newToken, type RandomBytes } from './generate.ts';
import type { IdentityStore } from './identity-store.ts';
import { matchesPassword } from './password.ts';
import { IdentityError, type AuthMethod, type Domain, type Project, type Session, type User } from './model.ts';

/** A name is looked up in the domain it is given with, or else in the user's own. */
export type Scope =
  | { readonly kind: 'project'; readonly project: ById | (ByName & { readonly domain?: DomainRef }) }
  | { readonly kind: 'domain'; readonly domain: DomainRef }
  /** The user's own domain. */
  | { readonly kind: 'default' };

export interface ById { readonly id: string }
export interface ByName { readonly name: string }
export type DomainRef = ById | ByName;
export type UserRef = ById | (ByName & { readonly domain: DomainRef });

export interface Issued {
  readonly token: string;
  readonly session: Session;
}

export interface Tokens {
  /** Throws `wrong-credentials`, `no-such-domain` or `no-such-project`. */
  issueForPassword(user: UserRef, password: string, scope: Scope): Promise<Issued>;
  /** The new token ends no later than the old one. Throws as above. */
  issueForToken(token: string, scope: Scope): Promise<Issued>;
  /** Undefined when the token is unknown or over, or its user is gone or disabled. */
  resolve(token: string): Promise<Session | undefined>;
}

export interface TokensDeps {
  readonly store: IdentityStore;
  readonly random: RandomBytes;
  readonly now: () => number;
  readonly lifetimeMs: number;
}

/** A hash no password has: checking against it makes unknown users answer as slowly as wrong passwords. */
const nobody = 'scrypt$15$8$1$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';

export function createTokens({ store, random, now, lifetimeMs }: TokensDeps): Tokens {
  async function issue(user: User, scope: Scope, methods: readonly AuthMethod[], latest: number): Promise<Issued> {
    const { domain, project } = await findScope(store, user, scope);
    const issuedAt = now();
    const session: Session = { user, domain, project, methods, issuedAt, expiresAt: Math.min(issuedAt + lifetimeMs, latest) };
    const token = newToken(random);
    await store.removeExpired(issuedAt);
    await store.addToken(digest(token), { userId: user.id, projectId: project?.id, methods, issuedAt, expiresAt: session.expiresAt });
    return { token, session };
  }

  async function resolve(token: string): Promise<Session | undefined> {
    const session = await store.session(digest(token));
    return session !== undefined && session.expiresAt > now() && session.user.enabled ? session : undefined;
  }

  return {
    async issueForPassword(ref, password, scope) {
      const user = await findUser(store, ref);
      const hash = user === undefined ? undefined : await store.passwordHash(user.id);
      const matches = await matchesPassword(password, hash ?? nobody);
      if (user?.enabled !== true || !matches) throw new IdentityError('wrong-credentials');
      return issue(user, scope, ['password'], Number.POSITIVE_INFINITY);
    },
    async issueForToken(token, scope) {
      const session = await resolve(token);
      if (session === undefined) throw new IdentityError('wrong-credentials');
      return issue(session.user, scope, ['token'], session.expiresAt);
    },
    resolve,
  };
}

/** What is kept of a token: it has 384 random bits, so a plain digest is enough. */
export function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

async function findUser(store: IdentityStore, ref: UserRef): Promise<User | undefined> {
  if ('id' in ref) return store.user(ref.id);
  const domain = await findDomain(store, ref.domain);
  return domain === undefined ? undefined : store.userByName(domain.id, ref.name);
}

function findDomain(store: IdentityStore, ref: DomainRef): Promise<Domain | undefined> {
  return 'id' in ref ? store.domain(ref.id) : store.domainByName(ref.name);
}

/** A domain or project of somebody else is as good as none. */
async function findScope(store: IdentityStore, user: User, scope: Scope): Promise<{ readonly domain: Domain; readonly project: Project | undefined }> {
  const own = await store.domain(user.domainId);
  const ref = scope.kind === 'domain' ? scope.domain : scope.kind === 'project' && 'name' in scope.project ? scope.project.domain : undefined;
  const domain = ref === undefined ? own : await findDomain(store, ref);
  if (domain === undefined || domain.id !== user.domainId) throw new IdentityError('no-such-domain');
  if (scope.kind !== 'project') return { domain, project: undefined };
  const project = 'id' in scope.project ? await store.project(scope.project.id) : (await store.projects(domain.id, scope.project.name))[0];
  if (project?.domainId !== user.domainId) throw new IdentityError('no-such-project');
  return { domain, project };
}
