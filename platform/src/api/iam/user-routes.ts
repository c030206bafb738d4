import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { UserAnswer, UserRequest } from '@haulier/wire/iam/users.ts';
import type { Accounts } from '../../identity/accounts.ts';
import { callerOf } from './request-facts.ts';
import { userAnswer } from './wire-forms.ts';

export function userRoutes(accounts: Accounts): FastifyPluginCallbackTypebox {
  return (app, _options, done) => {
    app.post('/v3.0/OS-USER/users', {
      schema: { tags: ['IAM'], summary: 'Create a user (administrators)', body: UserRequest, response: { 201: UserAnswer } },
    }, async (request, reply) => {
      const { domain_id: domainId, name, password, email, description, role } = request.body.user;
      const user = await accounts.addUser(callerOf(request).user, {
        domainId, name, password, email: email ?? '', description: description ?? '', role: role ?? 'readonly',
      });
      return reply.code(201).send(userAnswer(user));
    });
    done();
  };
}
