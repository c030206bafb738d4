/**
 * Routes of the shared address for those who show no credentials: they come to discover what there is, while the same
 * path may be an API's for those who do. Such a route has `constraints: forStrangers`.
 */
import type { FastifyInstance } from 'fastify';

type Strategy = Parameters<FastifyInstance['addConstraintStrategy']>[0];
type Handler = Parameters<ReturnType<Strategy['storage']>['set']>[1];

export const forStrangers = { caller: 'stranger' } as const;

/** First labels of the host names that are one service's each, with all routes. */
const ownHost = /^(?:iam|oms|sms|evs|volume)\./;

/** For Fastify, which sends a request with credentials, or to a service's own host, past such routes. */
export const strangerStrategy: Strategy = {
  name: 'caller',
  storage() {
    const handlers = new Map<unknown, Handler>();
    return { get: (value) => handlers.get(value) ?? null, set: (value, handler) => void handlers.set(value, handler) };
  },
  deriveConstraint({ headers }) {
    const stranger = headers['x-auth-token'] === undefined && headers.authorization === undefined && !ownHost.test(headers.host ?? '');
    return stranger ? forStrangers.caller : undefined;
  },
};
