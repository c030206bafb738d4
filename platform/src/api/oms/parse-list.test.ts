import { describe, expect, it } from 'vitest';
import { verdict } from './fixtures/broken.ts';
import { parseTaskFilter } from './parse-list.ts';
import { parseTaskId } from './parse-task-id.ts';

describe('the query of a list', () => {
  it.each<[string, Record<string, unknown>, object]>([
    ['nothing', {}, { limit: 10, offset: 0 }],
    ['the document’s example', { offset: '0', limit: '10', status: '4' }, { limit: 10, offset: 0, state: 'failed' }],
    ['the largest', { offset: '2147483647', limit: '100' }, { limit: 100, offset: 2_147_483_647 }],
    ['retrying, which answers show', { status: '6' }, { limit: 10, offset: 0, state: 'retrying' }],
    ['a name and a group', { task_name: 'part', group_id: 'g' }, { limit: 10, offset: 0, name: 'part', groupId: 'g' }],
    ['empty filters', { task_name: '', group_id: '' }, { limit: 10, offset: 0 }],
    ['what nobody asked for', { sort: 'name' }, { limit: 10, offset: 0 }],
  ])('accepts %s', (_what, query, filter) => expect(parseTaskFilter(query)).toEqual(filter));

  const range = { code: 'OMS.0051', message: 'Invalid value for parameter range. Enter a valid value for range.' };
  const state = { code: 'OMS.0052', message: 'Invalid value for parameter state. Enter a value from 0 to 5 (whole numbers only).' };

  it.each<[Record<string, unknown>, object]>([
    [{ limit: '0' }, range],
    [{ limit: '101' }, range],
    [{ limit: '' }, range],
    [{ limit: '1e1' }, range],
    [{ limit: '+5' }, range],
    [{ limit: ['1', '2'] }, range],
    [{ offset: '-1' }, range],
    [{ offset: '2147483648' }, range],
    [{ offset: '99999999999999999999' }, range],
    [{ status: '0' }, state],
    [{ status: '8' }, state],
    [{ status: 'failed' }, state],
    [{ group_id: 'g'.repeat(101) }, { code: 'OMS.0053' }],
    [{ task_name: 'a\0' }, { code: 'S3M.1003' }],
    [{ task_name: ['a', 'b'] }, { code: 'OMS.0053' }],
    [{ status: '0', offset: '-1', limit: '0', group_id: ['a', 'b'] }, { code: 'OMS.0053', parameter: 'group_id' }],
    [{ status: '0', offset: '-1' }, { code: 'OMS.0051', parameter: 'offset' }],
  ])('refuses %j', (query, expected) => expect(verdict(() => parseTaskFilter(query))).toMatchObject({ ...expected, status: 400 }));
});

describe('a task id', () => {
  it.each([['0', 0], ['191297407830872', 191_297_407_830_872], ['999999999999999', 999_999_999_999_999], ['000000000000007', 7]])('%s', (text, id) => {
    expect(parseTaskId(text)).toBe(id);
  });

  it.each(['', '1000000000000000', '-1', '1.0', '0x10', 'abc', ' 1', '１'])('refuses %j', (text) => {
    expect(verdict(() => parseTaskId(text))).toEqual({ code: 'OMS.0054', status: 400, parameter: 'task_id', message: 'Invalid task ID. Enter a valid task ID.' });
  });
});
