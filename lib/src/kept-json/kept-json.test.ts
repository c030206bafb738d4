import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { keptJson, UnreadableJson, type KeptJson } from './kept-json.ts';

interface Disk {
  readonly size: number | bigint;
  readonly use: string | undefined;
}

const disks: KeptJson<{ readonly disks: readonly Disk[]; readonly facts: Readonly<Record<string, unknown>> }> = keptJson('server.disks', Type.Object({
  disks: Type.Array(Type.Object({ size: Type.Union([Type.Number(), Type.BigInt()]), use: Type.Optional(Type.String()) })),
  facts: Type.Record(Type.String(), Type.Unknown()),
}));

describe('what was written', () => {
  it.each([
    { disks: [], facts: {} },
    { disks: [{ size: 2n ** 63n - 1n, use: undefined }, { size: 1.5, use: 'OS' }], facts: { a: [1, { b: null }], 'of two\nlines': 3n ** 40n } },
  ])('is read again: %o', (value) => expect(disks.read(disks.write(value), 'a row')).toEqual(value));

  it('may hold what the schema does not know', () => expect(disks.read('{"disks":[],"facts":{},"more":1}', 'a row')).toEqual({ disks: [], facts: {}, more: 1 }));
});

it.each([
  ['{"disks":[{"size":"secret"}],"facts":{}}', 'disks[0].size must'],
  ['{"disks":[{}],"facts":{}}', 'disks[0].size is missing'],
  ['{"disks":[{"size":1,"use":null}],"facts":{}}', 'disks[0].use must'],
  ['[]', 'it must'],
  ['secret', 'it is not JSON'],
])('refuses %s by its place, without showing it', (text, problem) => {
  const read = () => disks.read(text, 'the row 7');
  expect(read).toThrow(UnreadableJson);
  expect(read).toThrow(`server.disks of the row 7 cannot be read: ${problem}`);
  expect(read).not.toThrow('secret');
});
