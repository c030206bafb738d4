import { expect, test } from 'vitest';
import { StoreFailure } from '../../object-store/failure.ts';
import { listedStore } from '../testing/listed-store.ts';
import { contentOf, LONG_AGO, never } from '../testing/migration-setting.ts';
import { quickClock } from '../testing/quick-clock.ts';
import { basicPlan } from '../transfer/testing/setting.ts';
import { estimateOf } from './estimate.ts';
import { preflight, type PreflightDeps } from './preflight.ts';

function deps(over: Partial<PreflightDeps> = {}): PreflightDeps & { readonly source: ReturnType<typeof listedStore>; readonly destination: ReturnType<typeof listedStore> } {
  const source = listedStore({ pageSize: 3 });
  const destination = listedStore({ traits: { maxKeyBytes: 20, maxWriteBytes: 1_000 } });
  return { plan: basicPlan, storageClasses: { COLD: 'archive', STANDARD: 'standard' }, clock: quickClock(), mostObjects: Infinity, ...over, source, destination };
}

const verbs = (found: Awaited<ReturnType<typeof preflight>>) => found.verbs.map(({ side, verb, allowed }) => `${side} ${verb} ${allowed}`);

test('counts by size and class, finds what is archived, and writes nothing', async () => {
  const asked = deps();
  const put = (key: string, size: number, storageClass?: string) => asked.source.memory.put(key, contentOf(key, size), { lastModified: LONG_AGO, ...(storageClass === undefined ? {} : { storageClass }) });
  put('a', 0);
  put('b', 10, 'STANDARD');
  put('c', 70_000, 'COLD');
  put('d', 5, 'STANDARD');
  const found = await preflight(asked, never);
  expect(verbs(found)).toEqual(['source list yes', 'source look yes', 'source read yes', 'destination list yes', 'destination write yes']);
  expect(found).toMatchObject({ complete: true, survey: { objects: 4, bytes: 70_015, archived: { objects: 1, bytes: 70_000 }, older: { objects: 0 }, unreadable: 0, troubles: [] } });
  expect(found.survey?.bySize.filter(({ objects }) => objects > 0)).toEqual([
    { size: 'empty', objects: 1, bytes: 0 }, { size: 'up to 64 KiB', objects: 2, bytes: 15 }, { size: 'up to 1 MiB', objects: 1, bytes: 70_000 },
  ]);
  expect(found.survey?.byStorageClass).toEqual([{ storageClass: 'STANDARD', objects: 2, bytes: 15 }, { storageClass: '', objects: 1, bytes: 0 }, { storageClass: 'COLD', objects: 1, bytes: 70_000 }]);
  expect(found.estimate?.from).toBeGreaterThanOrEqual(1);
  expect([...asked.destination.memory.objects.keys()]).toEqual([]);
  expect([...asked.destination.memory.multipart.open]).toEqual([]);
});

test.each([
  ['a//b', 'path-segments'], ['/a', 'path-segments'], ['a/../b', 'path-segments'], ['..', 'path-segments'], ['a/.', 'path-segments'], ['a\nb', 'control-characters'],
  ['e\u0301', 'not-normalised'], ['folder/', 'folder-with-content'], ['oms/task-1/manifest.haulier.json', 'own-record'], ['x'.repeat(21), 'too-long'],
] as const)('finds the trouble with %j', async (key, trouble) => {
  const asked = deps();
  asked.source.memory.put(key, Buffer.from('x'));
  const { survey } = await preflight(asked, never);
  expect(survey?.troubles).toEqual([{ trouble, objects: 1, examples: [key] }]);
});

test.each(['a', 'a.b/c..d/.e', 'a/b', '\u00e9', '\u{1f600}', '...'])('finds none with %j', async (key) => {
  const asked = deps();
  asked.source.memory.put(key, Buffer.from('x'));
  expect((await preflight(asked, never)).survey?.troubles).toEqual([]);
});

test('tells what is refused, and looks no further than it may', async () => {
  const asked = deps();
  asked.source.beforeList = () => {
    throw new StoreFailure('denied', 'no listing for you');
  };
  asked.destination.memory.before = ({ name }) => {
    if (name === 'create') throw new StoreFailure('denied', 'read only');
  };
  const found = await preflight(asked, never);
  expect(found).toMatchObject({ survey: undefined, complete: false, estimate: undefined });
  expect(found.verbs).toMatchObject([
    { side: 'source', verb: 'list', allowed: 'no', why: 'no listing for you' }, { verb: 'look', allowed: 'not-tried' }, { verb: 'read', allowed: 'not-tried' },
    { side: 'destination', verb: 'list', allowed: 'yes' }, { side: 'destination', verb: 'write', allowed: 'no', why: 'read only' },
  ]);
});

test('looks at no more objects than it was asked to', async () => {
  const asked = deps({ mostObjects: 3 });
  for (let index = 0; index < 10; index++) asked.source.memory.put(`key ${index}`, Buffer.from('x'));
  expect(await preflight(asked, never)).toMatchObject({ complete: false, survey: { objects: 3 } });
});

test('leaves out what is too old', async () => {
  const asked = deps({ plan: { ...basicPlan, migrateSince: LONG_AGO } });
  asked.source.memory.put('old', Buffer.from('xx'), { lastModified: LONG_AGO });
  expect((await preflight(asked, never)).survey).toMatchObject({ objects: 0, older: { objects: 1, bytes: 2 } });
});

test('estimates a range that grows with objects and bytes', () => {
  const pace = { requestMs: 20, bytesPerSecond: 50_000_000 };
  expect(estimateOf(1_000_000, 0, pace)).toEqual({ from: 156, to: 2_500 });
  expect(estimateOf(10, 1e12, pace)).toEqual({ from: 1_250, to: 10_000 });
  expect(estimateOf(0, 0, pace)).toEqual({ from: 1, to: 1 });
});

test('does not take the bytes of small objects for a measure of how fast bytes come', async () => {
  expect(estimateOf(50, 1000, { requestMs: 2, bytesPerSecond: undefined })).toEqual({ from: 1, to: 1 });
  expect(estimateOf(50, 1e9, { requestMs: 2, bytesPerSecond: undefined })).toBeUndefined();
  let now = 0;
  const asked = deps({ clock: { now: () => (now += 10), sleep: () => Promise.resolve() } });
  for (let index = 0; index < 20; index++) asked.source.memory.put(`key ${index}`, Buffer.from('x'));
  asked.source.memory.put('large', contentOf('large', 3_000_000));
  expect((await preflight(asked, never)).estimate).toEqual({ from: 1, to: 1 });
});
