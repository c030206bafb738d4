/** JSON objects of others, whose fields may be anything or missing. */
export type Fields = ReadonlyMap<string, unknown>;

/** Undefined for what is no JSON object. */
export function parseFields(text: string): Fields | undefined {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? new Map(Object.entries(value)) : undefined;
}

/** A string that is not empty. */
export function textIn(fields: Fields | undefined, name: string): string | undefined {
  const value = fields?.get(name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Google writes 64-bit numbers as strings; undefined for what is no number that can be held exactly. */
export function numberIn(fields: Fields | undefined, name: string): number | undefined {
  const value = fields?.get(name);
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}

export function listIn(fields: Fields | undefined, name: string): readonly unknown[] {
  const value = fields?.get(name);
  return Array.isArray(value) ? value : [];
}
