import { Int64 } from '@haulier/wire/int64.ts';
import { PostTask } from '@haulier/wire/sms/task-requests.ts';
import { Type, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { expect, it } from 'vitest';
import { knownFields } from './known-fields.ts';

const disk = Type.Object({ size: Int64('bytes'), label: Type.Optional(Type.String()) });
const schemas: readonly (readonly [string, TSchema])[] = [
  ['an object', Type.Object({ name: Type.String(), disks: Type.Array(disk), any: Type.Optional(Type.Unknown()), kind: Type.Optional(Type.Enum(['a', 'b'])) }, { description: 'an object' })],
  ['a list', Type.Array(disk)],
  ['a list of texts', Type.Array(Type.String())],
  ['one or another', Type.Object({ name: Type.Union([Type.String(), disk]) })],
  ['a table', Type.Object({ name: Type.Record(Type.String(), Type.Number()) })],
  ['any fields', Type.Object({ name: Type.String() }, { additionalProperties: true })],
  ['text', Type.String()],
  ['a task', PostTask],
];
const values: readonly unknown[] = [
  { name: 'a', more: 1, disks: [{ size: 2n ** 62n, more: 1 }, 7, null], any: { deep: [1] }, kind: 'x' },
  [{ size: 1, label: 'l', more: 2 }, 'text', [{ size: 1 }]], { name: { size: 1, more: 1 } }, { name: { x: 1, y: 'text' }, more: 1 }, ['a', { b: 1 }], 'text', 7, undefined, [], {},
  { name: 't', source_server: { id: 'i', more: 1 }, target_server: { name: 'n', more: 1, disks: [{ name: 'd', more: 1, physical_volumes: [{ name: 'v', more: 2 }] }], btrfs_list: ['b', { name: 'x', more: 1 }] } },
  JSON.parse('{"__proto__":{"name":"p"},"name":"own"}'),
];

it.each(schemas)('keeps of %s what typebox keeps', (_name, schema) => {
  for (const value of values) expect(knownFields(schema)(value)).toEqual(Compile(schema).Clean(structuredClone(value)));
});

it('leaves its input alone', () => {
  const value = { name: 'a', more: 1 };
  knownFields(Type.Object({ name: Type.String() }))(value);
  expect(value).toEqual({ name: 'a', more: 1 });
});
