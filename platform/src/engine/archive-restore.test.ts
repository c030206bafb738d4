/** Archived source objects: they fail, or are made readable first. What dies on the way is in `crash.test.ts`. */
import { describe, expect, test } from 'vitest';
import { StoreFailure } from '../object-store/failure.ts';
import { contentOf, LONG_AGO, MigrationSetting, type MigrationSettingOptions } from './testing/migration-setting.ts';

const archived = { lastModified: LONG_AGO, readableFrom: Infinity, storageClass: 'GLACIER' };

function settingWith(sizes: Readonly<Record<string, number>>, { restoreMs = 100_000, ...options }: MigrationSettingOptions & { readonly restoreMs?: number } = {}): MigrationSetting {
  const setting = new MigrationSetting({ ...options, source: { restoreMs, ...options.source }, plan: { restoreDays: 3, ...options.plan } });
  for (const [key, size] of Object.entries(sizes)) setting.source.memory.put(key, contentOf(key, size), archived);
  return setting;
}

const tallyOf = (setting: MigrationSetting) => setting.ledger.forWorker('reader').tally();
const failuresOf = (setting: MigrationSetting) => setting.ledger.forWorker('reader').failures(undefined, 10);

describe('archived objects', () => {
  test('fail with that reason where no restore was asked for', async () => {
    const setting = settingWith({ cold: 5 }, { plan: { restoreDays: undefined } }).fill({ warm: 3 });
    expect(await setting.runToEnd()).toEqual({ kind: 'finished' });
    expect(await tallyOf(setting)).toMatchObject({ succeeded: { objects: 1 }, failed: { objects: 1, bytes: 5 } });
    expect(await failuresOf(setting)).toMatchObject([{ sourceKey: 'cold', code: 'archived' }]);
    expect(setting.source.memory.count('restore')).toBe(0);
  });

  test('are asked for once, looked at and copied when they can be read', async () => {
    const setting = settingWith({ small: 5, large: 2_500 }).fill({ warm: 3 });
    expect(await setting.run()).toMatchObject({ kind: 'idle' });
    expect(await tallyOf(setting)).toMatchObject({ succeeded: { objects: 1 }, failed: { objects: 0 } });
    expect(await setting.runToEnd()).toEqual({ kind: 'finished' });
    expect(await tallyOf(setting)).toEqual({ succeeded: { objects: 3, bytes: 2_508 }, skipped: { objects: 0, bytes: 0 }, failed: { objects: 0, bytes: 0 } });
    expect(setting.arrived()).toEqual({ large: contentOf('large', 2_500), small: contentOf('small', 5), warm: contentOf('warm', 3) });
    expect(setting.source.memory.count('restore')).toBe(2);
  });

  test('are asked for again when a restore has expired before the copy', async () => {
    const setting = settingWith({ cold: 5 }, { restoreMs: 10_000 });
    let expired = false;
    setting.source.memory.before = ({ name }) => {
      const stored = setting.source.memory.find('cold');
      if (name !== 'read' || expired || stored.readableFrom === Infinity) return;
      expired = true;
      setting.source.memory.objects.set('cold', { ...stored, readableFrom: Infinity });
    };
    expect(await setting.runToEnd()).toEqual({ kind: 'finished' });
    expect(expired).toBe(true);
    expect(setting.source.memory.count('restore')).toBe(2);
    expect(setting.arrived()).toEqual({ cold: contentOf('cold', 5) });
  });

  test('fail with the refusal when the store restores nothing', async () => {
    const setting = settingWith({ cold: 5 });
    setting.source.memory.before = ({ name }) => {
      if (name === 'restore') throw new StoreFailure('denied', 'RestoreObject is not allowed');
    };
    expect(await setting.runToEnd()).toEqual({ kind: 'finished' });
    expect(await failuresOf(setting)).toMatchObject([{ code: 'archived', reason: 'cold is archived and cannot be restored: RestoreObject is not allowed' }]);
  });

  test('fail when a restore never ends', async () => {
    const setting = settingWith({ cold: 5 }, { restoreMs: 1e15, tuning: { restoreLookMs: 0.001 } });
    expect(await setting.runToEnd()).toEqual({ kind: 'finished' });
    expect(await failuresOf(setting)).toMatchObject([{ code: 'archived', reason: 'cold is archived, and its restore has not ended after 1000 looks' }]);
  });

  test('wait out a store that answers no questions', async () => {
    const setting = settingWith({ cold: 5 }, { tuning: { attempts: 2, retryMs: 10 } });
    let refused = 0;
    setting.source.memory.before = ({ name }) => {
      if ((name === 'restore' || name === 'stat') && refused++ < 6) throw new StoreFailure('transient', 'not now');
    };
    expect(await setting.runToEnd()).toEqual({ kind: 'finished' });
    expect(setting.arrived()).toEqual({ cold: contentOf('cold', 5) });
  });

  test('that failed before are restored by a retry', async () => {
    const setting = settingWith({ cold: 5 });
    setting.source.memory.before = ({ name }) => {
      if (name === 'restore') throw new StoreFailure('denied', 'RestoreObject is not allowed');
    };
    await setting.runToEnd();
    setting.source.memory.before = undefined;
    setting.ledger.retryFailed();
    expect(await setting.runToEnd()).toEqual({ kind: 'finished' });
    expect(await tallyOf(setting)).toEqual({ succeeded: { objects: 1, bytes: 5 }, skipped: { objects: 0, bytes: 0 }, failed: { objects: 0, bytes: 0 } });
  });
});

test('keeps the class that an object had before it was restored', async () => {
  const setting = settingWith({ small: 5, large: 2_500 }, { plan: { storageClass: { kind: 'mapped', names: { GLACIER: 'COLD', HOT: 'STANDARD' } } } });
  setting.source.memory.before = ({ name, key }) => {
    const stored = setting.source.memory.find(key);
    if (name === 'stat' && stored.readableFrom !== Infinity) setting.source.memory.objects.set(key, { ...stored, storageClass: 'HOT' });
  };
  expect(await setting.runToEnd()).toEqual({ kind: 'finished' });
  expect(['small', 'large'].map((key) => setting.destination.memory.find(key).options?.storageClass)).toEqual(['COLD', 'COLD']);
});

test('keeps the source’s storage class under the destination’s name for it', async () => {
  const setting = new MigrationSetting({ plan: { storageClass: { kind: 'mapped', names: { GLACIER_IR: 'WARM', STANDARD: 'STANDARD' } } } });
  const put = (key: string, size: number, storageClass?: string) => setting.source.memory.put(key, contentOf(key, size), { lastModified: LONG_AGO, ...(storageClass === undefined ? {} : { storageClass }) });
  put('cool', 5, 'GLACIER_IR');
  put('cool and large', 2_500, 'GLACIER_IR');
  put('standard', 5, 'STANDARD');
  put('strange', 5, 'TAPE');
  put('untold', 5);
  expect(await setting.runToEnd()).toEqual({ kind: 'finished' });
  const classOf = (key: string) => setting.destination.memory.find(key).options?.storageClass;
  expect(['cool', 'cool and large', 'standard', 'strange', 'untold'].map(classOf)).toEqual(['WARM', 'WARM', 'STANDARD', undefined, undefined]);
});
