/** How identities look on the wire. */
import type { CatalogueEntry } from '@haulier/wire/iam/catalogue.ts';
import type { CredentialAnswer } from '@haulier/wire/iam/credentials.ts';
import type { ProjectAnswer } from '@haulier/wire/iam/projects.ts';
import type { TokenAnswer } from '@haulier/wire/iam/tokens.ts';
import type { UserAnswer } from '@haulier/wire/iam/users.ts';
import type { AccessKey, Project, Role, Session, User } from '../../identity/model.ts';

/** UTC with six decimals. */
export function wireTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000Z');
}

/** The documents' names of the roles whose permissions come closest. */
const roleNames: Readonly<Record<Role, readonly string[]>> = { admin: ['te_admin', 'secu_admin'], readonly: ['readonly'] };

export function tokenAnswer({ user, domain, project, methods, issuedAt, expiresAt }: Session, catalog: CatalogueEntry[]): TokenAnswer {
  const { id, name } = domain;
  return {
    token: {
      catalog,
      ...(project === undefined ? { domain: { id, name } } : { project: { id: project.id, name: project.name, domain: { id, name } } }),
      expires_at: wireTime(expiresAt),
      issued_at: wireTime(issuedAt),
      methods: [...methods],
      roles: roleNames[user.role].map((role) => ({ id: '0', name: role })),
      user: { id: user.id, name: user.name, domain: { id, name }, password_expires_at: '' },
    },
  };
}

/** @param base scheme and host by which the caller reached us */
export function projectAnswer({ id, name, domainId, description }: Project, base: string): ProjectAnswer {
  return { id, name, domain_id: domainId, parent_id: domainId, description, is_domain: false, enabled: true, links: { self: `${base}/v3/projects/${id}` } };
}

export function listLinks(base: string, target: string): { self: string; previous: null; next: null } {
  return { self: base + target, previous: null, next: null };
}

export function userAnswer(user: User): UserAnswer {
  return {
    user: {
      id: user.id, name: user.name, description: user.description, areacode: '', phone: '', email: user.email,
      status: null, enabled: user.enabled, pwd_status: false, access_mode: 'default', is_domain_owner: false,
      xuser_id: '', xuser_type: '', password_expires_at: null,
      create_time: wireTime(user.createdAt).slice(0, -1),
      domain_id: user.domainId, xdomain_id: '', xdomain_type: '', default_project_id: null,
    },
  };
}

export function credentialAnswer(key: AccessKey): CredentialAnswer {
  return { access: key.id, user_id: key.userId, description: key.description, status: key.active ? 'active' : 'inactive', create_time: wireTime(key.createdAt) };
}
