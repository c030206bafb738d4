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
  const problems = new Map<string, string>();
  for (const place of Value.Errors(schema, value).flatMap(placesOf)) {
    const where = place.length === 0 ? 'the file' : readablePlace(place);
    if (!problems.has(where)) problems.set(where, `${where}: ${expectation(schema, place)}`);
  }
  return [...problems.values()];
}

function expectation(schema: TSchema, place: Place): string {
  const unknown = place.findIndex((_segment, index) => schemaAt(schema, place.slice(0, index + 1)) === undefined);
  if (unknown >= 0) return `no such field; known here: ${describe(schemaAt(schema, place.slice(0, unknown)))}`;
  return `expected ${describe(schemaAt(schema, place))}`;
}

function describe(schema: unknown): string {
  return descriptionOf(schema) ?? 'another value';
}
