/** The one door of every API: a token or a signature becomes `request.principal`. */
import type { FastifyRequest, preParsingAsyncHookHandler } from 'fastify';
import type { AccessKeys } from '../../identity/access-keys.ts';
import type { Accounts } from '../../identity/accounts.ts';
import type { Project, User } from '../../identity/model.ts';
import type { Tokens } from '../../identity/tokens.ts';
import type { Principal } from '../principal.ts';
import { AuthenticationError } from './authentication-error.ts';
import { readBody, replayBody } from './signed-body.ts';
import { readClaim, verifySignature, type HeaderLookup, type SignatureClaim } from './sdk-hmac-sha256.ts';

/** Who calls, in full; the IAM routes need more than a principal. */
export interface Caller {
  readonly user: User;
  readonly project: Project | undefined;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set together with `principal`. */
    caller: Caller | null;
  }
}

export interface AuthenticationDeps {
  readonly tokens: Tokens;
  readonly accessKeys: AccessKeys;
  readonly accounts: Accounts;
  readonly now: () => number;
}

/**
 * A hook that throws {@link AuthenticationError}, or sets `principal` and `caller`. It is a preParsing hook because a
 * signature covers the body's bytes; it reads them only for a known key and a plausible time.
 */
export function authenticate(deps: AuthenticationDeps): preParsingAsyncHookHandler {
  return async (request, _reply, payload) => {
    const header = headersOf(request);
    const token = header('x-auth-token');
    if (token !== undefined) {
      admit(request, await callerOfToken(deps, token));
      return payload;
    }
    const claim = readClaim(header, deps.now());
    if (claim === undefined) throw new AuthenticationError('missing');
    const { caller, body } = await callerOfSignature(deps, claim, request, payload);
    admit(request, caller);
    return replayBody(body);
  };
}

function admit(request: FastifyRequest, caller: Caller): void {
  request.caller = caller;
  request.principal = principalOf(caller);
}

function principalOf({ user, project }: Caller): Principal {
  return { projectId: project?.id, domainId: user.domainId, userId: user.id, roles: [user.role] };
}

async function callerOfToken({ tokens }: AuthenticationDeps, token: string): Promise<Caller> {
  const session = await tokens.resolve(token);
  if (session === undefined) throw new AuthenticationError('bad-token');
  return session;
}

async function callerOfSignature(
  deps: AuthenticationDeps, claim: SignatureClaim, request: FastifyRequest, payload: AsyncIterable<unknown>,
): Promise<{ readonly caller: Caller; readonly body: Buffer }> {
  const header = headersOf(request);
  const identity = await deps.accessKeys.forSigning(claim.accessKey);
  if (identity === undefined) throw new AuthenticationError('unknown-access-key');
  const body = await readBody(payload, header('content-length'));
  verifySignature(claim, { method: request.method, target: request.raw.url ?? request.url, header, body }, identity.secretKey);
  if (!identity.acceptsSecurityToken(header('x-security-token'))) throw new AuthenticationError('bad-security-token');
  return { caller: { user: identity.user, project: await projectOf(deps, identity.user, request) }, body };
}

/** The project of a signed request is the one it names in X-Project-Id, or else in its path, if it is the caller's. */
async function projectOf({ accounts }: AuthenticationDeps, user: User, request: FastifyRequest): Promise<Project | undefined> {
  const header = headersOf(request);
  const domainId = header('x-domain-id');
  if (domainId !== undefined && domainId !== user.domainId) throw new AuthenticationError('wrong-scope');
  const named = header('x-project-id');
  if (named === undefined) {
    const inPath = pathProject(request);
    return inPath === undefined ? undefined : accounts.project(user, inPath);
  }
  const project = await accounts.project(user, named);
  if (project === undefined) throw new AuthenticationError('wrong-scope');
  return project;
}

function pathProject({ params }: FastifyRequest): string | undefined {
  if (typeof params !== 'object' || params === null || !('project_id' in params)) return undefined;
  const id = params.project_id;
  // No project has a NUL in its id, and PostgreSQL would not be asked for one.
  return typeof id === 'string' && !id.includes('\0') ? id : undefined;
}

function headersOf({ headers }: FastifyRequest): HeaderLookup {
  return (name) => {
    const value = headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };
}
