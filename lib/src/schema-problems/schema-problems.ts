/** What a JSON schema finds wrong, told as the place in the input and what its schema says of that place. */

/** As schema validators report it. */
export interface SchemaError {
  readonly keyword: string;
  /** A JSON pointer. */
  readonly instancePath: string;
  readonly params: object;
}

export type Place = readonly string[];

/** A missing field has its own place, not its parent's; an unknown one is reported by an error of its own. */
export function placesOf(error: SchemaError): readonly Place[] {
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

/** As people write it: `regions[2].endpoint`. */
export function readablePlace(place: Place): string {
  return place.map((segment, index) => (/^\d+$/.test(segment) ? `[${segment}]` : `${index === 0 ? '' : '.'}${segment}`)).join('');
}

/** What the schema has at a place; undefined where it knows no such field. */
export function schemaAt(schema: unknown, place: Place): unknown {
  return place.reduce<unknown>(child, schema);
}

function child(schema: unknown, segment: string): unknown {
  if (!isRecord(schema)) return undefined;
  if (isRecord(schema['properties'])) return schema['properties'][segment];
  if (isRecord(schema['patternProperties'])) return Object.values(schema['patternProperties'])[0];
  return schema['items'];
}

/** The `description` of a schema. */
export function descriptionOf(schema: unknown): string | undefined {
  return isRecord(schema) && typeof schema['description'] === 'string' ? schema['description'] : undefined;
}

/** Sorts places as the schema names its fields: an earlier field first, whatever is inside it. */
export function bySchemaOrder(schema: unknown): (one: Place, other: Place) => number {
  return (one, other) => {
    let here = schema;
    for (const [index, segment] of one.entries()) {
      const second = other[index];
      if (second === undefined) return 1;
      if (segment !== second) return positionIn(here, segment) - positionIn(here, second);
      here = child(here, segment);
    }
    return one.length - other.length;
  };
}

function positionIn(schema: unknown, segment: string): number {
  if (isRecord(schema) && isRecord(schema['properties'])) return Object.keys(schema['properties']).indexOf(segment);
  return Number(segment);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
