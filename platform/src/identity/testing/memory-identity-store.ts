import type { AccessKeyRecord, IdentityStore, SecretBox, TokenRecord } from '../identity-store.ts';
import type { Domain, Project, User } from '../model.ts';

/** Identity in memory, for tests of what stands on the port. */
export function createMemoryIdentityStore(): IdentityStore {
  const domains = new Map<string, Domain>();
  const projects = new Map<string, Project>();
  const users = new Map<string, { readonly user: User; readonly passwordHash: string }>();
  const keys = new Map<string, AccessKeyRecord>();
  const tokens = new Map<string, TokenRecord>();
  const hex = (hash: Uint8Array): string => Buffer.from(hash).toString('hex');
  const named = <T extends { readonly name: string }>(all: Iterable<T>, name: string): T | undefined => [...all].find((each) => each.name === name);
  const projectsOf = (domainId: string): readonly Project[] => [...projects.values()].filter((project) => project.domainId === domainId);
  const usersOf = (domainId: string): readonly User[] => [...users.values()].map(({ user }) => user).filter((user) => user.domainId === domainId);

  return {
    bootstrap(domain, project, user, passwordHash, key) {
      if (domains.size > 0) return Promise.resolve(false);
      domains.set(domain.id, domain);
      projects.set(project.id, project);
      users.set(user.id, { user, passwordHash });
      keys.set(key.id, key);
      return Promise.resolve(true);
    },
    domain: (id) => Promise.resolve(domains.get(id)),
    domainByName: (name) => Promise.resolve(named(domains.values(), name)),
    project: (id) => Promise.resolve(projects.get(id)),
    projects: (domainId, name) => Promise.resolve(projectsOf(domainId).filter((project) => name === undefined || project.name === name).sort((a, b) => (a.name < b.name ? -1 : 1))),
    addProject(project) {
      if (named(projectsOf(project.domainId), project.name) !== undefined) return Promise.resolve(false);
      projects.set(project.id, project);
      return Promise.resolve(true);
    },
    user: (id) => Promise.resolve(users.get(id)?.user),
    userByName: (domainId, name) => Promise.resolve(named(usersOf(domainId), name)),
    passwordHash: (userId) => Promise.resolve(users.get(userId)?.passwordHash),
    addUser(user, passwordHash) {
      if (named(usersOf(user.domainId), user.name) !== undefined) return Promise.resolve(false);
      users.set(user.id, { user, passwordHash });
      return Promise.resolve(true);
    },
    addToken(hash, token) {
      tokens.set(hex(hash), token);
      return Promise.resolve();
    },
    session(hash) {
      const token = tokens.get(hex(hash));
      const user = token === undefined ? undefined : users.get(token.userId)?.user;
      const domain = user === undefined ? undefined : domains.get(user.domainId);
      if (token === undefined || user === undefined || domain === undefined) return Promise.resolve(undefined);
      const { projectId, methods, issuedAt, expiresAt } = token;
      const project = projectId === undefined ? undefined : projects.get(projectId);
      return Promise.resolve(projectId !== undefined && project === undefined ? undefined : { user, domain, project, methods, issuedAt, expiresAt });
    },
    addAccessKey(key) {
      keys.set(key.id, key);
      return Promise.resolve();
    },
    accessKey: (id) => Promise.resolve(keys.get(id)),
    accessKeyAndOwner(id) {
      const key = keys.get(id);
      const user = key === undefined ? undefined : users.get(key.userId)?.user;
      return Promise.resolve(key === undefined || user === undefined ? undefined : { key, user });
    },
    accessKeysOf: (userId) => Promise.resolve([...keys.values()].filter((key) => key.userId === userId && key.expiresAt === undefined)),
    removeAccessKey: (id) => Promise.resolve(keys.delete(id)),
    removeExpired(now) {
      for (const [hash, token] of tokens) if (token.expiresAt <= now) tokens.delete(hash);
      for (const [id, key] of keys) if (key.expiresAt !== undefined && key.expiresAt <= now) keys.delete(id);
      return Promise.resolve();
    },
  };
}

/** Seals nothing, but refuses another purpose as a real one does. */
export const openBox: SecretBox = {
  seal: (plain, purpose) => Buffer.from(JSON.stringify({ plain, purpose })),
  open(sealed, purpose) {
    const opened: unknown = JSON.parse(Buffer.from(sealed).toString());
    if (typeof opened !== 'object' || opened === null || !('plain' in opened) || !('purpose' in opened) || opened.purpose !== purpose || typeof opened.plain !== 'string') throw new Error('wrong purpose');
    return opened.plain;
  },
};
