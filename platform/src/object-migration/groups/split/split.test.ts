import { compareUtf8 } from '@haulier/lib/byte-order/byte-order.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RunFailure } from '../../../engine/patience.ts';
import type { Selection } from '../../../engine/plan.ts';
import { StoreFailure } from '../../../object-store/failure.ts';
import { listedStore, type ListedStore } from '../../../engine/testing/listed-store.ts';
import { quickClock } from '../../../engine/testing/quick-clock.ts';
import type { GroupSelection } from '../group.ts';
import { InvalidListFile } from './lists.ts';
import { fewestTasks, splitSteps } from './split.ts';
import type { SplitCursor, SplitDeps, SplitStep, TaskBounds } from './split.ts';

const never = new AbortController().signal;

function deps(source: ListedStore, bounds: Partial<TaskBounds> = {}, listFiles?: ListedStore): SplitDeps {
  return { source, listFiles, clock: quickClock(), bounds: { objects: 10, bytes: 1_000_000, ...bounds } };
}

function bucket(keys: readonly string[], size = 10, pageSize = 7): ListedStore {
  const store = listedStore({ pageSize });
  for (const key of keys) store.memory.put(key, Buffer.alloc(size));
  return store;
}

async function allSteps(given: SplitDeps, selection: GroupSelection, cursor?: SplitCursor, listFiles?: number): Promise<SplitStep[]> {
  const steps: SplitStep[] = [];
  for await (const step of splitSteps(given, selection, listFiles, cursor, never)) steps.push(step);
  return steps;
}

/** How many of these selections have the key. */
function holders(key: string, selections: readonly Selection[]): number {
  return selections.filter((selection) => {
    if (selection.kind !== 'interval') throw new TypeError('prefixes become intervals');
    const { prefix, after, until } = selection;
    return key.startsWith(prefix) && (after === undefined || compareUtf8(key, after) > 0) && (until === undefined || compareUtf8(key, until) <= 0);
  }).length;
}

const selectionsOf = (steps: readonly SplitStep[]) => steps.flatMap((step) => step.tasks.map((task) => task.selection));
const flat = (count: number) => Array.from({ length: count }, (_, n) => `k${String(n).padStart(4, '0')}`);

describe('a flat prefix', () => {
  it('is cut into intervals of as many objects as a task may have', async () => {
    const steps = await allSteps(deps(bucket(flat(35))), { kind: 'prefixes', prefixes: [''] });
    expect(steps.map((step) => step.tasks)).toEqual([
      [{ selection: { kind: 'interval', prefix: '', until: 'k0009' }, found: { objects: 10, bytes: 100 } }],
      [{ selection: { kind: 'interval', prefix: '', after: 'k0009', until: 'k0019' }, found: { objects: 10, bytes: 100 } }],
      [{ selection: { kind: 'interval', prefix: '', after: 'k0019', until: 'k0029' }, found: { objects: 10, bytes: 100 } }],
      [{ selection: { kind: 'interval', prefix: '', after: 'k0029' }, found: { objects: 5, bytes: 50 } }],
    ]);
    expect(steps.map((step) => step.left)).toEqual([1, 1, 1, 0]);
    expect(steps.at(-1)?.cursor).toBeUndefined();
  });

  it('has no empty interval where the last is full', async () => {
    expect(await allSteps(deps(bucket(flat(20))), { kind: 'prefixes', prefixes: [''] })).toHaveLength(2);
  });

  it('is cut by bytes too, an object larger than a task alone', async () => {
    const store = listedStore();
    for (const [key, size] of [['a', 50], ['b', 60], ['c', 500], ['d', 10], ['e', 80]] as const) store.memory.put(key, Buffer.alloc(size));
    const steps = await allSteps(deps(store, { bytes: 100 }), { kind: 'prefixes', prefixes: [''] });
    expect(steps.flatMap((step) => step.tasks.map((task) => task.found))).toEqual([
      { objects: 1, bytes: 50 }, { objects: 1, bytes: 60 }, { objects: 1, bytes: 500 }, { objects: 2, bytes: 90 },
    ]);
  });

  it('costs one listing', async () => {
    const store = bucket(flat(100), 1, 10);
    await allSteps(deps(store), { kind: 'prefixes', prefixes: [''] });
    expect(store.listings.length).toBeLessThanOrEqual(11);
  });

  it('leaves our own records out of the counts', async () => {
    const steps = await allSteps(deps(bucket(['a', 'oms/t/manifest.haulier.json', 'z'])), { kind: 'prefixes', prefixes: [''] });
    expect(steps.flatMap((step) => step.tasks.map((task) => task.found?.objects))).toEqual([2]);
  });
});

