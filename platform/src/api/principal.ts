import type {} from 'fastify';

/** `readonly` may look at everything of its project and change nothing. */
export type Role = 'admin' | 'readonly';

/** Who sent a request, as its token or its signature proved. */
export interface Principal {
  /** The project the token or the signature is scoped to; undefined when it is scoped to a domain, so that it matches no path's project. */
  readonly projectId: string | undefined;
  readonly domainId: string;
  readonly userId: string;
  readonly roles: readonly Role[];
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the hook of `api/auth`; null on routes that need no token. */
    principal: Principal | null;
  }
}

/** A principal without the role `admin` may only read. */
export function mayWrite(principal: Principal): boolean {
  return principal.roles.includes('admin');
}
