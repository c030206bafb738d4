/** Who may do what to which project. */
import type { FastifyRequest, preParsingAsyncHookHandler } from 'fastify';
import type { VolumeOwner, VolumeProjectId } from '../../volumes/volume.ts';
import { AuthenticationError } from '../auth/authentication-error.ts';
import { mayWrite, type Principal } from '../principal.ts';
import { RequestFault } from './faults.ts';

/** Runs before the body is read: the path's project is the caller's. For requests that change nothing, whatever their method. */
export const checkProject: preParsingAsyncHookHandler = async (request, _reply, payload) => {
  ownCaller(request);
  return payload;
};

/** As {@link checkProject}, and who changes something may. */
export const checkAccess: preParsingAsyncHookHandler = async (request, _reply, payload) => {
  const principal = ownCaller(request);
  if (request.method !== 'GET' && !mayWrite(principal)) throw new RequestFault({ kind: 'read-only' });
  return payload;
};

/** The project of the path, proven to be the caller's. */
export function ownProject(request: Pick<FastifyRequest, 'principal' | 'params'>): VolumeProjectId {
  return ownerOf(request).project;
}

/** The project of the path, and who acts for it. */
export function ownerOf({ principal, params }: Pick<FastifyRequest, 'principal' | 'params'>): VolumeOwner {
  if (principal === null) throw new AuthenticationError('missing');
  const project = typeof params === 'object' && params !== null && 'project_id' in params ? params.project_id : undefined;
  if (!isOwn(principal, project)) throw new RequestFault({ kind: 'http', problem: 'wrong-scope' });
  return { project, userId: principal.userId };
}

function ownCaller(request: FastifyRequest): Principal {
  ownerOf(request);
  if (request.principal === null) throw new AuthenticationError('missing');
  return request.principal;
}

function isOwn({ projectId }: Principal, project: unknown): project is VolumeProjectId {
  return typeof project === 'string' && projectId === project;
}
