/** Who asks, and who may change something. SMS is a global service: the tenant is a domain, whatever the project. */
import type { FastifyRequest, preParsingAsyncHookHandler } from 'fastify';
import type { DomainId, Tenant } from '../../server-migration/server.ts';
import { mayWrite, type Principal } from '../principal.ts';
import { ofProblem, SmsError } from './errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A question, whatever its method. */
    readonly changesNothing?: boolean;
  }
}

/** Runs before the body is read: who only looks changes nothing. */
export const checkAccess: preParsingAsyncHookHandler = async (request, _reply, payload) => {
  const principal = callerOf(request);
  const changes = request.method !== 'GET' && request.routeOptions.config.changesNothing !== true;
  if (changes && !mayWrite(principal)) throw forbidden(request, principal);
  return payload;
};

/** The domain of the token or the signature: of its project, its X-Domain-Id, or its user. */
export function tenantOf(request: Pick<FastifyRequest, 'principal'>): Tenant {
  const { domainId, userId } = callerOf(request);
  if (!isDomain(domainId)) throw ofProblem('unauthenticated');
  return { domain: domainId, userId };
}

/** As {@link tenantOf}, for what only the agent and who runs it should read: keys and passwords, and orders, whose asking shows that it lives. */
export function agentTenantOf(request: FastifyRequest): Tenant {
  const principal = callerOf(request);
  if (!mayWrite(principal)) throw forbidden(request, principal);
  return tenantOf(request);
}

function callerOf({ principal }: Pick<FastifyRequest, 'principal'>): Principal {
  if (principal === null) throw ofProblem('unauthenticated');
  return principal;
}

function isDomain(id: string): id is DomainId {
  return id !== '';
}

/** In the words of the 403 that the documents show. */
function forbidden(request: FastifyRequest, { userId, domainId }: Principal): SmsError {
  const [resource = ''] = request.url.split('?', 1);
  const action = request.routeOptions.schema?.operationId ?? request.method;
  const sentence = `You do not have permission to perform action ${action} on resource ${resource}.`;
  return new SmsError('SMS.9004', { detail: sentence, about: sentence, authorization: { allowed: false, action, resource, user: userId, domain: domainId } });
}
