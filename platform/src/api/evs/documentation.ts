import { CinderError, EvsError } from '@haulier/wire/evs/error.ts';
import type { FastifySchema } from 'fastify';

/** What the OpenAPI document says of a route; schemas are documentation, the routes judge by themselves. */
export type Documentation = (schema: FastifySchema & { readonly response: Readonly<Record<string, unknown>> }) => FastifySchema;

/** An operation of the reference. */
export const evsDocument: Documentation = (schema) => ({ ...schema, response: { ...schema.response, '4xx': EvsError } });

/** The same under another path: an operation's id stays with the path of the reference. */
export const evsVariant: Documentation = (schema) => evsDocument(withoutId(schema));

export const cinderDocument: Documentation = (schema) => {
  const { response, tags = [], ...rest } = withoutId(schema);
  return { ...rest, tags: tags.map((tag) => `${tag} (Cinder)`), response: { ...response, '4xx': CinderError } };
};

/** A second path to what is documented under the first. */
export const undocumented: Documentation = () => ({ hide: true });

function withoutId(schema: Parameters<Documentation>[0]): Parameters<Documentation>[0] {
  const { operationId, ...rest } = schema;
  return operationId === undefined ? schema : rest;
}
