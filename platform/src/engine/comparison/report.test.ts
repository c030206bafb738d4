import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { StoreFailure } from '../../object-store/failure.ts';
import type { MigrationPlan } from '../plan.ts';
import { listedStore } from '../testing/listed-store.ts';
import { contentOf, LONG_AGO, MigrationSetting, never } from '../testing/migration-setting.ts';
import { quickClock } from '../testing/quick-clock.ts';
import { basicPlan } from '../transfer/testing/setting.ts';
import { reportOf } from './report.ts';

type Line = Readonly<Record<string, unknown>>;

interface Sides {
  readonly source: ReturnType<typeof listedStore>;
  readonly destination: ReturnType<typeof listedStore>;
}

/** Two stores of small pages. */
function sides(over: { readonly source?: Parameters<typeof listedStore>[0]; readonly destination?: Parameters<typeof listedStore>[0] } = {}): Sides {
  return { source: listedStore({ pageSize: 2, ...over.source }), destination: listedStore({ pageSize: 3, ...over.destination }) };
}

async function report({ source, destination }: Sides, { plan = {}, readBytes = false }: { readonly plan?: Partial<MigrationPlan>; readonly readBytes?: boolean } = {}): Promise<{ readonly lines: readonly Line[]; readonly end: Line; readonly text: string }> {
  let text = '';
  for await (const part of reportOf({ source, destination, plan: { ...basicPlan, ...plan }, clock: quickClock(), readBytes }, never)) text += part;
  const lines = text.trimEnd().split('\n').map((line) => JSON.parse(line) as Line);
  const end = lines.pop();
  if (end === undefined) throw new Error('the report has no end');
  return { lines, end, text };
}

const brief = (lines: readonly Line[]) => lines.map(({ result, key, to, check }) => [result, key ?? to, ...(check === undefined ? [] : [check])].join(' '));

test('finds what is identical, different, missing and extra over pages of any size', async () => {
  const both = sides();
  for (const key of ['a', 'b', 'c', 'd', 'e', 'f', '\uffff', '\u{1f600}']) both.source.memory.put(key, contentOf(key, 5), { lastModified: LONG_AGO });
  for (const key of ['a', 'c', 'd', 'f', 'g', 'h', '\uffff', '\u{1f600}']) both.destination.memory.put(key, contentOf(key, key === 'c' ? 6 : 5, key === 'd' ? 2 : 1), { lastModified: LONG_AGO });
  const { lines, end, text } = await report(both);
  expect(brief(lines)).toEqual([
    'identical a etag', 'missing b', 'different c', 'different d', 'missing e', 'identical f etag', 'extra g', 'extra h', 'identical \uffff etag', 'identical \u{1f600} etag',
  ]);
  const before = text.slice(0, text.trimEnd().lastIndexOf('\n') + 1);
  expect(end).toEqual({ end: true, identical: 4, different: 2, missing: 2, extra: 2, unreadable: 0, bytes: 20, lines: 10, sha256: createHash('sha256').update(before).digest('hex') });
});

test('tells of each object both sides, and the digest that decided', async () => {
  const both = sides();
  both.source.memory.put('k', contentOf('k', 5), { lastModified: LONG_AGO });
  both.destination.memory.put('to/k', contentOf('k', 5), { lastModified: LONG_AGO + 1_000 });
  const { lines } = await report(both, { plan: { savePrefix: 'to/' } });
  const etag = createHash('md5').update(contentOf('k', 5)).digest('hex');
  expect(lines).toEqual([{
    result: 'identical', key: 'k', to: 'to/k', size: 5, check: 'etag', checksum: `md5:${etag}`,
    source: { etag, modified: new Date(LONG_AGO).toISOString() }, destination: { etag, modified: new Date(LONG_AGO + 1_000).toISOString() },
  }]);
});

