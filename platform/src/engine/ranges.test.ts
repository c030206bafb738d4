import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ListFile, MAX_LINE_CHARACTERS } from './listing/list-file.ts';
import { LinePages, parseUrlLine, type LineKind } from './listing/line-pages.ts';
import { RunFailure } from './patience.ts';
import { rangesOf, rangesOfLines } from './ranges.ts';
import type { RangePosition, RangeScope } from './ledger/ledger.ts';
import { listedStore } from './testing/listed-store.ts';
import { never } from './testing/migration-setting.ts';
import { quickClock } from './testing/quick-clock.ts';

const bytes = { listOrder: 'bytes' } as const;

describe('a selection', () => {
  test.each([
    { prefixes: [''], expected: [''] },
    { prefixes: ['a', ''], expected: [''] },
    { prefixes: ['b/', 'a', 'a/b', 'ab', 'b'], expected: ['a', 'b'] },
    { prefixes: ['x', 'x'], expected: ['x'] },
    { prefixes: ['\u{10000}', '\uffff', '\u{10000}/'], expected: ['\uffff', '\u{10000}'] },
  ])('by prefixes $prefixes lists $expected', ({ prefixes, expected }) => {
    expect(rangesOf({ kind: 'prefixes', prefixes }, bytes)).toEqual(expected.map((prefix) => ({ kind: 'keys', prefix })));
  });

  test('by names makes folders prefixes, and nothing is in it twice', () => {
    const names = ['f/', 'f/inside', 'single', 'f', 'single', 'f/sub/', 'g/deep/'];
    expect(rangesOf({ kind: 'names', names }, bytes)).toEqual([
      { kind: 'keys', prefix: 'f/' },
      { kind: 'keys', prefix: 'g/deep/' },
      { kind: 'names', names: ['single', 'f'] },
    ]);
  });

  test('by the empty name is the whole bucket', () => {
    expect(rangesOf({ kind: 'names', names: ['', 'a'] }, bytes)).toEqual([{ kind: 'keys', prefix: '' }]);
  });

  test('by an interval is one range', () => {
    const interval = { prefix: 'p', after: 'p1', until: 'p7' };
    expect(rangesOf({ kind: 'interval', ...interval }, bytes)).toEqual([{ kind: 'keys', ...interval }]);
    expect(rangesOf({ kind: 'interval', prefix: 'p' }, bytes)).toEqual([{ kind: 'keys', prefix: 'p' }]);
  });

  test('by an interval needs an order', () => {
    expect(() => rangesOf({ kind: 'interval', prefix: 'p', until: 'p7' }, { listOrder: 'opaque' })).toThrow(RangeError);
    expect(rangesOf({ kind: 'interval', prefix: 'p' }, { listOrder: 'opaque' })).toEqual([{ kind: 'marker', prefix: 'p' }]);
  });

  test('of a store without an order has markers', () => {
    expect(rangesOf({ kind: 'prefixes', prefixes: ['p'] }, { listOrder: 'opaque' })).toEqual([{ kind: 'marker', prefix: 'p' }]);
  });
});

function fileOf(text: string | Uint8Array): ListFile {
  const store = listedStore();
  store.memory.put('list.txt', Buffer.from(text));
  return new ListFile(store, 'list.txt', quickClock());
}

/** Key and name of every line, over all ranges, each page from the position of the one before. */
async function readAll(file: ListFile, kind: LineKind, ranges?: readonly RangeScope[]): Promise<readonly (readonly [string, string | undefined])[]> {
  const read: [string, string | undefined][] = [];
  for (const scope of ranges ?? (await rangesOfLines(file, never))) {
    if (scope.kind !== 'lines') throw new TypeError('a list file has lines');
    let cursor: RangePosition = { kind: 'start' };
    for (let last = false; !last; ) {
      const page = await new LinePages(file, kind, scope, cursor).next(never);
      read.push(...page.named.map(({ key, name }): [string, string | undefined] => [key, name]));
      ({ end: cursor, last } = page);
    }
  }
  return read;
}

