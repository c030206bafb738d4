import { describe, expect, it } from 'vitest';
import { bySchemaOrder, descriptionOf, placesOf, readablePlace, schemaAt } from './schema-problems.ts';

const schema = {
  properties: {
    name: { description: 'a name' },
    disks: { items: { properties: { size: { description: 'bytes' }, index: {} } } },
    labels: { patternProperties: { '^.*$': { description: 'a label' } } },
  },
};

describe('placesOf', () => {
  it.each([
    [{ keyword: 'type', instancePath: '/disks/0/size', params: {} }, [['disks', '0', 'size']]],
    [{ keyword: 'required', instancePath: '/disks/1', params: { requiredProperties: ['size', 'index'] } }, [['disks', '1', 'size'], ['disks', '1', 'index']]],
    [{ keyword: 'type', instancePath: '/labels/a~1b~0c', params: {} }, [['labels', 'a/b~c']]],
    [{ keyword: 'type', instancePath: '', params: {} }, [[]]],
    [{ keyword: 'additionalProperties', instancePath: '/disks/1', params: {} }, []],
  ])('finds the places of %j', (error, places) => expect(placesOf(error)).toEqual(places));
});

it('writes a place as people do', () => expect(readablePlace(['disks', '0', 'size'])).toBe('disks[0].size'));

it('finds what the schema says of a place', () => {
  expect(descriptionOf(schemaAt(schema, ['disks', '3', 'size']))).toBe('bytes');
  expect(descriptionOf(schemaAt(schema, ['labels', 'anything']))).toBe('a label');
  expect(schemaAt(schema, ['nothing'])).toBeUndefined();
});

it('sorts places by the order of fields', () => {
  const places = [['labels'], ['disks', '10', 'size'], ['disks', '2', 'index'], ['disks', '2', 'size'], ['name'], ['disks']];
  expect(places.sort(bySchemaOrder(schema))).toEqual([['name'], ['disks'], ['disks', '2', 'size'], ['disks', '2', 'index'], ['disks', '10', 'size'], ['labels']]);
});
