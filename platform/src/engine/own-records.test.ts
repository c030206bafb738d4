import { expect, test } from 'vitest';
import { failedListsFolder, isOwnRecord, listFileKey, listFilePrefix, manifestKey, segmentKey, segmentListsFolder } from './own-records.ts';

test.each(['task-1', 'task_group/d85ed5a8-61a1-492f-a146-2fd092dc37cf', 'ä name'])('the records of %j are known as ours', (name) => {
  expect(isOwnRecord(segmentKey(name, { kind: 'range', id: '7', epoch: 3 }, 12))).toBe(true);
  expect(isOwnRecord(segmentKey(name, { kind: 'item', id: 'b5c-1_x', epoch: 1 }, 1))).toBe(true);
  for (const part of [undefined, 'task-123456789012345', 'task-123456789012345-2']) {
    expect(isOwnRecord(listFileKey(listFilePrefix(failedListsFolder(name), part), 1))).toBe(true);
    expect(isOwnRecord(listFileKey(listFilePrefix(segmentListsFolder(name), part), 123456))).toBe(true);
    expect(isOwnRecord(manifestKey(name, part))).toBe(true);
  }
});

test.each([
  'oms',
  'oms/',
  'oms/photo.jpg',
  'oms/task-1/',
  'oms/task-1/manifest.json',
  'oms/task-1/segments/range-7-3-12.jsonl',
  'oms/task-1/segments/range-7-3-12.haulier.jsonl.bak',
  'oms/task-1/segments/range-7.haulier.jsonl',
  'oms/task-1/failed_object_lists/1.haulier.jsonl',
  'oms/task_group/g/failed_object_lists/photo-000001.haulier.jsonl',
  'oms/a/b/c/manifest.haulier.json',
  'oms//manifest.haulier.json',
  'OMS/task-1/manifest.haulier.json',
  'backup/oms/task-1/manifest.haulier.json',
  'oms/task-1/manifest.haulier.json\n',
])('%j is somebody’s object', (key) => {
  expect(isOwnRecord(key)).toBe(false);
});
