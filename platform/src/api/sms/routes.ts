/** The SMS API, version 3. */
import type { FastifyInstance, FastifyPluginAsync, preParsingAsyncHookHandler } from 'fastify';
import { stringifyExactJson } from '@haulier/lib/exact-json/exact-json.ts';
import { answerErrors } from '../http-errors.ts';
import { keepBodiesAsBytes } from '../json-body.ts';
import { checkAccess } from './access.ts';
import { bodyOf, toSmsError } from './errors.ts';

/** Adds the routes of one resource: behind the door, where `request.principal` is set and may do what it asks. */
export type SmsRoutes = (app: FastifyInstance) => void;

export interface SmsDeps {
  /** Sets `request.principal` or throws. */
  readonly authenticate: preParsingAsyncHookHandler;
  /** Need no token. */
  readonly open?: readonly SmsRoutes[];
  readonly routes: readonly SmsRoutes[];
}

export function smsRoutes({ authenticate, open = [], routes }: SmsDeps): FastifyPluginAsync {
  return async (app) => {
    describeOnly(app);
    keepBodiesAsBytes(app);
    answerErrors(app, toSmsError, bodyOf);
    for (const add of open) add(app);
    await app.register((known, _options, done) => {
      known.addHook('preParsing', authenticate);
      known.addHook('preParsing', checkAccess);
      for (const add of routes) add(known);
      done();
    });
  };
}

/** Schemas are documentation: requests are judged in the order of the documents' fields. Sizes keep all their digits. */
function describeOnly(app: FastifyInstance): void {
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => stringifyExactJson);
  app.setReplySerializer((answer) => (typeof answer === 'object' && answer !== null ? stringifyExactJson(answer) : JSON.stringify(answer)));
}
