/** Who may do what to which project, for the APIs whose paths name one as `project_id`. */
import type { FastifyRequest, preParsingAsyncHookHandler } from 'fastify';
import { mayWrite, type Principal } from './principal.ts';

/** How the API says no. */
export interface AccessErrors {
  readonly unauthenticated: () => Error;
  readonly otherProject: () => Error;
  readonly readOnly: () => Error;
}

type Asking = Pick<FastifyRequest, 'principal' | 'params'>;

export interface ProjectAccess<Project extends string> {
  /** Runs before the body is read: the path's project is the caller's. For requests that change nothing, whatever their method. */
  readonly checkProject: preParsingAsyncHookHandler;
  /** As {@link checkProject}, and who changes something may. */
  readonly checkAccess: preParsingAsyncHookHandler;
  /** The project of the path, proven to be the caller's. */
  readonly ownProject: (request: Asking) => Project;
  /** The project of the path, and who acts for it. */
  readonly ownerOf: (request: Asking) => { readonly project: Project; readonly userId: string };
}

/** @typeParam Project what a caller's project is called in the domain */
export function projectAccess<Project extends string>(errors: AccessErrors): ProjectAccess<Project> {
  const isOwn = ({ projectId }: Principal, project: unknown): project is Project => typeof project === 'string' && projectId === project;
  const callerOf = ({ principal, params }: Asking): { readonly project: Project; readonly principal: Principal } => {
    if (principal === null) throw errors.unauthenticated();
    const project = typeof params === 'object' && params !== null && 'project_id' in params ? params.project_id : undefined;
    if (!isOwn(principal, project)) throw errors.otherProject();
    return { project, principal };
  };
  return {
    checkProject: async (request, _reply, payload) => {
      callerOf(request);
      return payload;
    },
    checkAccess: async (request, _reply, payload) => {
      const { principal } = callerOf(request);
      if (request.method !== 'GET' && !mayWrite(principal)) throw errors.readOnly();
      return payload;
    },
    ownProject: (request) => callerOf(request).project,
    ownerOf: (request) => {
      const { project, principal: { userId } } = callerOf(request);
      return { project, userId };
    },
  };
}
