import { Int64 } from '@haulier/wire/int64.ts';
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { BrokenInput, schemaReader } from './read-by-schema.ts';

const size = Int64('bytes, 0 or more');
const read = schemaReader(Type.Object({
  name: Type.String({ minLength: 1, maxLength: 4, description: 'a name of 1 to 4 characters' }),
  kind: Type.Optional(Type.Enum(['file', 'block'], { description: 'file or block' })),
  disks: Type.Array(Type.Object({ size, label: Type.Optional(Type.String({ description: 'text' })) }, { description: 'a disk' }), { description: 'a list of disks' }),
}, { description: 'an object' }));

function breachOf(value: unknown): Pick<BrokenInput, 'path' | 'missing'> {
  try {
    read(value);
  } catch (error) {
    if (error instanceof BrokenInput) return { path: error.path, missing: error.missing };
    throw error;
  }
  throw new Error('accepted');
}

describe('schemaReader', () => {
  it('takes null for absent, drops unknown fields and keeps big numbers', () => {
    expect(read({ name: 'a', kind: null, more: 1, disks: [{ size: 2n ** 62n, label: null, other: null }] })).toEqual({ name: 'a', disks: [{ size: 2n ** 62n }] });
  });

  it.each([
    [{ disks: [] }, { path: 'name', missing: true }],
    [{ name: null, disks: [] }, { path: 'name', missing: true }],
    [{ disks: 7 }, { path: 'name', missing: true }],
    [{ name: 'a' }, { path: 'disks', missing: true }],
    [{ name: 'abcde', disks: [] }, { path: 'name', missing: false }],
    [{ name: 'a', kind: 'tape', disks: [] }, { path: 'kind', missing: false }],
    [{ name: 'a', kind: 'tape', disks: [{}] }, { path: 'kind', missing: false }],
    [{ name: 'a', disks: [{ size: 1 }, {}] }, { path: 'disks[1].size', missing: true }],
    [{ name: 'a', disks: [{ size: -1 }] }, { path: 'disks[0].size', missing: false }],
    [{ name: 'a', disks: [{ size: 2n ** 63n }] }, { path: 'disks[0].size', missing: false }],
    [{ name: 'a', disks: [{ size: 1.5 }] }, { path: 'disks[0].size', missing: false }],
    [{ name: 'a', disks: [null] }, { path: 'disks[0]', missing: false }],
    [{ name: 'a\0', disks: [] }, { path: 'name', missing: false }],
    [{ name: '\ud800', disks: [] }, { path: 'name', missing: false }],
    [undefined, { path: '', missing: false }],
    [[], { path: '', missing: false }],
  ])('names the first field that is broken in %o', (value, breach) => expect(breachOf(value)).toEqual(breach));

  it('names what is inside of what it does not know, as long as there is room for', () => {
    expect(breachOf({ name: 'a', disks: [], more: [{ deep: [1, 'a\0'] }] })).toEqual({ path: 'more[0].deep[1]', missing: false });
    expect(breachOf({ 'a\0': 1 })).toEqual({ path: 'a\0', missing: false });
    expect(breachOf({ ['x'.repeat(100_000)]: '\0' })).toEqual({ path: `${'x'.repeat(254)}…`, missing: false });
    expect(breachOf({ ['😀'.repeat(200)]: '\0' }).path.isWellFormed()).toBe(true);
  });

  it('says what is expected and never what was sent', () => {
    expect(() => read({ name: 'secret', disks: [] })).toThrow("'name' is not valid: expected a name of 1 to 4 characters.");
    expect(() => read({})).toThrow("'name' is mandatory: expected a name of 1 to 4 characters.");
    expect(() => read(5)).toThrow('The request is not valid: expected an object.');
  });
});
