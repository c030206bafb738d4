import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { TokenAnswer, TokenRequest } from '@haulier/wire/iam/tokens.ts';
import type { Issued, Tokens } from '../../identity/tokens.ts';
import { IdentityError } from '../../identity/model.ts';
import { AuthenticationError } from '../auth/authentication-error.ts';
import { InvalidRequestError } from './errors.ts';
import { readScope, readUser } from './scope.ts';
import { tokenAnswer } from './wire-forms.ts';

/** Sign-ins one address may try in a minute: a password costs the server some 60 ms of one core. */
const signInsPerMinute = 120;

/** POST needs no token: it makes one. */
export function tokenRoutes(tokens: Tokens): FastifyPluginCallbackTypebox {
  return (app, _options, done) => {
    app.post('/v3/auth/tokens', {
      schema: { tags: ['IAM'], summary: 'Obtain a token', body: TokenRequest, response: { 201: TokenAnswer } },
      config: { rateLimit: { max: signInsPerMinute, timeWindow: 60_000 } },
    }, async (request, reply) => {
      const { token, session } = await issue(tokens, request.body.auth);
      return reply.code(201).header('x-subject-token', token).send(tokenAnswer(session));
    });
    done();
  };
}

/** Shows what a token stands for: the one in X-Subject-Token, which may be one's own only. */
export function tokenShowRoute(tokens: Tokens): FastifyPluginCallbackTypebox {
  return (app, _options, done) => {
    app.get('/v3/auth/tokens', { schema: { tags: ['IAM'], summary: 'Show a token', response: { 200: TokenAnswer } } }, async (request, reply) => {
      const subject = request.headers['x-subject-token'];
      if (typeof subject !== 'string') throw new InvalidRequestError('X-Subject-Token is a required header.');
      const session = await tokens.resolve(subject);
      if (session === undefined) throw new AuthenticationError('bad-token');
      if (session.user.domainId !== request.principal?.domainId) throw new IdentityError('forbidden');
      return reply.header('x-subject-token', subject).send(tokenAnswer(session));
    });
    done();
  };
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
