/** Request bodies judged by their schemas. */
import type { FastifyRequest } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { jsonBody } from '../json-body.ts';
import { schemaReader } from '../read-by-schema.ts';
import { asMeant } from './as-meant.ts';
import { ofProblem } from './errors.ts';

/** A reader of request bodies. Throws what the error table knows when there is none, and for what does not fit. */
export function bodyReader<const T extends TSchema>(schema: T): (request: FastifyRequest) => Static<T> {
  const read = schemaReader(schema);
  return (request) => {
    const body = jsonBody(request);
    if (body === undefined) throw ofProblem('missing-body');
    return read(asMeant(schema, body));
  };
}
