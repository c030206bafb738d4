import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { StoreFailure } from '../object-store/failure.ts';
import { isOwnRecord } from './own-records.ts';
import { writeFinalLists } from './records.ts';
import { MigrationSetting, never } from './testing/migration-setting.ts';

const sizes = { a: 1, b: 20, c: 1_500, d: 4 };

async function migrated(more: ConstructorParameters<typeof MigrationSetting>[0] = {}): Promise<MigrationSetting> {
  const setting = new MigrationSetting(more).fill(sizes);
  setting.source.memory.before = ({ key }) => {
    if (key === 'b' || key === 'd') throw new StoreFailure('denied', `read ${key}: not yours`);
  };
  await setting.runToEnd();
  setting.source.memory.before = undefined;
  return setting;
}

function finish({ destination, ledger, plan }: MigrationSetting) {
  return writeFinalLists({ destination, ledger: ledger.forWorker('last'), plan }, never);
}

function rowsOf(setting: MigrationSetting, key: string): readonly unknown[] {
  return setting.destination.memory.find(key).bytes.toString().trimEnd().split('\n').map((line) => JSON.parse(line) as unknown);
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('the final lists', () => {
  test('name what failed and prove every segment', async () => {
    const setting = await migrated({ plan: { savePrefix: 'to/' } });
    const lists = await finish(setting);
    expect(lists).toMatchObject({ failedKey: 'oms/test/failed_object_lists/', failedError: undefined, manifestKey: 'oms/test/manifest.haulier.json', manifestError: undefined });
    expect(rowsOf(setting, 'oms/test/failed_object_lists/000001.haulier.jsonl')).toMatchObject([
      { key: 'b', to: 'to/b', size: 20, code: 'denied', message: 'read b: not yours' },
      { key: 'd', to: 'to/d', size: 4, code: 'denied' },
    ]);
    const manifest = setting.destination.memory.find('oms/test/manifest.haulier.json').bytes;
    expect(sha256(manifest)).toBe(lists.manifestSha256);
    const { tally, segment_lists: segmentLists, failed_object_lists: failedLists } = JSON.parse(manifest.toString()) as { tally: unknown; segment_lists: { key: string; sha256: string }[]; failed_object_lists: { key: string; sha256: string }[] };
    expect(tally).toMatchObject({ succeeded: { objects: 2, bytes: 1_501 }, failed: { objects: 2, bytes: 24 } });
    for (const list of [...segmentLists, ...failedLists]) expect(sha256(setting.destination.memory.find(list.key).bytes)).toBe(list.sha256);
    const segments = segmentLists.flatMap(({ key }) => rowsOf(setting, key)) as { key: string; sha256: string }[];
    for (const segment of segments) expect(sha256(setting.destination.memory.find(segment.key).bytes)).toBe(segment.sha256);
    const lines = segments.flatMap(({ key }) => rowsOf(setting, key)) as { outcome: string; key: string }[];
    expect(lines.map(({ outcome, key }) => `${key} ${outcome}`).sort()).toEqual(['a succeeded', 'b failed', 'c succeeded', 'd failed']);
  });

  test('are all known as our own records', async () => {
    const setting = await migrated();
    await finish(setting);
    expect([...setting.destination.memory.objects.keys()].filter((key) => key.startsWith('oms/') && !isOwnRecord(key))).toEqual([]);
  });

  test('of a retry replace those before', async () => {
    const setting = await migrated();
    await finish(setting);
    setting.destination.memory.put('oms/test/failed_object_lists/000002.haulier.jsonl', Buffer.from('{}\n'));
    setting.destination.memory.put('oms/test/failed_object_lists/mine.txt', Buffer.from('kept'));
    setting.ledger.retryFailed();
    await setting.runToEnd();
    expect(await finish(setting)).toMatchObject({ failedKey: undefined, failedError: undefined });
    const left = [...setting.destination.memory.objects.keys()].filter((key) => key.includes('failed_object_lists'));
    expect(left).toEqual(['oms/test/failed_object_lists/mine.txt']);
  });

  test('of tasks that share a folder leave those of the others alone', async () => {
    const setting = await migrated({ plan: { recordName: 'task_group/g', recordPart: 'task-12' } });
    const others = 'oms/task_group/g/failed_object_lists/task-1-000001.haulier.jsonl';
    setting.destination.memory.put(others, Buffer.from('{}\n'));
    expect(await finish(setting)).toMatchObject({ failedKey: 'oms/task_group/g/failed_object_lists/', manifestKey: 'oms/task_group/g/task-12-manifest.haulier.json' });
    setting.ledger.retryFailed();
    await setting.runToEnd();
    await finish(setting);
    const left = [...setting.destination.memory.objects.keys()].filter((key) => key.includes('failed_object_lists'));
    expect(left).toEqual([others]);
  });

  test('of very many failures are several files, in the order of the keys', async () => {
    const setting = new MigrationSetting();
    const failures = Array.from({ length: 40_000 }, (_, i) => ({ sourceKey: `k${String(i).padStart(6, '0')}`, destinationKey: `k${String(i).padStart(6, '0')}`, size: 1, lastModified: 1, etag: undefined, code: 'denied', reason: 'x'.repeat(400) }));
    const ledger = setting.ledger.forWorker('w');
    await ledger.seed([{ kind: 'keys', prefix: '' }]);
    const lease = await ledger.claimRange();
    if (lease === undefined) throw new Error('there is a range');
    await ledger.commitPage(lease, { cursor: { kind: 'start' }, done: true, tally: await ledger.tally(), failures, items: [], segment: undefined });
    const lists = await finish(setting);
    expect(lists.failedKey).toBe('oms/test/failed_object_lists/');
    const files = [...setting.destination.memory.objects.keys()].filter((key) => key.startsWith('oms/test/failed_object_lists/')).sort();
    expect(files.length).toBeGreaterThan(1);
    expect(files.flatMap((key) => rowsOf(setting, key)).map((row) => (row as { key: string }).key)).toEqual(failures.map(({ sourceKey }) => sourceKey));
  });

  test('are no error when the destination takes none', async () => {
    const setting = await migrated();
    setting.destination.memory.before = ({ name }) => {
      if (name === 'write') throw new StoreFailure('full', 'no room');
    };
    expect(await finish(setting)).toEqual({ failedKey: undefined, failedError: 'full', manifestKey: undefined, manifestSha256: undefined, manifestError: 'full' });
  });

  test('do not name failures that nobody wants recorded', async () => {
    const setting = await migrated({ plan: { recordFailures: false } });
    expect(await finish(setting)).toMatchObject({ failedKey: undefined, failedError: undefined, manifestKey: 'oms/test/manifest.haulier.json' });
  });
});
