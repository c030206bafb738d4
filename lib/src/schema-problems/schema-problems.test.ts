import { describe, expect, it } from 'vitest';
import { bySchemaOrder, descriptionOf, ofMeantShape, placesOf, readablePlace, schemaAt } from './schema-problems.ts';

const schema = {
  properties: {
    name: { description: 'a name' },
    disks: { items: { properties: { size: { description: 'bytes' }, index: {} } } },
    names: { items: { description: 'a name, or more', anyOf: [{ type: 'string' }, { type: 'object', properties: { first: { description: 'the first' }, last: {} } }] } },
    labels: { patternProperties: { '^.*$': { description: 'a label' } } },
  },
};

describe('placesOf', () => {
  it.each([
    [{ keyword: 'type', schemaPath: '', instancePath: '/disks/0/size', params: {} }, [['disks', '0', 'size']]],
    [{ keyword: 'required', schemaPath: '', instancePath: '/disks/1', params: { requiredProperties: ['size', 'index'] } }, [['disks', '1', 'size'], ['disks', '1', 'index']]],
    [{ keyword: 'type', schemaPath: '', instancePath: '/labels/a~1b~0c', params: {} }, [['labels', 'a/b~c']]],
    [{ keyword: 'type', schemaPath: '', instancePath: '', params: {} }, [[]]],
    [{ keyword: 'additionalProperties', schemaPath: '', instancePath: '/disks/1', params: {} }, []],
  ])('finds the places of %j', (error, places) => expect(placesOf(error)).toEqual(places));
});

it('writes a place as people do', () => expect(readablePlace(['disks', '0', 'size'])).toBe('disks[0].size'));

it('finds what the schema says of a place', () => {
  expect(descriptionOf(schemaAt(schema, ['disks', '3', 'size']))).toBe('bytes');
  expect(descriptionOf(schemaAt(schema, ['labels', 'anything']))).toBe('a label');
  expect(schemaAt(schema, ['nothing'])).toBeUndefined();
  expect(descriptionOf(schemaAt(schema, ['names', '0']))).toBe('a name, or more');
  expect(descriptionOf(schemaAt(schema, ['names', '0', 'first']))).toBe('the first');
});

it('tells what is wrong inside the shape that was meant, and of none that it is none of them', () => {
  const at = (keyword: string, path: string, instancePath: string) => ({ keyword, schemaPath: `#/properties/names/items${path}`, instancePath, params: {} });
  const none = [at('type', '/anyOf/0', '/names/0'), at('type', '/anyOf/1', '/names/0'), at('anyOf', '', '/names/0')];
  expect(ofMeantShape(none)).toEqual(none);
  const inside = at('type', '/anyOf/1/properties/last', '/names/1/last');
  const missing = at('required', '/anyOf/1', '/names/2');
  const meant = [at('type', '/anyOf/0', '/names/1'), inside, at('anyOf', '', '/names/1'), at('type', '/anyOf/0', '/names/2'), missing, at('anyOf', '', '/names/2')];
  expect(ofMeantShape([...none, ...meant])).toEqual([...none, inside, missing]);
  expect(ofMeantShape([at('type', '/anyOf/0', '/names/1'), inside]), 'also where there are too many to have them all').toEqual([inside]);
});

it('sorts places by the order of fields', () => {
  const places = [['labels'], ['disks', '10', 'size'], ['disks', '2', 'index'], ['disks', '2', 'size'], ['name'], ['disks']];
  expect(places.sort(bySchemaOrder(schema))).toEqual([['name'], ['disks'], ['disks', '2', 'size'], ['disks', '2', 'index'], ['disks', '10', 'size'], ['labels']]);
});
