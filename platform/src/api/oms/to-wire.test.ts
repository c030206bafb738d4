import { TaskResp } from '@haulier/wire/oms/task.ts';
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import type { TaskState } from '../../object-migration/task.ts';
import { showExample } from './fixtures/responses.ts';
import { task } from './fixtures/task.ts';
import { toTaskResp } from './to-wire.ts';

const schema = Compile(TaskResp);

describe('a task in an answer', () => {
  it('has every field of the tables', () => {
    expect(toTaskResp(task())).toEqual({
      bandwidth_policy: [],
      complete_size: 60,
      description: 'test log',
      dst_node: { bucket: 'dst_bucket', region: 'cn-north-1', save_prefix: 'save/' },
      enable_failed_object_recording: true,
      enable_kms: false,
      enable_metadata_migration: false,
      enable_restore: false,
      error_reason: null,
      failed_num: 1,
      failed_object_record: null,
      group_id: '',
      id: 191297407830872,
      is_query_over: true,
      left_time: 9001,
      migrate_since: 0,
      migrate_speed: 6,
      name: 'task_name',
      progress: 0.5,
      real_size: 30,
      skipped_num: 2,
      src_node: { bucket: 'src_bucket', cloud_type: 'AWS', region: 'cn-north-1', object_key: ['a', 'folder/'] },
      start_time: 1_700_000_001_000,
      status: 2,
      successful_num: 3,
      task_type: 'object',
      group_type: 'NORMAL_TASK',
      total_num: 12,
      total_size: 120,
      total_time: 5000,
      smn_info: null,
      success_record_error_reason: '',
      skip_record_error_reason: '',
      object_overwrite_mode: 'SIZE_LAST_MODIFIED_COMPARISON_OVERWRITE',
      dst_storage_policy: 'STANDARD',
      consistency_check: 'size_last_modified',
      enable_requester_pays: false,
      task_priority: 'MEDIUM',
    });
  });

  it('is what its schema says', () => {
    const full = task({
      bandwidth: [{ startMinute: 1320, endMinute: 360, bytesPerSecond: 2_000_000 }],
      error: { code: 'TRF.0004', message: 'Some objects failed to be migrated.' },
      failedRecord: { supported: true, listKey: 'oms/task/failed', errorCode: undefined },
      source: { cloud: 'Tencent', region: 'r', bucket: 'b', appId: '125', selection: { kind: 'list-file', bucket: 'lists', key: 'list.txt' } },
    });
    for (const each of [task(), full, task({ startedAt: undefined, leftMs: undefined, total: undefined })]) expect(schema.Errors(toTaskResp(each))).toEqual([]);
  });

  it('has the fields of the document’s example, its CDN included', () => {
    const fields = Object.keys(showExample);
    const cdn = { protocol: 'https', domain: 'cdn.example', authentication: 'tencent-c' } as const;
    const tencentList = task({
      bandwidth: [{ startMinute: 0, endMinute: 1439, bytesPerSecond: 2_000_000 }],
      error: { code: 'TRF.0004', message: 'Some objects failed to be migrated.' },
      failedRecord: { supported: true, listKey: 'oms/task/failed', errorCode: undefined },
      source: { cloud: 'Tencent', region: 'r', bucket: 'b', appId: '125', selection: { kind: 'list-file', bucket: 'lists', key: 'list.txt' }, cdn },
    });
    const answer = toTaskResp(tencentList);
    expect(Object.keys(answer)).toEqual(expect.arrayContaining(fields));
    expect(Object.keys(answer.src_node)).toEqual(expect.arrayContaining(Object.keys(showExample.src_node)));
    expect(Object.keys(answer.failed_object_record ?? {})).toEqual(Object.keys(showExample.failed_object_record));
    expect(answer.source_cdn).toEqual({ domain: 'cdn.example', protocol: 'https', authentication_type: 'TENCENT_COS_C' });
    expect(toTaskResp(task())).not.toHaveProperty('source_cdn');
  });

  it('says 0 for what is not known yet', () => {
    expect(toTaskResp(task({ startedAt: undefined, leftMs: undefined, total: undefined }))).toMatchObject({
      start_time: 0, left_time: 0, total_num: 0, total_size: 0, is_query_over: false,
    });
  });

  it.each<[TaskState, number]>([
    ['waiting', 1], ['migrating', 2], ['paused', 3], ['failed', 4], ['succeeded', 5], ['retrying', 6], ['pausing', 7],
  ])('%s is %i', (state, status) => expect(toTaskResp(task({ state })).status).toBe(status));

  it('shows a failure, its list, and no more of a message than the table has room for', () => {
    const error = { code: 'TRF.0004', message: '𝄞'.repeat(2000) };
    const answer = toTaskResp(task({ state: 'failed', error, failedRecord: { supported: true, listKey: 'oms/t/failed', errorCode: undefined } }));
    expect(answer.error_reason).toEqual({ error_code: 'TRF.0004', error_msg: '𝄞'.repeat(1024) });
    expect(answer.failed_object_record).toEqual({ result: true, list_file_key: 'oms/t/failed', error_code: '' });
  });

  it('shows the list file of a list', () => {
    const selection = { kind: 'url-list', bucket: 'list_file_bucket', key: 'object_list_file.txt' } as const;
    const answer = toTaskResp(task({ source: { cloud: 'URLSource', region: '', bucket: '', appId: undefined, selection } }));
    expect(answer).toMatchObject({ task_type: 'url_list', src_node: { cloud_type: 'URLSource', object_key: [], list_file: { list_file_key: 'object_list_file.txt', obs_bucket: 'list_file_bucket' } } });
  });

  it('tells migrate_since in milliseconds and a window over midnight as it was given', () => {
    const options = { ...task().options, migrateSince: 123_456_789_000 };
    const answer = toTaskResp(task({ options, bandwidth: [{ startMinute: 1321, endMinute: 365, bytesPerSecond: 2_000_000 }] }));
    expect(answer).toMatchObject({ migrate_since: 123_456_789_000, bandwidth_policy: [{ start: '22:01', end: '06:05', max_bandwidth: 2_000_000 }] });
  });
});
