import { describe, expect, it } from 'vitest';
import { changed, overTheWire, verdict, type Change } from './fixtures/broken.ts';
import { batchByGroupExample, batchByIdsExample } from './fixtures/requests.ts';
import { parseBatchUpdate } from './parse-change.ts';

const parse = (body: unknown) => parseBatchUpdate(overTheWire(body));
const bandwidth = [{ startMinute: 1, endMinute: 1439, bytesPerSecond: 50_000_000 }];

describe('batch-update', () => {
  it('reads the documents’ examples', () => {
    expect(parse(batchByIdsExample)).toEqual({ groupId: undefined, update: { ids: [111, 222], bandwidth, priority: undefined } });
    expect(parse(batchByGroupExample)).toEqual({ groupId: 'xxxxxxxx', update: { bandwidth, priority: undefined } });
  });

  it.each<[string, readonly Change[], object]>([
    ['a priority', [['task_priority', 'HIGH']], { update: { priority: 'high' } }],
    ['twenty ids', [['ids', Array.from({ length: 20 }, (_, index) => index)]], {}],
    ['the largest id', [['ids', [999_999_999_999_999]]], { update: { ids: [999_999_999_999_999] } }],
    ['no rules', [['bandwidth_policy', []]], { update: { bandwidth: [] } }],
    ['a group that is null', [['group_id', null]], { groupId: undefined }],
  ])('accepts %s', (_what, changes, expected) => {
    expect(parse(changed(batchByIdsExample, ...changes))).toMatchObject(expected);
  });

  it.each<[string, readonly Change[], string, string | undefined]>([
    ['group_id of another type', [['group_id', 7]], 'OMS.1002', 'group_id'],
    ['an empty group_id', [['group_id', '']], 'OMS.1003', 'group_id'],
    ['a long group_id', [['group_id', 'g'.repeat(37)]], 'OMS.1003', 'group_id'],
    ['ids of another type', [['ids', 111]], 'OMS.1002', 'ids'],
    ['21 ids', [['ids', Array.from({ length: 21 }, (_, index) => index)]], 'OMS.1003', 'ids'],
    ['an id in quotes', [['ids', ['111']]], 'OMS.1002', 'ids[0]'],
    ['half an id', [['ids', [1, 1.5]]], 'OMS.1002', 'ids[1]'],
    ['a negative id', [['ids', [-1]]], 'OMS.0054', 'ids[0]'],
    ['an id beyond a Long', [['ids', [2n ** 63n]]], 'OMS.0054', 'ids[0]'],
    ['neither ids nor group_id', [['ids', undefined]], 'OMS.1004', 'ids'],
    ['no id and no group_id', [['ids', []]], 'OMS.1004', 'ids'],
    ['ids and group_id', [['group_id', 'g']], 'OMS.1003', 'ids'],
    ['no bandwidth_policy', [['bandwidth_policy', undefined]], 'OMS.1004', 'bandwidth_policy'],
    ['an unknown priority', [['task_priority', 'medium']], 'OMS.1003', 'task_priority'],
    ['an id that no task can have', [['ids', [1_000_000_000_000_000]]], 'OMS.0095', undefined],
    ['an id that a double cannot hold', [['ids', [2n ** 63n - 1n]]], 'OMS.0095', undefined],
    ['a bad priority before an id that no task can have', [['ids', [2n ** 62n]], ['task_priority', 1]], 'OMS.1002', 'task_priority'],
    ['the first field before the last', [['group_id', ''], ['ids', 1], ['bandwidth_policy', undefined], ['task_priority', '']], 'OMS.1003', 'group_id'],
  ])('refuses %s', (_what, changes, code, parameter) => {
    expect(verdict(() => parse(changed(batchByIdsExample, ...changes)))).toMatchObject({ code, status: 400, parameter });
  });
});
