/** Domains, projects and users. */
import { newAccessKey } from './access-keys.ts';
import { newId, newPassword, type RandomBytes } from './generate.ts';
import type { IdentityStore, SecretBox } from './identity-store.ts';
import { IdentityError, type Domain, type Project, type Role, type User } from './model.ts';
import { hashPassword } from './password.ts';

export interface NewUser {
  readonly domainId: string;
  readonly name: string;
  /** Undefined: a user who signs requests only. */
  readonly password: string | undefined;
  readonly role: Role;
  readonly email: string;
  readonly description: string;
}

/** What a first start makes; the only place where these secrets are ever shown. */
export interface FirstAccount {
  readonly domain: Domain;
  readonly project: Project;
  readonly user: User;
  readonly password: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

export interface FirstNames {
  readonly domain: string;
  readonly project: string;
  readonly user: string;
  /** Undefined: one is made. */
  readonly password: string | undefined;
}

export interface Accounts {
  /** Throws `already-initialised` when any domain is there. */
  initialise(names: FirstNames): Promise<FirstAccount>;
  /** Throws `forbidden`, `user-name-taken` or `weak-password`. */
  addUser(by: User, user: NewUser): Promise<User>;
  /** Throws `forbidden` or `project-name-taken`. */
  addProject(by: User, project: Omit<Project, 'id'>): Promise<Project>;
  /** Of the user's domain. */
  projects(by: User, name?: string): Promise<readonly Project[]>;
  /** Undefined also for a project of another domain. */
  project(by: User, id: string): Promise<Project | undefined>;
  domain(by: User): Promise<Domain>;
}

export interface AccountsDeps {
  readonly store: IdentityStore;
  readonly box: SecretBox;
  readonly random: RandomBytes;
  readonly now: () => number;
}

export function createAccounts(deps: AccountsDeps): Accounts {
  const { store, random, now } = deps;
  return {
    async initialise(names) {
      const createdAt = now();
      const domain: Domain = { id: newId(random), name: names.domain };
      const project: Project = { id: newId(random), domainId: domain.id, name: names.project, description: '' };
      const user: User = { id: newId(random), domainId: domain.id, name: names.user, role: 'admin', email: '', description: '', enabled: true, createdAt };
      const password = names.password ?? newPassword(random);
      if (!isStrong(password, user.name)) throw new IdentityError('weak-password');
      const { record, secretKey } = newAccessKey(deps, user.id, '', createdAt);
      if (!await store.bootstrap(domain, project, user, await hashPassword(password, random(16)), record)) throw new IdentityError('already-initialised');
      return { domain, project, user, password, accessKey: record.id, secretKey };
    },
    async addUser(by, { password, ...user }) {
      requireAdmin(by, user.domainId);
      if (password !== undefined && !isStrong(password, user.name)) throw new IdentityError('weak-password');
      const added: User = { ...user, id: newId(random), enabled: true, createdAt: now() };
      const hash = password === undefined ? '' : await hashPassword(password, random(16));
      if (!await store.addUser(added, hash)) throw new IdentityError('user-name-taken');
      return added;
    },
    async addProject(by, project) {
      requireAdmin(by, project.domainId);
      const added: Project = { ...project, id: newId(random) };
      if (!await store.addProject(added)) throw new IdentityError('project-name-taken');
      return added;
    },
    projects: (by, name) => store.projects(by.domainId, name),
    async project(by, id) {
      const project = await store.project(id);
      return project?.domainId === by.domainId ? project : undefined;
    },
    async domain(by) {
      const domain = await store.domain(by.domainId);
      if (domain === undefined) throw new IdentityError('no-such-domain');
      return domain;
    },
  };
}

function requireAdmin(by: User, domainId: string): void {
  if (by.role !== 'admin' || by.domainId !== domainId) throw new IdentityError('forbidden');
}

/** The default policy of the documents' IAM: 8 to 32 characters, two kinds of them, and not the name or its reverse. */
function isStrong(password: string, name: string): boolean {
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((kind) => kind.test(password)).length;
  const reversed = Array.from(name).reverse().join('');
  return password.length >= 8 && password.length <= 32 && kinds >= 2 && password !== name && password !== reversed;
}
