import { expect, test } from 'vitest';
import { contentOf, MigrationSetting } from './testing/migration-setting.ts';

const sizes = Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`dir-${i % 3}/file-${i}`, i * 100]));

test('copies a bucket, small and large', async () => {
  const setting = new MigrationSetting({ source: { pageSize: 4 }, destination: { pageSize: 4 } }).fill(sizes);
  expect(await setting.runToEnd()).toEqual({ kind: 'finished' });
  expect(setting.arrived()).toEqual(Object.fromEntries(Object.entries(sizes).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, size]) => [key, contentOf(key, size)])));
  const ledger = setting.ledger.forWorker('reader');
  expect(await ledger.tally()).toEqual({ succeeded: { objects: 25, bytes: 30_000 }, skipped: { objects: 0, bytes: 0 }, failed: { objects: 0, bytes: 0 } });
  expect(await ledger.counting()).toMatchObject({ done: true, found: { objects: 25, bytes: 30_000 } });
  expect((await setting.segmentLines()).map(({ key }) => key).sort()).toEqual(Object.keys(sizes).sort());
});
