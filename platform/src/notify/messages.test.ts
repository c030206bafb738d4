import { expect, test } from 'vitest';
import type { NoticeFacts } from '../object-migration/notices/notice.ts';
import { messageOf } from './messages.ts';

const facts: NoticeFacts = {
  taskName: 'task-1', succeeded: false, error: { code: 'TRF.0004', message: 'Some objects failed.' }, startedAt: Date.UTC(2026, 0, 2, 3, 4, 5), activeMs: 3_723_000,
  migrated: { objects: 7, bytes: 1_610_612_736 }, skipped: { objects: 2, bytes: 10 }, failed: { objects: 1, bytes: 5 },
  sourceBucket: 'here', destinationBucket: 'there', listFile: undefined, outcomeLists: 'oms/task-1/segment_lists/', failedLists: undefined,
};

test('tells a failure in English', () => {
  expect(messageOf(facts, 'en-us', undefined)).toEqual({
    subject: 'Migration task task-1: Failed',
    text: [
      'Status: Failed', 'Task: task-1', 'Started: 2026-01-02T03:04:05.000Z', 'Time used: 01:02:03', 'Data transferred: 1.50 GB', 'Average speed: 422.47 KB/s',
      'Source bucket: here', 'Destination bucket: there', 'List of migrated objects: oms/task-1/segment_lists/', 'List of skipped objects: oms/task-1/segment_lists/',
      'Objects: 7 migrated, 2 skipped, 1 failed', 'Reason: TRF.0004 Some objects failed.',
    ].join('\n'),
  });
});

test('tells a success in Chinese', () => {
  const { subject, text } = messageOf({ ...facts, succeeded: true, error: undefined }, 'zh-cn', undefined);
  expect(subject).toBe('迁移任务 task-1：成功');
  expect(text).toContain('对象数: 迁移 7，忽略 2，失败 1');
});

test('fills a template and leaves other words in braces alone', () => {
  expect(messageOf(facts, 'en-us', '{Task_Name} is {Task_Status}; {List_File_Key}{toString} {Nothing}').text).toBe('task-1 is Failed; {toString} {Nothing}');
});
