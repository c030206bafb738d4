/**
 * Input judged by its schema. The schema is the documents' table: a field's `description` there says what is expected,
 * and is the sentence that an error shows; the order of fields is the order in which errors are answered.
 */
import { bySchemaOrder, descriptionOf, ofMeantShape, placesOf, readablePlace, schemaAt, type SchemaError } from '@haulier/lib/schema-problems/schema-problems.ts';
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

  constructor(place: string, expected: string, missing: boolean) {
    const path = brief(place);
    super(`${path === '' ? 'The request' : `'${path}'`} ${missing ? 'is mandatory' : 'is not valid'}: expected ${expected}.`);
    this.path = path;
    this.expected = expected;
    this.missing = missing;
  }
}

const longestPath = 255;

/** A place as long as answers and headers have room for: what a caller names its fields has no limit. */
function brief(place: string): string {
  return place.length > longestPath ? `${place.slice(0, longestPath - 1).toWellFormed()}…` : place.toWellFormed();
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

type Step = string | number;

/** A copy; list items that are null stay, so that positions hold. @param at the value's place, extended for as long as what is inside is looked at */
function withoutNulls(value: unknown, at: Step[]): unknown {
  if (typeof value === 'string') return storable(value, at);
  if (Array.isArray(value)) return value.map((item: unknown, index) => inside(at, index, item));
  return typeof value === 'object' && value !== null ? fieldsWithoutNulls(value, at) : value;
}

function fieldsWithoutNulls(value: object, at: Step[]): object {
  const fields: [string, unknown][] = [];
  for (const [name, inner] of Object.entries(value) as [string, unknown][]) {
    inside(at, name, name);
    if (inner !== null) fields.push([name, inside(at, name, inner)]);
  }
  return Object.fromEntries(fields);
}

function inside(at: Step[], step: Step, value: unknown): unknown {
  at.push(step);
  const copy = withoutNulls(value, at);
  at.pop();
  return copy;
}

function storable(text: string, at: readonly Step[]): string {
  if (text.includes('\0') || !text.isWellFormed()) throw new BrokenInput(readablePlace(at.map(String)), 'text without NUL and of whole characters', false);
  return text;
}

function firstBreach(schema: TSchema, errors: readonly SchemaError[]): BrokenInput {
  const missing = new Set<string>();
  const places = ofMeantShape(errors).flatMap((error) => {
    const found = placesOf(error);
    if (error.keyword === 'required') for (const place of found) missing.add(readablePlace(place));
    return found;
  });
  const [first = []] = places.sort(bySchemaOrder(schema));
  const path = readablePlace(first);
  return new BrokenInput(path, descriptionOf(schemaAt(schema, first)) ?? 'another value', missing.has(path));
}
