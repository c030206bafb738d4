/** Who may do what to which project. */
import type { FastifyRequest, preParsingAsyncHookHandler } from 'fastify';
import type { ProjectId } from '../../object-migration/task.ts';
import { mayWrite, type Principal } from '../principal.ts';
import { brokenRule, errorOfProblem, taskRules } from './errors.ts';

/** Runs before the body is read: the path's project is the caller's. For requests that change nothing, whatever their method. */
export const checkProject: preParsingAsyncHookHandler = async (request, _reply, payload) => {
  ownCaller(request);
  return payload;
};

/** As {@link checkProject}, and who changes something may. */
export const checkAccess: preParsingAsyncHookHandler = async (request, _reply, payload) => {
  const principal = ownCaller(request);
  if (request.method !== 'GET' && !mayWrite(principal)) throw brokenRule(taskRules.readOnly);
  return payload;
};

function ownCaller({ principal, params }: FastifyRequest): Principal {
  if (principal === null) throw errorOfProblem('unauthenticated');
  ownProject(principal, params);
  return principal;
}

/** The project of the path, proven to be the caller's. */
export function ownProject(principal: Principal | null, params: unknown): ProjectId {
  if (typeof params !== 'object' || params === null || !('project_id' in params)) throw brokenRule(taskRules.project, 'project_id');
  const project = params.project_id;
  if (!isOwn(principal, project)) throw brokenRule(taskRules.project, 'project_id');
  return project;
}

function isOwn(principal: Principal | null, project: unknown): project is ProjectId {
  return typeof project === 'string' && principal?.projectId === project;
}
