/**
 * Input judged by its schema. The schema is the documents' table: a field's `description` there says what is expected,
 * and is the sentence that an error shows; the order of fields is the order in which errors are answered.
 */
import { bySchemaOrder, descriptionOf, placesOf, readablePlace, schemaAt, type Place, type SchemaError } from '@haulier/lib/schema-problems/schema-problems.ts';
import { knownFields } from './known-fields.ts';
import { Compile } from 'typebox/compile';
import type { Static, TSchema } from 'typebox';

/** Input that breaks a rule of its schema. The message names the field and what is expected, never the value. */
export class BrokenInput extends Error {
  override readonly name = 'BrokenInput';
  /** So that Fastify's own logging sees a client's fault. */
  readonly statusCode = 400;
  /** As people write it: `target_server.disks[0].size`; empty for the whole. */
  readonly path: string;
  readonly expected: string;
  readonly missing: boolean;

  constructor(path: string, expected: string, missing: boolean) {
    super(`${path === '' ? 'The request' : `'${path}'`} ${missing ? 'is mandatory' : 'is not valid'}: expected ${expected}.`);
    this.path = path;
    this.expected = expected;
    this.missing = missing;
  }
}

/**
 * Compiles a reader of a schema. What it returns holds the fields of the schema alone. null counts as absent, as SDKs
 * send it; unknown fields are dropped. Throws {@link BrokenInput} for the first field, in the schema's order, that
 * breaks a rule, and for text that no database holds (NUL, halves of surrogate pairs).
 */
export function schemaReader<const T extends TSchema>(schema: T): (value: unknown) => Static<T> {
  const compiled = Compile(schema);
  const known = knownFields(schema);
  return (value) => {
    const input = known(withoutNulls(value, []));
    if (compiled.Check(input)) return input;
    throw firstBreach(schema, compiled.Errors(input));
  };
}

/** A copy; list items that are null stay, so that positions hold. */
function withoutNulls(value: unknown, path: Place): unknown {
  if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed())) throw new BrokenInput(readablePlace(path), 'text without NUL and of whole characters', false);
  if (Array.isArray(value)) return value.map((item: unknown, index) => withoutNulls(item, [...path, String(index)]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    withoutNulls(name, [...path, name]);
    return inner === null ? [] : [[name, withoutNulls(inner, [...path, name])]];
  }));
}

function firstBreach(schema: TSchema, errors: readonly SchemaError[]): BrokenInput {
  const missing = new Set<string>();
  const places = errors.flatMap((error) => {
    const found = placesOf(error);
    if (error.keyword === 'required') for (const place of found) missing.add(readablePlace(place));
    return found;
  });
  const [first = []] = places.sort(bySchemaOrder(schema));
  const path = readablePlace(first);
  return new BrokenInput(path, descriptionOf(schemaAt(schema, first)) ?? 'another value', missing.has(path));
}
