import type { Insertable, Selectable } from 'kysely';
import type { AccessKeyRecord, TokenRecord } from '../../identity/identity-store.ts';
import type { Project, User } from '../../identity/model.ts';
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

export function tokenOf(row: Selectable<IdentityTables['identity_token']>): TokenRecord {
  return { userId: row.user_id, projectId: row.project_id ?? undefined, methods: row.methods, issuedAt: row.issued_at, expiresAt: row.expires_at };
}

export function tokenRow(hash: Uint8Array, token: TokenRecord): Insertable<IdentityTables['identity_token']> {
  return {
    hash: Buffer.from(hash), user_id: token.userId, project_id: token.projectId ?? null, methods: [...token.methods],
    issued_at: token.issuedAt, expires_at: token.expiresAt,
  };
}
