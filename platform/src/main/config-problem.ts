/** Turns what a schema finds wrong with a file into sentences that say where and what is expected. */
import { Value } from 'typebox/value';
import type { TSchema } from 'typebox';

/** A configuration that cannot be used. The message has one line for each problem. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** One line for each wrong field: its path as written in the file, and what is expected there. Empty when all is well. */
export function problemsOf(schema: TSchema, value: unknown): readonly string[] {
  const problems = new Map<string, string>();
  for (const error of Value.Errors(schema, value)) {
    for (const path of placesOf(error)) {
      const where = path.length === 0 ? 'the file' : readable(path);
      if (!problems.has(where)) problems.set(where, `${where}: ${expectation(schema, path)}`);
    }
  }
  return [...problems.values()];
}

interface Found {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: object;
}

/** A missing field is reported at its own place, not at its parent's; an unknown one is reported by its own error. */
function placesOf(error: Found): readonly (readonly string[])[] {
  const path = error.instancePath.split('/').slice(1).map(unescapePointer);
  if (error.keyword === 'additionalProperties') return [];
  if (error.keyword === 'required' && 'requiredProperties' in error.params && Array.isArray(error.params.requiredProperties)) {
    return error.params.requiredProperties.map((name) => [...path, String(name)]);
  }
  return [path];
}

function unescapePointer(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}

function readable(path: readonly string[]): string {
  return path.map((segment, index) => (/^\d+$/.test(segment) ? `[${segment}]` : `${index === 0 ? '' : '.'}${segment}`)).join('');
}

function expectation(schema: TSchema, path: readonly string[]): string {
  let here: unknown = schema;
  let parent: unknown = schema;
  for (const segment of path) {
    parent = here;
    here = child(here, segment);
    if (here === undefined) return `no such field; known here: ${description(parent)}`;
  }
  return `expected ${description(here)}`;
}

function child(schema: unknown, segment: string): unknown {
  if (!isRecord(schema)) return undefined;
  if (isRecord(schema['properties'])) return schema['properties'][segment];
  return schema['items'];
}

function description(schema: unknown): string {
  return isRecord(schema) && typeof schema['description'] === 'string' ? schema['description'] : 'another value';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
