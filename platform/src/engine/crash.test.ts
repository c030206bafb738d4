/**
 * Any bucket, any state of the destination, any plan, and workers that die at any call: in the end the destination is
 * what the plan asks for and every object is counted once, in its column.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MigrationPlan, OverwriteMode, Selection } from './plan.ts';
import { abortAbandoned } from './transfer/janitor.ts';
import { contentOf, LONG_AGO, MigrationSetting, never } from './testing/migration-setting.ts';
import { Death, Life } from './testing/mortal.ts';

type Before = 'absent' | 'same' | 'older' | 'other-size';

interface Sample {
  readonly key: string;
  readonly size: number;
  readonly age: 'old' | 'new';
  readonly before: Before;
  readonly archived: boolean;
}

const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', '0', '\uffff', '\u{1f600}'), minLength: 1, maxLength: 5 });
const sample: fc.Arbitrary<Sample> = fc.record({
  key,
  size: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(0, 1, 50) }, { weight: 1, arbitrary: fc.constantFrom(1_001, 1_500) }),
  age: fc.constantFrom('old', 'new'),
  before: fc.constantFrom('absent', 'same', 'older', 'other-size'),
  archived: fc.constantFrom(false, false, false, true),
});
const bucket = fc.uniqueArray(sample, { selector: (object) => object.key, maxLength: 40 });

/** Long enough for its ranges to be split. */
const longBucket = fc.uniqueArray(sample, { selector: (object) => object.key, minLength: 50, maxLength: 150, size: 'max' });

const SINCE = LONG_AGO + 1_000_000;
const plan = fc.record({
  overwrite: fc.constantFrom<OverwriteMode>('never', 'size-or-time', 'always'),
  savePrefix: fc.constantFrom('', 'to/', 'b'),
  migrateSince: fc.constantFrom(undefined, SINCE),
  selection: fc.oneof(
    fc.constant<Selection>({ kind: 'prefixes', prefixes: [''] }),
    fc.constant<Selection>({ kind: 'prefixes', prefixes: ['b', 'a', 'a/', '\u{1f600}'] }),
    fc.constant<Selection>({ kind: 'names', names: ['a/', 'a', 'b', 'aa', 'b', 'a/a'] }),
  ),
});
const shape = fc.record({
  sourcePage: fc.integer({ min: 1, max: 6 }),
  destinationPage: fc.integer({ min: 1, max: 6 }),
  listOrder: fc.constantFrom('bytes' as const, 'bytes' as const, 'opaque' as const),
  objects: fc.integer({ min: 1, max: 4 }),
  ranges: fc.integer({ min: 1, max: 3 }),
  windowObjects: fc.integer({ min: 1, max: 30 }),
  commitObjects: fc.integer({ min: 1, max: 12 }),
});
/** More with CRASH_RUNS=30000. */
const numRuns = Number(process.env['CRASH_RUNS'] ?? 150);

/** Calls after which each worker dies. */
const deaths = fc.array(fc.integer({ min: 0, max: 150 }), { maxLength: 6 });

type Plan = Pick<MigrationPlan, 'overwrite' | 'savePrefix' | 'migrateSince' | 'selection'>;

/** What must become of an object, said as plainly as the documents do. */
function expectedOf({ age, before }: Sample, { overwrite, migrateSince }: Plan): 'succeeded' | 'skipped' {
  if (migrateSince !== undefined && age === 'old') return 'skipped';
  if (before === 'absent' || overwrite === 'always') return 'succeeded';
  return overwrite === 'size-or-time' && before !== 'same' ? 'succeeded' : 'skipped';
}

function isSelected(name: string, { selection }: Plan): boolean {
  if (selection.kind === 'prefixes') return selection.prefixes.some((prefix) => name.startsWith(prefix));
  return selection.kind === 'names' && selection.names.some((selected) => (selected.endsWith('/') ? name.startsWith(selected) : name === selected));
}

