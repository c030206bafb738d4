import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import {
  CredentialBox, CredentialList, CredentialParams, CredentialQuery, CredentialRequest, NewCredentialBox, SecurityTokenBox, SecurityTokenRequest,
} from '@haulier/wire/iam/credentials.ts';
import type { AccessKeys } from '../../identity/access-keys.ts';
import { InvalidRequestError } from './errors.ts';
import { callerOf } from './request-facts.ts';
import { credentialAnswer, wireTime } from './wire-forms.ts';

/** The default of the documents' IAM. */
const defaultLifetimeSeconds = 900;

export function credentialRoutes(accessKeys: AccessKeys): FastifyPluginCallbackTypebox {
  return (app, _options, done) => {
    const base = '/v3.0/OS-CREDENTIAL/credentials';
    const tags = ['IAM'];
    const params = CredentialParams;

    app.post(base, { schema: { tags, summary: 'Create an access key', body: CredentialRequest, response: { 201: NewCredentialBox } } }, async (request, reply) => {
      const { user_id: userId, description } = request.body.credential;
      const { key, secretKey } = await accessKeys.create(callerOf(request).user, userId, description ?? '');
      return reply.code(201).send({ credential: { ...credentialAnswer(key), secret: secretKey } });
    });

    app.get(base, { schema: { tags, summary: 'List access keys', querystring: CredentialQuery, response: { 200: CredentialList } } }, async (request) => {
      const { user } = callerOf(request);
      const keys = await accessKeys.list(user, request.query.user_id ?? user.id);
      return { credentials: keys.map(credentialAnswer) };
    });

    app.get(`${base}/:access_key`, { schema: { tags, summary: 'Show an access key', params, response: { 200: CredentialBox } } }, async (request) => (
      { credential: credentialAnswer(await accessKeys.show(callerOf(request).user, request.params.access_key)) }
    ));

    app.delete(`${base}/:access_key`, { schema: { tags, summary: 'Delete an access key', params } }, async (request, reply) => {
      await accessKeys.remove(callerOf(request).user, request.params.access_key);
      return reply.code(204).send();
    });

    app.post('/v3.0/OS-CREDENTIAL/securitytokens', {
      schema: { tags, summary: 'Create a temporary access key', body: SecurityTokenRequest, response: { 201: SecurityTokenBox } },
    }, async (request, reply) => {
      const { id, duration_seconds: seconds = defaultLifetimeSeconds } = request.body.auth.identity.token ?? {};
      if (id !== undefined) throw new InvalidRequestError("'auth.identity.token.id' is not taken here: send the token in X-Auth-Token.");
      const made = await accessKeys.createTemporary(callerOf(request).user, seconds * 1000);
      return reply.code(201).send({
        credential: { access: made.key.id, secret: made.secretKey, securitytoken: made.securityToken, expires_at: wireTime(made.expiresAt) },
      });
    });
    done();
  };
}