describe('several prefixes', () => {
  it('are a task each at least, without those that another covers', async () => {
    const steps = await allSteps(deps(bucket(['a/1', 'b/1', 'c'])), { kind: 'prefixes', prefixes: ['b/', 'a', 'a/', 'none'] });
    expect(selectionsOf(steps)).toEqual([{ kind: 'interval', prefix: 'a' }, { kind: 'interval', prefix: 'b/' }, { kind: 'interval', prefix: 'none' }]);
    expect(steps.map((step) => step.left)).toEqual([2, 1, 0]);
    expect(fewestTasks({ kind: 'prefixes', prefixes: ['b/', 'a', 'a/', 'none'] }, undefined)).toBe(3);
  });

  it('of a store that lists in no order are one task each', async () => {
    const store = listedStore({ traits: { listOrder: 'opaque' } });
    for (const key of flat(30)) store.memory.put(key, Buffer.alloc(1));
    const steps = await allSteps(deps(store), { kind: 'prefixes', prefixes: ['k', 'x'] });
    expect(steps.map((step) => step.tasks)).toEqual([
      [{ selection: { kind: 'interval', prefix: 'k' }, found: undefined }], [{ selection: { kind: 'interval', prefix: 'x' }, found: undefined }],
    ]);
  });

  it('cover every selected key exactly once, also when the work is taken up again after any step, and the bucket has changed', async () => {
    const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', 'é', '\uffff', '\u{1f600}'), minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(key, { minLength: 1, maxLength: 40 }), fc.array(fc.oneof(key, fc.constant('')), { minLength: 1, maxLength: 3 }), fc.nat(20), fc.array(key, { maxLength: 5 }), async (keys, prefixes, broken, later) => {
        const store = bucket(keys, 1, 3);
        const given = deps(store, { objects: 4 });
        const selection: GroupSelection = { kind: 'prefixes', prefixes };
        const kept: SplitStep[] = [];
        for await (const step of splitSteps(given, selection, undefined, undefined, never)) {
          kept.push(step);
          if (kept.length > broken) break;
        }
        const last = kept.at(-1);
        for (const added of later) store.memory.put(added, Buffer.alloc(1));
        if (last?.cursor !== undefined) kept.push(...await allSteps(given, selection, JSON.parse(JSON.stringify(last.cursor)) as SplitCursor));
        for (const name of [...keys, ...later]) {
          expect(holders(name, selectionsOf(kept)), JSON.stringify(name)).toBe(prefixes.some((prefix) => name.startsWith(prefix)) ? 1 : 0);
        }
      }),
    );
  });

  it('end where the source does not list, or not in order', async () => {
    const denied = bucket(flat(30));
    denied.beforeList = () => {
      throw new StoreFailure('denied', 'not yours');
    };
    await expect(allSteps(deps(denied), { kind: 'prefixes', prefixes: [''] })).rejects.toThrow(RunFailure);
  });
});

function lists(files: Readonly<Record<string, { readonly contentType?: string; readonly contentEncoding?: string }>>): ListedStore {
  const store = listedStore({ pageSize: 3 });
  for (const [key, metadata] of Object.entries(files)) store.memory.put(key, Buffer.from('x'), { metadata: { contentType: 'text/plain', user: {}, ...metadata } });
  return store;
}

describe('list files', () => {
  const folder = { kind: 'list-file', bucket: 'lists', key: 'hw/' } as const;

  it('are a task each', async () => {
    const store = lists({ 'hw/': {}, 'hw/1.txt': {}, 'hw/2.txt': {}, 'hw/3.TXT': {}, 'hw/sub/4.txt': {}, 'hx.txt': {} });
    const steps = await allSteps(deps(bucket([]), {}, store), folder, undefined, 4);
    expect(selectionsOf(steps)).toEqual(['hw/1.txt', 'hw/2.txt', 'hw/3.TXT', 'hw/sub/4.txt'].map((key) => ({ ...folder, key })));
    expect(steps.map((step) => step.left)).toEqual([2, 0]);
    const [first] = steps;
    expect(selectionsOf(await allSteps(deps(bucket([]), {}, store), folder, first?.cursor, 4))).toEqual(selectionsOf(steps.slice(1)));
  });

  it('by the name of one file are that one alone', async () => {
    const store = lists({ 'a.txt': {}, 'a.txt2.txt': {} });
    expect(selectionsOf(await allSteps(deps(bucket([]), {}, store), { ...folder, key: 'a.txt' }, undefined, 1))).toEqual([{ ...folder, key: 'a.txt' }]);
  });

  it.each([
    ['TRF.0019', { 'hw/1.txt': { contentType: 'text/csv' } }],
    ['TRF.0019', { 'hw/1.txt': {}, 'hw/2.txt': { contentEncoding: 'gzip' } }],
    ['TRF.0014', { 'hw/1.csv': {} }],
    ['TRF.0013', {}],
  ])('that cannot be used break the creation with %s: %o', async (code, files) => {
    const broken = await allSteps(deps(bucket([]), {}, lists(files)), folder, undefined, 1).catch((error: unknown) => error);
    expect(broken).toBeInstanceOf(InvalidListFile);
    expect(broken).toMatchObject({ reason: { code } });
  });
});
