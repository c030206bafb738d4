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
    async bootstrap(domain, project, user, passwordHash, key) {
      if (domains.size > 0) return false;
      domains.set(domain.id, domain);
      projects.set(project.id, project);
      users.set(user.id, { user, passwordHash });
      keys.set(key.id, key);
      return true;
    },
    domain: async (id) => domains.get(id),
    domainByName: async (name) => named(domains.values(), name),
    project: async (id) => projects.get(id),
    projects: async (domainId, name) => projectsOf(domainId).filter((project) => name === undefined || project.name === name).sort((a, b) => (a.name < b.name ? -1 : 1)),
    async addProject(project) {
      if (named(projectsOf(project.domainId), project.name) !== undefined) return false;
      projects.set(project.id, project);
      return true;
    },
    user: async (id) => users.get(id)?.user,
    userByName: async (domainId, name) => named(usersOf(domainId), name),
    passwordHash: async (userId) => users.get(userId)?.passwordHash,
    async addUser(user, passwordHash) {
      if (named(usersOf(user.domainId), user.name) !== undefined) return false;
      users.set(user.id, { user, passwordHash });
      return true;
    },
    async addToken(hash, token) { tokens.set(hex(hash), token); },
    token: async (hash) => tokens.get(hex(hash)),
    async addAccessKey(key) { keys.set(key.id, key); },
    accessKey: async (id) => keys.get(id),
    accessKeysOf: async (userId) => [...keys.values()].filter((key) => key.userId === userId && key.expiresAt === undefined),
    removeAccessKey: async (id) => keys.delete(id),
    async removeExpired(now) {
      for (const [hash, token] of tokens) if (token.expiresAt <= now) tokens.delete(hash);
      for (const [id, key] of keys) if (key.expiresAt !== undefined && key.expiresAt <= now) keys.delete(id);
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
