/** Query parameters as the SMS tables mean them. */
import type { Static, TObject } from 'typebox';
import { schemaReader } from '../read-by-schema.ts';
import { parametersAsTyped } from '../read-query.ts';
import { asMeant } from './as-meant.ts';

/** Throws `BrokenInput` for the first parameter, in the schema's order, that breaks a rule; unknown ones are dropped. */
export function queryReader<const T extends TObject>(schema: T): (query: unknown) => Static<T> {
  const read = schemaReader(schema);
  return (query) => read(asMeant(schema, parametersAsTyped(schema, query)));
}
