/**
 * An image service that has no images. `openstack volume create` looks one up in the catalogue whatever it is asked for,
 * and gives up where there is none.
 */
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { baseOf } from './request-facts.ts';

/** Needs no token. */
export const imageVersionRoute: FastifyPluginCallbackTypebox = (app, _options, done) => {
  app.get('/image', { schema: { tags: ['Images'], summary: 'List the versions of the image API', security: [] } }, (request, reply) => reply.code(300).send({
    versions: [{ id: 'v2.0', status: 'CURRENT', links: [{ rel: 'self', href: `${baseOf(request)}/image/v2/` }] }],
  }));
  done();
};

/** One image by its id is a path that nobody has. */
export const imageRoutes: FastifyPluginCallbackTypebox = (app, _options, done) => {
  app.get('/image/v2/images', { schema: { tags: ['Images'], summary: 'List images: none' } }, (_request, reply) => (
    reply.send({ images: [], first: '/v2/images', schema: '/v2/schemas/images' })
  ));
  done();
};
