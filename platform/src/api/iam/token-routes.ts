import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { CatalogueAnswer } from '@haulier/wire/iam/catalogue.ts';
import { TokenAnswer, TokenQuery, TokenRequest } from '@haulier/wire/iam/tokens.ts';
import type { FastifyRequest } from 'fastify';
import { IdentityError, type Session } from '../../identity/model.ts';
import type { Issued, Tokens } from '../../identity/tokens.ts';
import { AuthenticationError } from '../auth/authentication-error.ts';
import { InvalidRequestError } from './errors.ts';
import { serviceCatalogue } from './catalogue.ts';
import { baseOf, callerOf } from './request-facts.ts';
import { readScope, readUser } from './scope.ts';
import { listLinks, tokenAnswer } from './wire-forms.ts';

/** Sign-ins one address may try in a minute: a password costs the server some 60 ms of one core. */
const signInsPerMinute = 120;

/** POST needs no token: it makes one. */
export function tokenRoutes(tokens: Tokens): FastifyPluginCallbackTypebox {
  return (app, _options, done) => {
    app.post('/v3/auth/tokens', {
      schema: { tags: ['IAM'], summary: 'Obtain a token', security: [], querystring: TokenQuery, body: TokenRequest, response: { 201: TokenAnswer } },
      config: { rateLimit: { max: signInsPerMinute, timeWindow: 60_000 } },
    }, async (request, reply) => {
      const { token, session } = await issue(tokens, request.body.auth);
      return reply.code(201).header('x-subject-token', token).send(answerTo(request, session));
    });
    done();
  };
}

/** Shows what a token stands for: the one in X-Subject-Token, which may be one's own only. */
export function tokenShowRoute(tokens: Tokens): FastifyPluginCallbackTypebox {
  return (app, _options, done) => {
    app.get('/v3/auth/tokens', { schema: { tags: ['IAM'], summary: 'Show a token', querystring: TokenQuery, response: { 200: TokenAnswer } } }, async (request, reply) => {
      const subject = request.headers['x-subject-token'];
      if (typeof subject !== 'string') throw new InvalidRequestError('X-Subject-Token is a required header.');
      const session = await tokens.resolve(subject);
      if (session === undefined) throw new AuthenticationError('bad-token');
      if (session.user.domainId !== request.principal?.domainId) throw new IdentityError('forbidden');
      return reply.header('x-subject-token', subject).send(answerTo(request, session));
    });
    done();
  };
}

/** Where the services are, for the caller's project. */
export const catalogueRoute: FastifyPluginCallbackTypebox = (app, _options, done) => {
  app.get('/v3/auth/catalog', { schema: { tags: ['IAM'], summary: 'List the services and their addresses', response: { 200: CatalogueAnswer } } }, (request) => (
    { catalog: serviceCatalogue(baseOf(request), callerOf(request).project), links: listLinks(baseOf(request), request.url) }
  ));
  done();
};

function answerTo(request: FastifyRequest<{ Querystring: TokenQuery }>, session: Session): TokenAnswer {
  return tokenAnswer(session, 'nocatalog' in request.query ? [] : serviceCatalogue(baseOf(request), session.project));
}

function issue(tokens: Tokens, { identity, scope }: TokenRequest['auth']): Promise<Issued> {
  const { methods, password, token } = identity;
  if (methods.includes('password')) {
    if (password === undefined) throw new InvalidRequestError("'auth.identity.password' is a required property.");
    return tokens.issueForPassword(readUser(password.user), password.user.password, readScope(scope));
  }
  if (methods.includes('token')) {
    if (token === undefined) throw new InvalidRequestError("'auth.identity.token' is a required property.");
    return tokens.issueForToken(token.id, readScope(scope));
  }
  throw new InvalidRequestError("'auth.identity.methods' knows password and token.");
}