describe('a list file', () => {
  test.each([
    ['', []],
    ['\n\r\n\n', []],
    ['a', ['a']],
    ['a\nb\n', ['a', 'b']],
    ['a\r\nb b \r\n', ['a', 'b b ']],
    ['\ufeffa\n\ufeffb\n', ['a', '\ufeffb']],
    ['ä/\u{1f600}\n\n/x//y\n', ['ä/\u{1f600}', '/x//y']],
    ['a\rb\n', ['a\rb']],
    ['a%20b\n%E4%BD%A0%2F%0A\na+b\n', ['a b', '你/\n', 'a+b']],
    ['100%\n%41 and %zz\n%C3\n%2541', ['100%', '%41 and %zz', '%C3', '%41']],
  ])('%j names %j', async (text, keys) => {
    expect(await readAll(fileOf(text), 'keys')).toEqual(keys.map((key) => [key, undefined]));
  });

  test('is read alike from wherever it is cut at line starts', async () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'ä', '\u{1f600}', '\r', ' '), maxLength: 5 });
    await fc.assert(fc.asyncProperty(fc.array(line, { maxLength: 30 }), fc.boolean(), fc.array(fc.nat(200), { maxLength: 4 }), async (lines, ended, cuts) => {
      const file = fileOf(lines.join('\n') + (ended ? '\n' : ''));
      const size = await file.size(never);
      const starts = await Promise.all([0, ...cuts].map((cut) => file.lineStart(cut, size, never)));
      const points = [...new Set([...starts, size])].sort((a, b) => a - b);
      const ranges = points.slice(1).map((end, i): RangeScope => ({ kind: 'lines', first: points[i] ?? 0, end }));
      const expected = lines.map((text) => text.replace(/\r$/, '')).filter((text) => text !== '');
      expect((await readAll(file, 'keys', ranges)).map(([key]) => key)).toEqual(expected);
    }));
  });

  test('of many lines is cut into ranges of whole lines', async () => {
    const lines = Array.from({ length: 300_000 }, (_, i) => `folder/object-${i}-${'x'.repeat(i % 40)}`);
    const file = fileOf(`${lines.join('\n')}\n`);
    const ranges = await rangesOfLines(file, never);
    expect(ranges.length).toBeGreaterThan(2);
    expect((await readAll(file, 'keys', ranges)).map(([key]) => key)).toEqual(lines);
  });

  test.each([
    ['at its start', `${'x'.repeat(MAX_LINE_CHARACTERS + 1)}\na\n`],
    ['in the middle', `a\n${'x'.repeat(MAX_LINE_CHARACTERS + 1)}\n`],
    ['in its end', `a\n${'x'.repeat(MAX_LINE_CHARACTERS * 9)}`],
  ])('with a line that is too long %s is refused', async (_, text) => {
    const reading = readAll(fileOf(text), 'keys');
    await expect(reading).rejects.toThrow(RunFailure);
    await expect(reading).rejects.toMatchObject({ side: 'list-file', failure: { kind: 'bad-key' } });
  });

  test.each(['x', 'ä', '\u{1f600}'])('takes the longest line of %s', async (character) => {
    const line = character.repeat(MAX_LINE_CHARACTERS);
    expect(await readAll(fileOf(`${line}\r\nb\n`), 'keys')).toEqual([[line, undefined], ['b', undefined]]);
    expect(await readAll(fileOf(`b\n${line}`), 'keys')).toEqual([['b', undefined], [line, undefined]]);
    await expect(readAll(fileOf(`b\n${line}x\n`), 'keys')).rejects.toMatchObject({ failure: { kind: 'bad-key' } });
  });

  test('that is not UTF-8 is refused', async () => {
    await expect(readAll(fileOf(Buffer.from('a\n\xff\n', 'latin1')), 'keys')).rejects.toMatchObject({ side: 'list-file', failure: { kind: 'corrupt' } });
  });

  test('that is not there is refused', async () => {
    const file = new ListFile(listedStore(), 'nothing', quickClock());
    await expect(rangesOfLines(file, never)).rejects.toMatchObject({ side: 'list-file', failure: { kind: 'absent' } });
  });
});

test.each([
  ['https://host/a/b.txt', 'https://host/a/b.txt', 'a/b.txt'],
  ['https://host/a%20b/%C3%A4?x=/y#z', 'https://host/a%20b/%C3%A4?x=/y#z', 'a b/ä'],
  ['http://host/a/../b//c/./', 'http://host/a/../b//c/./', 'a/../b//c/./'],
  ['https://host/%zz', 'https://host/%zz', '%zz'],
  ['https://host', 'https://host', ''],
  ['https://host/x\tnew/key', 'https://host/x', 'new/key'],
  ['https://host/%41\ta%20b%2F+%C3%A4', 'https://host/%41', 'a b/+ä'],
  ['https://host/x\t100%', 'https://host/x', '100%'],
  ['https://host/x\t', 'https://host/x', ''],
  ['https://host/x\ta\tb', 'https://host/x', 'a\tb'],
])('the URL line %j is %j as %j', (line, key, name) => {
  expect(parseUrlLine(line)).toEqual({ key, name });
});
