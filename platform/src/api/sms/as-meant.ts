/** Input as the SMS tables mean it. */
type Schema = Readonly<Record<string, unknown>>;

/**
 * A copy in the words of the schema: in its case where the documents disagree about case, with the defaults of what is
 * absent. What does not fit stays as it is, for the error that it causes.
 */
export function asMeant(schema: unknown, value: unknown): unknown {
  if (!isRecord(schema)) return value;
  if (typeof value === 'string') return textAsMeant(schema, value);
  if (Array.isArray(value)) return value.map((item: unknown) => asMeant(schema['items'], item));
  return isRecord(value) && isRecord(schema['properties']) ? { ...value, ...fieldsAsMeant(schema['properties'], value) } : value;
}

function fieldsAsMeant(fields: Schema, value: Schema): Schema {
  const known = Object.entries(fields).map(([name, field]) => [name, Object.hasOwn(value, name) && value[name] !== null ? asMeant(field, value[name]) : defaultOf(field)] as const);
  return Object.fromEntries(known.filter(([, field]) => field !== undefined));
}

function defaultOf(field: unknown): unknown {
  return isRecord(field) ? field['default'] : undefined;
}

function textAsMeant(schema: Schema, value: string): unknown {
  if (schema['x-nul-is-absent'] === true && value === '\0') return null;
  if (schema['x-any-case'] !== true || !Array.isArray(schema['enum'])) return value;
  const wanted = value.toLowerCase();
  return schema['enum'].find((known: unknown) => typeof known === 'string' && known.toLowerCase() === wanted) ?? value;
}

function isRecord(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
