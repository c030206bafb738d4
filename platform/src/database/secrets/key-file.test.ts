import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKeyFile, KeyFileError, readKeyFile } from './key-file.ts';
import { SealingKey, UnsealError } from './sealing-key.ts';

let folder: string;
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'haulier-keys-')); });
afterAll(() => rmSync(folder, { recursive: true }));

describe('a key file', () => {
  test('is made once, for its owner alone, and gives the same key every time', () => {
    const file = join(folder, 'key');
    createKeyFile(file);
    const { id } = readKeyFile(file);
    createKeyFile(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readKeyFile(file).id).toBe(id);
    expect(readdirSync(folder)).toEqual(['key']);
  });

  test('of another installation has another id', () => {
    createKeyFile(join(folder, 'one'));
    createKeyFile(join(folder, 'two'));
    expect(readKeyFile(join(folder, 'one')).id).not.toBe(readKeyFile(join(folder, 'two')).id);
  });

  test.each([
    { what: 'missing', write: () => undefined, says: /no key file/ },
    { what: 'open to others', write: (file: string) => { createKeyFile(file); chmodSync(file, 0o644); }, says: /mode 644/ },
    { what: 'too short', write: (file: string) => writeFileSync(file, 'abcd', { mode: 0o600 }), says: /64 hex digits/ },
    { what: 'no hex', write: (file: string) => writeFileSync(file, 'z'.repeat(64), { mode: 0o600 }), says: /64 hex digits/ },
  ])('that is $what is refused by name', ({ what, write, says }) => {
    const file = join(folder, what);
    write(file);
    expect(() => readKeyFile(file)).toThrow(KeyFileError);
    expect(() => readKeyFile(file)).toThrow(says);
    expect(() => readKeyFile(file)).toThrow(file);
  });

  test('never shows its key', () => {
    const file = join(folder, 'shown');
    createKeyFile(file);
    const hex = readFileSync(file, 'utf8').trim();
    const key = readKeyFile(file);
    const shown = `${JSON.stringify(key)} ${inspect(key, { depth: 9, showHidden: true })}`;
    expect(shown).not.toContain(hex);
    expect(shown).not.toContain(hex.slice(0, 8));
    expect(hex).not.toContain(key.id);
  });
});

describe('a sealed value', () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });

  test('opens to what was sealed, whatever that was', () => {
    fc.assert(fc.property(bytes, fc.string({ unit: 'binary' }), fc.string(), (raw, plain, context) => {
      const key = new SealingKey(raw);
      expect(key.open(key.seal(plain, context), context)).toBe(plain);
    }));
  });

  test('differs each time it is sealed', () => {
    const key = new SealingKey(new Uint8Array(32));
    expect(key.seal('secret', 'c')).not.toEqual(key.seal('secret', 'c'));
  });

  test('opens with no other context and no other key', () => {
    fc.assert(fc.property(bytes, bytes, fc.string(), fc.string(), (raw, otherRaw, context, otherContext) => {
      const [key, otherKey] = [new SealingKey(raw), new SealingKey(otherRaw)];
      const sealed = key.seal('secret', context);
      if (otherContext !== context) expect(() => key.open(sealed, otherContext)).toThrow(UnsealError);
      if (otherKey.id !== key.id) expect(() => otherKey.open(sealed, context)).toThrow(UnsealError);
    }));
  });

  test('does not open after any byte was changed or any were cut off', () => {
    const key = new SealingKey(new Uint8Array(32));
    const sealed = key.seal('secret', 'c');
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      expect(() => key.open(changed, 'c')).toThrow(UnsealError);
      expect(() => key.open(sealed.subarray(0, at), 'c')).toThrow(UnsealError);
    }
  });
});
