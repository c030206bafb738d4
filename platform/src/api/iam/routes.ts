/** The IAM API: everything under /v3 and /v3.0, as the SDKs of the documents call it. */
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import { errorCodes } from 'fastify';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { authenticate, type AuthenticationDeps } from '../auth/authenticate.ts';
import { credentialRoutes } from './credential-routes.ts';
import { bodyOf, faultOf } from './errors.ts';
import { imageRoutes, imageVersionRoute } from './image-routes.ts';
import { projectRoutes } from './project-routes.ts';
import { catalogueRoute, tokenRoutes, tokenShowRoute } from './token-routes.ts';
import { userRoutes } from './user-routes.ts';
import { versionRoutes } from './version-routes.ts';

export function iamRoutes(deps: AuthenticationDeps): FastifyPluginAsync {
  return async (app) => {
    app.setValidatorCompiler(TypeBoxValidatorCompiler);
    takeEmptyBodies(app);
    app.setErrorHandler((error, request, reply) => {
      const fault = faultOf(error);
      if (fault.status >= 500) request.log.error({ err: error }, 'request failed');
      return reply.code(fault.status).send(bodyOf(fault, request.url));
    });
    await app.register(tokenRoutes(deps.tokens));
    await app.register(versionRoutes);
    await app.register(imageVersionRoute);
    await app.register(async (inside) => {
      inside.addHook('preParsing', authenticate(deps));
      await inside.register(tokenShowRoute(deps.tokens));
      await inside.register(catalogueRoute);
      await inside.register(projectRoutes(deps.accounts));
      await inside.register(userRoutes(deps.accounts));
      await inside.register(credentialRoutes(deps.accessKeys));
      await inside.register(imageRoutes);
    });
  };
}

/** The SDKs announce JSON with every request, also with a DELETE that has no body. */
function takeEmptyBodies(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length > 0) void parseJson(request, body.toString(), done);
    else if (request.method === 'DELETE') done(null, undefined);
    else done(new errorCodes.FST_ERR_CTP_EMPTY_JSON_BODY());
  });
}