function settingOf(objects: readonly Sample[], planned: Plan, { sourcePage, destinationPage, listOrder, objects: slots, ranges, windowObjects, commitObjects }: typeof shape extends fc.Arbitrary<infer S> ? S : never): MigrationSetting {
  const setting = new MigrationSetting({
    source: { pageSize: sourcePage, traits: { listOrder }, restoreMs: 45_000 },
    destination: { pageSize: destinationPage },
    plan: { ...planned, restoreDays: 7 },
    limits: { objects: slots, ranges },
    tuning: { windowObjects, commitObjects, heartbeatMs: 100 },
  });
  for (const { key: name, size, age, before, archived } of objects) {
    const lastModified = age === 'old' ? LONG_AGO : SINCE + 1;
    setting.source.memory.put(name, contentOf(name, size), { lastModified, ...(archived ? { readableFrom: Infinity } : {}) });
    const there = { absent: undefined, same: [size, 5_000], older: [size, -5_000], 'other-size': [size + 1, 5_000] }[before];
    if (there !== undefined) setting.destination.memory.put(planned.savePrefix + name, contentOf(name, there[0] ?? 0, 2), { lastModified: lastModified + (there[1] ?? 0) });
  }
  setting.destination.memory.put('zz/somebody else’s', contentOf('zz', 5));
  return setting;
}

/** The destination as it must be in the end. */
function modelOf(objects: readonly Sample[], planned: Plan, before: Readonly<Record<string, Buffer>>): Readonly<Record<string, Buffer>> {
  const model = { ...before };
  for (const object of objects) {
    if (isSelected(object.key, planned) && expectedOf(object, planned) === 'succeeded') model[planned.savePrefix + object.key] = contentOf(object.key, object.size);
  }
  return model;
}

async function check(setting: MigrationSetting, objects: readonly Sample[], planned: Plan, model: Readonly<Record<string, Buffer>>): Promise<void> {
  const selected = objects.filter((object) => isSelected(object.key, planned));
  const missing = planned.selection.kind === 'names' ? [...new Set(planned.selection.names)].filter((name) => !name.endsWith('/') && !name.startsWith('a/') && !objects.some((object) => object.key === name)) : [];
  const column = (kind: string) => selected.filter((object) => expectedOf(object, planned) === kind);
  const count = (kind: string) => ({ objects: column(kind).length, bytes: column(kind).reduce((sum, { size }) => sum + size, 0) });
  const ledger = setting.ledger.forWorker('reader');
  expect(setting.arrived()).toEqual(model);
  expect(await ledger.tally()).toEqual({ succeeded: count('succeeded'), skipped: count('skipped'), failed: { objects: missing.length, bytes: 0 } });
  expect(await ledger.counting()).toMatchObject({ done: true, found: { objects: selected.length + missing.length, bytes: selected.reduce((sum, { size }) => sum + size, 0) } });
  const lines = (await setting.segmentLines()).map(({ outcome, key: name }) => `${outcome} ${name}`).sort();
  expect(lines).toEqual([...selected.map((object) => `${expectedOf(object, planned)} ${object.key}`), ...missing.map((name) => `failed ${name}`)].sort());
  await abortAbandoned(ledger, setting.destination, never);
  expect([...setting.destination.memory.multipart.open]).toEqual([]);
}

test('workers that die at any call lose nothing and count nothing twice', async () => {
  await fc.assert(fc.asyncProperty(bucket, plan, shape, deaths, fc.nat(), async (objects, planned, shaped, steps, seed) => {
    const setting = settingOf(objects, planned, shaped);
    const model = modelOf(objects, planned, setting.arrived());
    for (const [index, life] of steps.entries()) {
      const worker = `mortal-${index}`;
      await setting.run(worker, { life: new Life(life, seed) }).catch((error: unknown) => expect(error).toBeInstanceOf(Death));
      setting.ledger.expireLeasesOf(worker);
    }
    expect(await setting.runToEnd('survivor', new Life(Infinity, seed))).toEqual({ kind: 'finished' });
    await check(setting, objects, planned, model);
  }), { numRuns });
}, 600_000);

test('workers side by side share ranges and items, die and are replaced', async () => {
  await fc.assert(fc.asyncProperty(longBucket, plan, shape, fc.array(deaths, { minLength: 2, maxLength: 3 }), fc.nat(), async (objects, planned, shaped, lives, seed) => {
    const setting = settingOf(objects, planned, shaped);
    const model = modelOf(objects, planned, setting.arrived());
    await Promise.all(lives.map(async (steps, place) => {
      for (const [index, life] of steps.entries()) {
        const worker = `mortal-${place}-${index}`;
        await setting.run(worker, { life: new Life(life, seed) }).catch((error: unknown) => expect(error).toBeInstanceOf(Death));
        setting.ledger.expireLeasesOf(worker);
      }
      expect(await setting.runToEnd(`survivor-${place}`, new Life(Infinity, seed))).toEqual({ kind: 'finished' });
    }));
    await check(setting, objects, planned, model);
  }), { numRuns });
}, 600_000);
