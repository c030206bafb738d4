/** Turns what a schema finds wrong with a file into sentences that say where and what is expected. */
import { descriptionOf, placesOf, readablePlace, schemaAt, type Place } from '@haulier/lib/schema-problems/schema-problems.ts';
import { Value } from 'typebox/value';
import type { TSchema } from 'typebox';

/** A configuration that cannot be used. The message has one line for each problem. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** One line for each wrong field: its path as written in the file, and what is expected there. Empty when all is well. */
export function problemsOf(schema: TSchema, value: unknown): readonly string[] {
  const choices = [...choicesIn(schema, value, [])];
  const isInside = (place: Place) => choices.some((choice) => choice.place.every((segment, index) => place[index] === segment));
  const problems = new Map<string, string>();
  const found = [...wrongIn(schema, value, []).filter(({ place }) => !isInside(place)), ...choices.flatMap(({ branch, value: chosen, place }) => wrongIn(branch, chosen, place))];
  for (const { place, said } of found) {
    const where = place.length === 0 ? 'the file' : readablePlace(place);
    if (!problems.has(where)) problems.set(where, `${where}: ${said}`);
  }
  return [...problems.values()];
}

function wrongIn(schema: TSchema, value: unknown, at: Place): { readonly place: Place; readonly said: string }[] {
  return Value.Errors(schema, value).flatMap(placesOf).map((place) => ({ place: [...at, ...place], said: expectation(schema, place) }));
}

/** A value that says by its kind which of several alternatives it is: what is wrong is said of that one, and of no other. */
interface Choice {
  readonly place: Place;
  readonly branch: TSchema;
  readonly value: unknown;
}

function* choicesIn(schema: unknown, value: unknown, place: Place): Iterable<Choice> {
  if (!isRecord(schema) || !isRecord(value)) return;
  if (Array.isArray(schema['anyOf'])) {
    const branch: unknown = schema['anyOf'].find((each: unknown) => kindOf(each) !== undefined && kindOf(each) === value['kind']);
    if (isRecord(branch)) yield { place, branch, value };
    return;
  }
  for (const [name, inner] of Object.entries(value)) yield* choicesIn(schemaAt(schema, [name]), inner, [...place, name]);
}

function kindOf(schema: unknown): unknown {
  const kind = schemaAt(schema, ['kind']);
  return isRecord(kind) ? kind['const'] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function expectation(schema: TSchema, place: Place): string {
  const unknown = place.findIndex((_segment, index) => schemaAt(schema, place.slice(0, index + 1)) === undefined);
  if (unknown >= 0) return `no such field; known here: ${describe(schemaAt(schema, place.slice(0, unknown)))}`;
  return `expected ${describe(schemaAt(schema, place))}`;
}

function describe(schema: unknown): string {
  return descriptionOf(schema) ?? 'another value';
}
