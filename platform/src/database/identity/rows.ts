import { sql } from 'kysely';
import type { Insertable, Selectable } from 'kysely';
import type { AccessKeyRecord, TokenRecord } from '../../identity/identity-store.ts';
import type { Project, Session, User } from '../../identity/model.ts';
import type { IdentityTables } from '../schema/identity.ts';

export function projectOf(row: Selectable<IdentityTables['identity_project']>): Project {
  return { id: row.id, domainId: row.domain_id, name: row.name, description: row.description };
}

export function projectRow({ id, domainId, name, description }: Project): Insertable<IdentityTables['identity_project']> {
  return { id, domain_id: domainId, name, description };
}

export function userOf(row: Selectable<IdentityTables['identity_user']>): User {
  const { id, name, role, email, description, enabled } = row;
  return { id, domainId: row.domain_id, name, role, email, description, enabled, createdAt: row.created_at };
}

export function userRow({ id, domainId, name, role, email, description, enabled, createdAt }: User, passwordHash: string): Insertable<IdentityTables['identity_user']> {
  return { id, domain_id: domainId, name, role, email, description, enabled, password_hash: passwordHash, created_at: createdAt };
}

export function accessKeyOf(row: Selectable<IdentityTables['identity_access_key']>): AccessKeyRecord {
  return {
    id: row.id, userId: row.user_id, description: row.description, active: row.active, createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined, sealedSecret: row.sealed_secret, securityTokenHash: row.security_token_hash ?? undefined,
  };
}

export function accessKeyRow(key: AccessKeyRecord): Insertable<IdentityTables['identity_access_key']> {
  return {
    id: key.id, user_id: key.userId, description: key.description, active: key.active, created_at: key.createdAt,
    expires_at: key.expiresAt ?? null, sealed_secret: Buffer.from(key.sealedSecret),
    security_token_hash: key.securityTokenHash === undefined ? null : Buffer.from(key.securityTokenHash),
  };
}

/** Of a user who is joined as `u` to what is theirs. */
export const ownerColumns = sql.raw(`
  u.id as owner_id, u.domain_id as owner_domain, u.name as owner_name, u.role as owner_role, u.email as owner_email, u.description as owner_description,
  u.enabled as owner_enabled, u.created_at as owner_created
`);

export interface OwnerRow {
  readonly owner_id: string;
  readonly owner_domain: string;
  readonly owner_name: string;
  readonly owner_role: User['role'];
  readonly owner_email: string;
  readonly owner_description: string;
  readonly owner_enabled: boolean;
  readonly owner_created: number;
}

export function ownerOf(row: OwnerRow): User {
  return {
    id: row.owner_id, domainId: row.owner_domain, name: row.owner_name, role: row.owner_role, email: row.owner_email, description: row.owner_description,
    enabled: row.owner_enabled, createdAt: row.owner_created,
  };
}

export interface SessionRow extends OwnerRow, Pick<Selectable<IdentityTables['identity_token']>, 'methods' | 'issued_at' | 'expires_at'> {
  readonly domain_name: string;
  readonly project_id: string | null;
  readonly project_domain: string | null;
  readonly project_name: string | null;
  readonly project_description: string | null;
}

export function sessionOf(row: SessionRow): Session {
  const { methods, issued_at: issuedAt, expires_at: expiresAt } = row;
  return { user: ownerOf(row), domain: { id: row.owner_domain, name: row.domain_name }, project: sessionProject(row), methods, issuedAt, expiresAt };
}

function sessionProject({ project_id: id, project_domain: domainId, project_name: name, project_description: description }: SessionRow): Project | undefined {
  return id === null || domainId === null || name === null || description === null ? undefined : { id, domainId, name, description };
}

export function tokenRow(hash: Uint8Array, token: TokenRecord): Insertable<IdentityTables['identity_token']> {
  return {
    hash: Buffer.from(hash), user_id: token.userId, project_id: token.projectId ?? null, methods: [...token.methods],
    issued_at: token.issuedAt, expires_at: token.expiresAt,
  };
}
