/** What a JSON schema finds wrong, told as the place in the input and what its schema says of that place. */

/** As schema validators report it. */
export interface SchemaError {
  readonly keyword: string;
  /** The part of the schema that is broken, as `#/properties/disks/items/anyOf/1`. */
  readonly schemaPath: string;
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

/**
 * Where one of several shapes is allowed (`anyOf`) and the input has one of them with something wrong inside: what is wrong there,
 * and not that it is none of the others.
 */
export function ofMeantShape(errors: readonly SchemaError[]): readonly SchemaError[] {
  return errors.filter((error) => {
    const [, union] = /^(.*)\/anyOf\/\d+$/.exec(error.schemaPath) ?? [];
    const meansNothing = error.keyword === 'anyOf' ? error.schemaPath : isOtherShape(error) ? union : undefined;
    return meansNothing === undefined || !errors.some((each) => !isOtherShape(each) && each.schemaPath.startsWith(`${meansNothing}/anyOf/`) && isWithin(each.instancePath, error.instancePath));
  });
}

/** Not even of the type of the shape. */
function isOtherShape({ keyword, schemaPath }: SchemaError): boolean {
  return keyword === 'type' && /\/anyOf\/\d+$/.test(schemaPath);
}

function isWithin(pointer: string, outer: string): boolean {
  return pointer === outer || pointer.startsWith(`${outer}/`);
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

function child(union: unknown, segment: string): unknown {
  const schema = structured(union);
  if (!isRecord(schema)) return undefined;
  if (isRecord(schema['properties'])) return schema['properties'][segment];
  if (isRecord(schema['patternProperties'])) return Object.values(schema['patternProperties'])[0];
  return schema['items'];
}

/** Of several shapes the one that has something inside. */
function structured(schema: unknown): unknown {
  if (!isRecord(schema) || !Array.isArray(schema['anyOf'])) return schema;
  return schema['anyOf'].find((shape: unknown) => isRecord(shape) && ('properties' in shape || 'items' in shape));
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

function positionIn(union: unknown, segment: string): number {
  const schema = structured(union);
  if (isRecord(schema) && isRecord(schema['properties'])) return Object.keys(schema['properties']).indexOf(segment);
  return Number(segment);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
