/** What of an input its schema knows: the rest is dropped. */
import { Compile } from 'typebox/compile';
import type { TSchema } from 'typebox';

type Reader = (value: unknown) => unknown;

/**
 * As typebox's `Clean`, which looks at the whole schema for each value; here that is done once. Values that do not fit the schema
 * come back as they are, for whoever judges them.
 */
export function knownFields(schema: TSchema): Reader {
  return readerOf(schema) ?? ((value) => value);
}

/** Undefined: there are no fields in it that could be unknown. */
function readerOf(schema: unknown): Reader | undefined {
  if (!isRecord(schema) || isPlain(schema)) return undefined;
  const { properties, items } = schema;
  if ('anyOf' in schema || 'additionalProperties' in schema || 'patternProperties' in schema) return cleaner(schema);
  if (isRecord(properties)) return objectReader(Object.entries(properties));
  if (isRecord(items)) return listReader(readerOf(items));
  return cleaner(schema);
}

const plainTypes = new Set<unknown>(['string', 'number', 'integer', 'boolean', 'bigint', 'null']);

function isPlain(schema: Readonly<Record<string, unknown>>): boolean {
  const { anyOf, type } = schema;
  if (Array.isArray(anyOf)) return anyOf.every((each: unknown) => isRecord(each) && isPlain(each));
  return plainTypes.has(type) || 'enum' in schema || 'const' in schema || Object.keys(schema).every((key) => key === 'description');
}

/** Rare shapes, as typebox reads them. */
function cleaner(schema: TSchema): Reader {
  const compiled = Compile(schema);
  return (value) => compiled.Clean(value);
}

function objectReader(fields: readonly (readonly [string, unknown])[]): Reader {
  const readers = fields.map(([name, schema]) => [name, readerOf(schema)] as const);
  return (value) => {
    if (!isRecord(value)) return value;
    const known: Record<string, unknown> = {};
    for (const [name, read] of readers) {
      if (!Object.hasOwn(value, name)) continue;
      known[name] = read === undefined ? value[name] : read(value[name]);
    }
    return known;
  };
}

function listReader(read: Reader | undefined): Reader | undefined {
  return read && ((value) => (Array.isArray(value) ? value.map((item: unknown) => read(item)) : value));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
