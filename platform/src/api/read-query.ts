/** Query parameters judged by their schema. Numbers and truth come as text; an empty parameter counts as absent. */
import type { Static, TObject, TSchema } from 'typebox';
import { schemaReader } from './read-by-schema.ts';

/** Throws `BrokenInput` for the first parameter, in the schema's order, that breaks a rule; unknown ones are dropped. */
export function queryReader<const T extends TObject>(schema: T): (query: unknown) => Static<T> {
  const read = schemaReader(schema);
  return (query) => read(parametersAsTyped(schema, query));
}

/** What is no number where the schema has one stays text, so that the schema refuses it. */
export function parametersAsTyped({ properties }: TObject, query: unknown): Readonly<Record<string, unknown>> {
  if (typeof query !== 'object' || query === null) return {};
  return Object.fromEntries(Object.entries(query).flatMap(([name, value]: [string, unknown]) => (value === '' ? [] : [[name, typed(properties[name], value)]])));
}

function typed(schema: TSchema | undefined, value: unknown): unknown {
  if (typeof value !== 'string' || schema === undefined || !('type' in schema)) return value;
  if (schema.type === 'integer' && /^-?\d{1,15}$/.test(value)) return Number(value);
  if (schema.type === 'boolean' && /^(?:true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  return value;
}
