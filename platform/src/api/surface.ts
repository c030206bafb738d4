import type { FastifyPluginAsync } from 'fastify';
import type { HttpProblem } from './http-problem.ts';

/** One API as the server sees it: routes with their own error handler, and words for what reaches no route. */
export interface ApiSurface {
  readonly name: string;
  readonly routes: FastifyPluginAsync;
  /** Whether a path that has no route looks like one of this API's. @param host the Host header; @param path without query */
  claims(host: string, path: string): boolean;
  /** The answer, in this API's error shape, to a request that has no route. @param path without query */
  answer(problem: HttpProblem, path: string): { readonly status: number; readonly body: object };
}
