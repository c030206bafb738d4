/** Input as the SMS tables read it: in any case where the documents disagree, with the defaults of what is absent. */
import type { Static, TSchema } from 'typebox';
import { jsonBody } from '../json-body.ts';
import { schemaReader } from '../read-by-schema.ts';
import { ofProblem } from './errors.ts';
import type { FastifyRequest } from 'fastify';

/** A reader of request bodies. Throws what the error table knows when there is none, and for what does not fit. */
export function bodyReader<const T extends TSchema>(schema: T): (request: FastifyRequest) => Static<T> {
  const read = schemaReader(schema);
  return (request) => {
    const body = jsonBody(request);
    if (body === undefined) throw ofProblem('missing-body');
    return read(asMeant(schema, body));
  };
}

/** A reader of query strings: numbers and flags are written out there, and what is empty is absent. */
export function queryReader<const T extends TSchema>(schema: T): (request: Pick<FastifyRequest, 'query'>) => Static<T> {
  const read = schemaReader(schema);
  return ({ query }) => read(asMeant(schema, fromText(schema, query)));
}

type Schema = Readonly<Record<string, unknown>>;

/** A copy in the words of the schema. What does not fit stays as it is, for the error that it causes. */
function asMeant(schema: unknown, value: unknown): unknown {
  if (!isRecord(schema)) return value;
  if (typeof value === 'string') return textAsMeant(schema, value);
  if (Array.isArray(value)) return value.map((item: unknown) => asMeant(schema['items'], item));
  return isRecord(value) && isRecord(schema['properties']) ? { ...value, ...fieldsAsMeant(schema['properties'], value) } : value;
}

function fieldsAsMeant(fields: Schema, value: Schema): Schema {
  const known = Object.entries(fields).map(([name, field]) => [name, Object.hasOwn(value, name) && value[name] !== null ? asMeant(field, value[name]) : defaultOf(field)] as const);
  return Object.fromEntries(known.filter(([, field]) => field !== undefined));
}

function defaultOf(field: unknown): unknown {
  return isRecord(field) ? field['default'] : undefined;
}

function textAsMeant(schema: Schema, value: string): unknown {
  if (schema['x-nul-is-absent'] === true && value === '\0') return null;
  if (schema['x-any-case'] !== true || !Array.isArray(schema['enum'])) return value;
  const wanted = value.toLowerCase();
  return schema['enum'].find((known: unknown) => typeof known === 'string' && known.toLowerCase() === wanted) ?? value;
}

function fromText(schema: TSchema, query: unknown): unknown {
  const fields = isRecord(schema) && isRecord(schema['properties']) ? schema['properties'] : {};
  if (!isRecord(query)) return query;
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== '').map(([name, value]) => [name, valueOf(fields[name], value)]));
}

function valueOf(field: unknown, value: unknown): unknown {
  if (!isRecord(field) || typeof value !== 'string') return value;
  if (field['type'] === 'integer' && /^\d{1,15}$/.test(value)) return Number(value);
  if (field['type'] === 'boolean' && /^(?:true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  return value;
}

function isRecord(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
