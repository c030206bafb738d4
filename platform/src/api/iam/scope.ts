/** From the wire's references, where id and name are both optional, to ones that name something. */
import type { Reference, ScopeRequest, TokenRequest } from '@haulier/wire/iam/tokens.ts';
import type { DomainRef, Scope, UserRef } from '../../identity/tokens.ts';
import { InvalidRequestError } from './errors.ts';

export function readScope(scope: ScopeRequest | undefined): Scope {
  if (scope?.project !== undefined) {
    const { id, name, domain } = scope.project;
    if (id !== undefined) return { kind: 'project', project: { id } };
    if (name === undefined) throw new InvalidRequestError("'auth.scope.project' needs an id or a name.");
    return { kind: 'project', project: { name, ...(domain === undefined ? {} : { domain: reference(domain, 'auth.scope.project.domain') }) } };
  }
  return scope?.domain === undefined ? { kind: 'default' } : { kind: 'domain', domain: reference(scope.domain, 'auth.scope.domain') };
}

type WireUser = NonNullable<TokenRequest['auth']['identity']['password']>['user'];

export function readUser({ id, name, domain }: WireUser): UserRef {
  if (id !== undefined) return { id };
  if (name === undefined) throw new InvalidRequestError("'auth.identity.password.user' needs an id or a name.");
  if (domain === undefined) throw new InvalidRequestError("'auth.identity.password.user.domain' is a required property beside a name.");
  return { name, domain: reference(domain, 'auth.identity.password.user.domain') };
}

function reference({ id, name }: Reference, place: string): DomainRef {
  if (id !== undefined) return { id };
  if (name === undefined) throw new InvalidRequestError(`'${place}' needs an id or a name.`);
  return { name };
}
