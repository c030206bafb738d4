/** What the OpenAPI description says of the whole server. A route that needs no credentials has `security: []`. */
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';

/** Where each kind of credential is sent. */
const securitySchemes = {
  token: { type: 'apiKey', in: 'header', name: 'X-Auth-Token', description: 'A token of `POST /v3/auth/tokens`.' },
  signature: { type: 'apiKey', in: 'header', name: 'Authorization', description: 'The request signed with an access key: `SDK-HMAC-SHA256 Access=…, SignedHeaders=…, Signature=…`, with X-Sdk-Date.' },
  webhookQuery: { type: 'apiKey', in: 'query', name: 'token', description: 'The secret of one synchronisation task’s webhook.' },
  webhookBearer: { type: 'http', scheme: 'bearer', description: 'The same secret as a bearer token.' },
} as const;

type Requirement = Record<string, string[]>;

/** Either a token or a signature: what holds for every route that says nothing else. */
const callerKnown: Requirement[] = [{ token: [] }, { signature: [] }];

export const webhookSecret: Requirement[] = [{ webhookQuery: [] }, { webhookBearer: [] }];

/** The path answers those who show no credentials as well, with something else. */
export const callerKnownOrNot: Requirement[] = [{}, ...callerKnown];

/** For the swagger plugin. @param version of the product */
export function openapiOf(version: string): FastifyDynamicSwaggerOptions {
  return { openapi: { openapi: '3.1.0', info: { title: 'Haulier', description: 'Cloud migration service', version }, components: { securitySchemes }, security: callerKnown } };
}
