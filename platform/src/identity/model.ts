/** Who may do what: accounts, their projects, their users, and what a user proves itself with. Times are milliseconds since the epoch. */

/** `readonly` may look at everything of its domain and change nothing. A role holds for all projects of the domain. */
export type Role = 'admin' | 'readonly';

/** An account of the documents. */
export interface Domain {
  readonly id: string;
  readonly name: string;
}

export interface Project {
  readonly id: string;
  readonly domainId: string;
  /** Unique in its domain; the SDKs look a project up by the region's name. */
  readonly name: string;
  readonly description: string;
}

export interface User {
  readonly id: string;
  readonly domainId: string;
  /** Unique in its domain. */
  readonly name: string;
  readonly role: Role;
  readonly email: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly createdAt: number;
}

export interface AccessKey {
  /** The AK. */
  readonly id: string;
  readonly userId: string;
  readonly description: string;
  readonly active: boolean;
  readonly createdAt: number;
  /** Undefined: permanent. */
  readonly expiresAt: number | undefined;
}

export type AuthMethod = 'password' | 'token';

/** What a token stands for. */
export interface Session {
  readonly user: User;
  readonly domain: Domain;
  /** Undefined: scoped to the domain. */
  readonly project: Project | undefined;
  readonly methods: readonly AuthMethod[];
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** A key that signs requests, with its secret in the clear: for one verification, never kept. */
export interface SigningIdentity {
  readonly user: User;
  readonly secretKey: string;
  /** Whether this is the security token that belongs to a temporary key; a permanent key wants none. */
  acceptsSecurityToken(token: string | undefined): boolean;
}

export type IdentityRefusal =
  /** Unknown user, wrong password, disabled user, unknown or expired token: which of them is not told. */
  | 'wrong-credentials'
  | 'no-such-domain'
  | 'no-such-project'
  | 'no-such-user'
  | 'no-such-access-key'
  | 'user-name-taken'
  | 'project-name-taken'
  | 'weak-password'
  | 'forbidden'
  /** A domain is there already. */
  | 'already-initialised';

export class IdentityError extends Error {
  override readonly name = 'IdentityError';
  readonly refusal: IdentityRefusal;
  constructor(refusal: IdentityRefusal) {
    super(refusal);
    this.refusal = refusal;
  }
}
