import type { Static, TObject, TSchema } from 'typebox';
import { BrokenInput, schemaReader } from '../read-by-schema.ts';

/**
 * A reader of query strings: numbers and truth values of the schema are written as text there. A parameter that comes twice
 * is refused.
 */
export function queryReader<const T extends TObject>(schema: T): (query: unknown) => Static<T> {
  const read = schemaReader(schema);
  const kinds = new Map(Object.entries(schema.properties).map(([name, field]) => [name, kindOf(field)]));
  return (query) => read(Object.fromEntries(Object.entries(query ?? {}).flatMap(([name, value]: [string, unknown]) => {
    const kind = kinds.get(name);
    if (kind === undefined) return [];
    if (typeof value !== 'string') throw new BrokenInput(name, 'one value', false);
    return [[name, converted(kind, value)]];
  })));
}

type Kind = 'integer' | 'boolean' | 'text';

function kindOf(field: TSchema): Kind {
  const type = 'type' in field ? field.type : undefined;
  return type === 'integer' || type === 'boolean' ? type : 'text';
}

/** Text that is neither stays text, for the schema to refuse. */
function converted(kind: Kind, value: string): unknown {
  if (kind === 'integer' && /^-?\d{1,15}$/.test(value)) return Number(value);
  if (kind === 'boolean') return truthValues.get(value.toLowerCase()) ?? value;
  return value;
}

/** As Cinder reads them. */
const truthValues: ReadonlyMap<string, boolean> = new Map([
  ...['true', '1', 't', 'yes', 'on'].map((text): [string, boolean] => [text, true]),
  ...['false', '0', 'f', 'no', 'off'].map((text): [string, boolean] => [text, false]),
]);
