import type { FastifyRequest } from 'fastify';
import { AuthenticationError } from '../auth/authentication-error.ts';
import type { Caller } from '../auth/authenticate.ts';

/** Who called. Throws when the route stands outside the door of `api/auth`. */
export function callerOf({ caller }: FastifyRequest): Caller {
  if (caller === null) throw new AuthenticationError('missing');
  return caller;
}

/** Scheme and host by which the caller reached us, for links. */
export function baseOf(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}`;
}