describe('where ETags are no digests', () => {
  const opaque = { traits: { etag: 'opaque' } } as const;

  test('CRC64s decide', async () => {
    const crc64 = (bytes: Uint8Array) => String(bytes[0]);
    const both = sides({ source: { ...opaque, crc64 }, destination: { ...opaque, crc64 } });
    both.source.memory.put('a', Buffer.from('ab'), { crc64: '1' });
    both.destination.memory.put('a', Buffer.from('ab'), { crc64: '1' });
    both.source.memory.put('b', Buffer.from('ab'), { crc64: '1' });
    both.destination.memory.put('b', Buffer.from('ab'), { crc64: '2' });
    const { lines } = await report(both);
    expect(lines).toMatchObject([{ result: 'identical', check: 'crc64', checksum: 'crc64:1' }, { result: 'different', why: 'another CRC64' }]);
  });

  test('size and time have to do, unless the bytes are read', async () => {
    const both = sides({ destination: opaque });
    both.source.memory.put('a', contentOf('a', 2_000), { lastModified: LONG_AGO });
    both.destination.memory.put('a', contentOf('a', 2_000, 2), { lastModified: LONG_AGO + 5_000 });
    both.source.memory.put('b', contentOf('b', 5), { lastModified: LONG_AGO });
    both.destination.memory.put('b', contentOf('b', 5), { lastModified: LONG_AGO - 5_000 });
    expect(brief((await report(both)).lines)).toEqual(['identical a size-and-time', 'different b']);
    expect(brief((await report(both, { readBytes: true })).lines)).toEqual(['different a', 'identical b bytes']);
  });

  test('an encrypted object’s ETag proves nothing', async () => {
    const both = sides();
    both.source.memory.put('a', contentOf('a', 5), { lastModified: LONG_AGO });
    both.destination.memory.put('a', contentOf('a', 5), { lastModified: LONG_AGO, etag: '0'.repeat(32), keyEncrypted: true });
    expect(brief((await report(both)).lines)).toEqual(['identical a size-and-time']);
  });
});

test('leaves out our own records and what was too old to be migrated', async () => {
  const both = sides();
  both.source.memory.put('old', Buffer.from('o'), { lastModified: LONG_AGO });
  both.source.memory.put('new', Buffer.from('n'), { lastModified: LONG_AGO + 10_000 });
  both.destination.memory.put('oms/task/manifest.haulier.json', Buffer.from('{}'));
  expect(brief((await report(both, { plan: { migrateSince: LONG_AGO } })).lines)).toEqual(['missing new']);
});

test('looks at named objects one by one, and says when it did not look for extra ones', async () => {
  const both = sides();
  both.source.memory.put('a', Buffer.from('a'));
  both.destination.memory.put('a', Buffer.from('a'));
  both.destination.memory.put('b', Buffer.from('b'));
  const { lines, end } = await report(both, { plan: { selection: { kind: 'names', names: ['a', 'gone'] } } });
  expect(brief(lines)).toEqual(['identical a etag', 'unreadable gone']);
  expect(end).toMatchObject({ extra: null, unreadable: 1 });
});

test('compares a source without an order', async () => {
  const both = sides({ source: { traits: { listOrder: 'opaque' } } });
  for (const key of ['a', 'b', 'c']) both.source.memory.put(key, Buffer.from(key));
  both.destination.memory.put('b', Buffer.from('b'));
  const { lines, end } = await report(both);
  expect(brief(lines)).toEqual(['missing a', 'identical b etag', 'missing c']);
  expect(end).toMatchObject({ missing: 2, extra: null });
});

test('an object that cannot be read is told with the side and the reason', async () => {
  const both = sides({ destination: { traits: { etag: 'opaque' } } });
  both.source.memory.put('a', Buffer.from('a'));
  both.destination.memory.put('a', Buffer.from('a'));
  both.destination.memory.before = ({ name }) => {
    if (name === 'stat') throw new StoreFailure('denied', 'not for you');
  };
  expect((await report(both)).lines).toEqual([{ result: 'unreadable', key: 'a', side: 'destination', why: 'not for you' }]);
});

test('a listing that breaks is told in place of the closing line', async () => {
  const both = sides();
  both.source.memory.put('a', Buffer.from('a'));
  both.destination.beforeList = () => {
    throw new StoreFailure('denied', 'no listing');
  };
  expect((await report(both)).end).toEqual({ end: false, side: 'destination', why: 'no listing' });
});

test('what a migration has done is identical', async () => {
  const setting = new MigrationSetting({ plan: { savePrefix: 'saved/' } }).fill({ a: 1, 'b/c': 0, large: 2_500 });
  await setting.runToEnd();
  const { lines, end } = await report(setting, { plan: setting.plan });
  expect(brief(lines)).toEqual(['identical a etag', 'identical b/c etag', expect.stringMatching(/^identical large (etag|size-and-time)$/) as string]);
  expect(end).toMatchObject({ identical: 3, missing: 0, extra: 0 });
});
