import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { forStrangers } from '../stranger.ts';
import { baseOf } from './request-facts.ts';

/** Hosts whose first label says that they are the IAM's. */
export const iamHost = /^iam\./;

/** Version discovery as in Keystone: it needs no token. On the shared address `GET /` is ours when the caller shows none. */
export const versionRoutes: FastifyPluginCallbackTypebox = (app, _options, done) => {
  for (const constraints of [{ host: iamHost }, forStrangers]) {
    app.get('/', { constraints, schema: { hide: true } }, (request, reply) => reply.code(300).send({ versions: { values: [version(baseOf(request))] } }));
  }
  app.get('/v3', { schema: { tags: ['IAM'], summary: 'Show the version of the identity API', security: [] } }, (request, reply) => reply.send({ version: version(baseOf(request)) }));
  done();
};

function version(base: string): object {
  return {
    'id': 'v3.6',
    'status': 'stable',
    'updated': '2016-04-04T00:00:00Z',
    'links': [{ rel: 'self', href: `${base}/v3/` }],
    'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
  };
}
