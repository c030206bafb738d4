import type { AccessKey, AuthMethod, Domain, Project, Session, User } from './model.ts';

export interface TokenRecord {
  readonly userId: string;
  readonly projectId: string | undefined;
  readonly methods: readonly AuthMethod[];
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export interface AccessKeyRecord extends AccessKey {
  /** Sealed: the signature needs the secret itself, a digest would not do. */
  readonly sealedSecret: Uint8Array;
  /** SHA-256 of the security token of a temporary key. */
  readonly securityTokenHash: Uint8Array | undefined;
}

/** The durable side of identity. Lookups answer undefined when nothing is there; names are compared exactly. */
export interface IdentityStore {
  /** One transaction. False, and nothing written, when any domain is there already. */
  bootstrap(domain: Domain, project: Project, user: User, passwordHash: string, key: AccessKeyRecord): Promise<boolean>;

  domain(id: string): Promise<Domain | undefined>;
  domainByName(name: string): Promise<Domain | undefined>;

  project(id: string): Promise<Project | undefined>;
  /** In the order of their names; only the one of that name when `name` is given. */
  projects(domainId: string, name?: string): Promise<readonly Project[]>;
  /** False when the name is taken. */
  addProject(project: Project): Promise<boolean>;

  user(id: string): Promise<User | undefined>;
  userByName(domainId: string, name: string): Promise<User | undefined>;
  passwordHash(userId: string): Promise<string | undefined>;
  /** False when the name is taken. */
  addUser(user: User, passwordHash: string): Promise<boolean>;

  addToken(hash: Uint8Array, token: TokenRecord): Promise<void>;
  /** What a token stands for, whether or not it has ended. Undefined also when its user or its project is gone. Every request asks for it. */
  session(hash: Uint8Array): Promise<Session | undefined>;

  addAccessKey(key: AccessKeyRecord): Promise<void>;
  accessKey(id: string): Promise<AccessKeyRecord | undefined>;
  /** A key with its user. Every signed request asks for it. */
  accessKeyAndOwner(id: string): Promise<{ readonly key: AccessKeyRecord; readonly user: User } | undefined>;
  /** Permanent ones, oldest first. */
  accessKeysOf(userId: string): Promise<readonly AccessKey[]>;
  /** False when it is not there. */
  removeAccessKey(id: string): Promise<boolean>;

  /** Drops tokens and temporary keys that ended before `now`. */
  removeExpired(now: number): Promise<void>;
}

/** Seals short secrets at rest. `purpose` is bound to the sealed value: opening with another one fails. */
export interface SecretBox {
  seal(plain: string, purpose: string): Uint8Array;
  open(sealed: Uint8Array, purpose: string): string;
}
