/** Task groups from the request to the last byte: the real binary, its PostgreSQL, and folders as buckets. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { flat, openGroupWorld, startKeys, type GroupWorld } from './group-world.ts';

let world: GroupWorld;

beforeAll(async () => {
  world = await openGroupWorld(100);
  await world.serve();
}, 120_000);

afterAll(() => world.close());

describe('a group by prefixes', () => {
  test('cuts a flat prefix into tasks that together bring everything, each key once', async () => {
    const objects = { ...flat(950), 'other/x': 'not selected' };
    await world.fill('flat', objects);
    await world.fill('flat-to', {});
    const id = await world.create({ source: 'flat', destination: 'flat-to', src: { object_key: ['k'] }, dst: { save_prefix: 'to/' }, options: { task_type: 'PREFIX', description: 'all of k' } });
    const group = await world.until(id, ({ status }) => status === 6);
    expect(group).toMatchObject({
      group_id: id, status: 6, error_reason: null, description: 'all of k', task_type: 'PREFIX',
      src_node: { bucket: 'flat', cloud_type: 'LOCAL', region: 'here', app_id: '', object_key: ['k'], list_file: null },
      dst_node: { bucket: 'flat-to', region: 'here', save_prefix: 'to/' },
      total_task_num: 10, create_task_num: 10, complete_task_num: 10, failed_task_num: 0, paused_task_num: 0, executing_task_num: 0, waiting_task_num: 0,
      total_num: 950, create_complete_num: 950, success_num: 950, fail_num: 0, skip_num: 0, migrate_speed: 0,
      failed_object_record: { result: null, list_file_key: null, error_code: null },
    });
    expect(group.total_size).toBe(group.complete_size);
    const expected = Object.fromEntries(Object.entries(flat(950)).map(([key, text]) => [`to/${key}`, text]));
    expect(await world.contents('flat-to')).toEqual(expected);
    const members = await world.members(id);
    expect(members.map((task) => task.total_num).sort((a, b) => a - b)).toEqual([50, ...Array.from({ length: 9 }, () => 100)]);
    expect(members.every((task) => task.group_id === id && task.group_type === 'GROUP_TASK' && task.task_type === 'prefix' && task.status === 5)).toBe(true);
    expect(members.every((task) => task.successful_num === task.total_num)).toBe(true);
  });

  test('makes a task of each prefix, and none for what another covers', async () => {
    await world.fill('prefixes', { 'a/1': '1', 'a/2': '2', 'b/1': '3', 'c': '4' });
    await world.fill('prefixes-to', {});
    const id = await world.create({ source: 'prefixes', destination: 'prefixes-to', src: { object_key: ['b/', 'a', 'a/', 'nothing/'] } });
    expect(await world.until(id, ({ status }) => status === 6)).toMatchObject({ total_task_num: 3, success_num: 3 });
    expect(await world.contents('prefixes-to')).toEqual({ 'a/1': '1', 'a/2': '2', 'b/1': '3' });
    expect((await world.members(id)).map((task) => task.src_node.object_key[0]).sort()).toEqual(['a', 'b/', 'nothing/']);
  });

  test('is listed by its status, newest first', async () => {
    await world.fill('list', { x: '1' });
    await world.fill('list-to', {});
    const ids = [];
    for (let n = 0; n < 3; n++) ids.push(await world.create({ source: 'list', destination: 'list-to' }));
    for (const id of ids) await world.until(id, ({ status }) => status === 6);
    const { body } = await world.send('GET', '/taskgroups?status=6&limit=2');
    expect(body).toMatchObject({ taskgroups: [{ group_id: ids[2] }, { group_id: ids[1] }] });
    expect((body as { readonly count: number }).count).toBeGreaterThanOrEqual(3);
    expect((await world.send('GET', '/taskgroups?status=5')).body).toMatchObject({ count: 0, taskgroups: [] });
    expect(await world.send('GET', '/taskgroups?status=10')).toMatchObject({ status: 400, body: { error_code: 'S3M.1035' } });
  });
});

const slow = { bandwidth_policy: [{ start: '00:00', end: '23:59', max_bandwidth: 1_048_576 }] };
const atRest = ({ status }: { readonly status: number }) => [3, 4, 5, 6].includes(status);

describe('a group that is paused', () => {
  test('pauses all of its tasks, goes on with new keys, and ends with everything', async () => {
    const large = Object.fromEntries(Object.entries(flat(400)).map(([key]) => [key, key.padEnd(60_000, 'x')]));
    await world.fill('pause', large);
    await world.fill('pause-to', {});
    const id = await world.create({ source: 'pause', destination: 'pause-to', options: slow });
    await world.until(id, ({ success_num: copied }) => copied > 20);
    expect(await world.send('DELETE', `/taskgroups/${id}`)).toMatchObject({ status: 400, body: { error_code: 'OMS.1047' } });
    expect(await world.send('PUT', `/taskgroups/${id}/start`, startKeys)).toMatchObject({ status: 400, body: { error_code: 'OMS.1039' } });
    expect(await world.send('PUT', `/taskgroups/${id}/retry`, startKeys)).toMatchObject({ status: 400, body: { error_code: 'OMS.1040' } });
    expect(await world.send('PUT', `/taskgroups/${id}/stop`)).toMatchObject({ status: 200, body: '' });
    const paused = await world.until(id, atRest);
    expect(paused).toMatchObject({ status: 3, total_task_num: 4, executing_task_num: 0, waiting_task_num: 0, migrate_speed: 0 });
    expect(paused.paused_task_num).toBeGreaterThan(0);
    expect(await world.send('PUT', `/taskgroups/${id}/stop`)).toMatchObject({ status: 400, body: { error_code: 'OMS.1038' } });
    expect(await world.send('PUT', `/taskgroups/${id}/start`, { ...startKeys, dst_sk: '' })).toMatchObject({ status: 400 });
    expect(await world.send('PUT', `/taskgroups/${id}/update`, { bandwidth_policy: [] })).toMatchObject({ status: 200 });
    expect(await world.send('PUT', `/taskgroups/${id}/start`, startKeys)).toMatchObject({ status: 200, body: '' });
    const ended = await world.until(id, atRest);
    expect(ended).toMatchObject({ status: 6, complete_task_num: 4, success_num: 400, fail_num: 0, skip_num: 0, bandwidth_policy: [] });
    expect(ended.total_time).toBeGreaterThan(0);
    expect(await world.contents('pause-to')).toEqual(large);
    expect(await world.send('PUT', `/taskgroups/${id}/update`, { bandwidth_policy: [] })).toMatchObject({ status: 400, body: { error_code: 'OMS.1036' } });
  });

  test('can be deleted, with all of its tasks', async () => {
    await world.fill('delete', Object.fromEntries(Object.entries(flat(300)).map(([key]) => [key, key.padEnd(100_000, 'x')])));
    await world.fill('delete-to', {});
    const id = await world.create({ source: 'delete', destination: 'delete-to', options: slow });
    await world.until(id, ({ create_task_num: made }) => made > 0);
    await world.send('PUT', `/taskgroups/${id}/stop`);
    await world.until(id, atRest);
    expect((await world.members(id)).length).toBeGreaterThan(0);
    expect(await world.send('DELETE', `/taskgroups/${id}`)).toMatchObject({ status: 200 });
    for (let status = 200; status !== 404; ) {
      const answer = await world.send('GET', `/taskgroups/${id}`);
      status = answer.status;
      if (status === 200) expect([8, 9]).toContain((answer.body as { readonly status: number }).status);
    }
    expect(await world.members(id)).toEqual([]);
    expect(await world.send('DELETE', `/taskgroups/${id}`)).toMatchObject({ status: 400, body: { error_code: 'OMS.0095' } });
  });

  test('by the pause of each of its tasks goes on when one of them is started', async () => {
    await world.fill('single', Object.fromEntries(Object.entries(flat(150)).map(([key]) => [key, key.padEnd(100_000, 'x')])));
    await world.fill('single-to', {});
    const id = await world.create({ source: 'single', destination: 'single-to', options: slow });
    await world.until(id, ({ create_task_num: made }) => made === 2);
    for (const task of await world.members(id)) await world.send('POST', `/tasks/${task.id}/stop`);
    await world.until(id, ({ status }) => status === 3);
    await world.send('POST', '/tasks/batch-update', { group_id: id, bandwidth_policy: [], task_priority: 'HIGH' });
    expect((await world.members(id)).map((task) => [task.task_priority, task.bandwidth_policy])).toEqual([['HIGH', []], ['HIGH', []]]);
    for (const task of await world.members(id)) expect(await world.send('POST', `/tasks/${task.id}/start`, startKeys)).toMatchObject({ status: 200 });
    expect(await world.until(id, ({ status }) => status === 6)).toMatchObject({ success_num: 150, complete_task_num: 2 });
  });
});

describe('a group with failures', () => {
  const objects = flat(20);
  const files = { 'missing/1.txt': 'k000000\nk000001\ngone/1', 'missing/2.txt': 'k000002\nk000003', 'missing/3.txt': 'gone/2\nk000004' };
  const src = { object_key: undefined, list_file: { obs_bucket: 'missing-lists', list_file_key: 'missing/' } };
  const later = { 'gone/1': 'there', 'gone/2': 'too' };

  test('names them, and migrates them again alone, with the keys that it has', async () => {
    await world.fill('fail', objects);
    await world.fill('fail-to', {});
    await world.fill('missing-lists', files);
    const id = await world.create({ source: 'fail', destination: 'fail-to', src, options: { task_type: 'LIST' } });
    const failed = await world.until(id, atRest);
    const lists = `oms/task_group/${id}/failed_object_lists/`;
    expect(failed).toMatchObject({
      status: 5, error_reason: { error_code: 'TRF.0004' }, total_task_num: 3, failed_task_num: 2, complete_task_num: 1,
      total_num: 7, success_num: 5, fail_num: 2, skip_num: 0, failed_object_record: { result: true, list_file_key: lists, error_code: null },
    });
    const listed = Object.entries(await world.records('fail-to')).filter(([key]) => key.startsWith(lists)).map(([, text]) => (JSON.parse(text) as { readonly key: string }).key);
    expect(listed.sort()).toEqual(['gone/1', 'gone/2']);
    await world.fill('fail', later);
    expect(await world.send('PUT', `/taskgroups/${id}/retry`, { migrate_failed_object: true })).toMatchObject({ status: 200, body: '' });
    expect(await world.until(id, atRest)).toMatchObject({ status: 6, error_reason: null, success_num: 7, fail_num: 0, skip_num: 0, complete_task_num: 3 });
    expect(await world.contents('fail-to')).toMatchObject(later);
  });

  test('looks at all of the failed tasks again when asked to, and skips what is there', async () => {
    await world.fill('again', objects);
    await world.fill('again-to', {});
    await world.fill('missing-lists', files);
    const id = await world.create({ source: 'again', destination: 'again-to', src, options: { task_type: 'LIST', enable_failed_object_recording: false } });
    expect(await world.until(id, atRest)).toMatchObject({ status: 5, fail_num: 2, success_num: 5, failed_object_record: { result: null, list_file_key: null } });
    expect(await world.send('PUT', `/taskgroups/${id}/retry`, { ...startKeys, migrate_failed_object: true })).toMatchObject({ status: 400, body: { error_code: 'S3M.0301' } });
    await world.fill('again', later);
    expect(await world.send('PUT', `/taskgroups/${id}/retry`, startKeys)).toMatchObject({ status: 200 });
    expect(await world.until(id, atRest)).toMatchObject({ status: 6, success_num: 4, skip_num: 3, fail_num: 0, total_num: 7 });
  });
});

describe('a group by list files', () => {
  test('makes a task of each file', async () => {
    const objects = flat(30);
    const names = Object.keys(objects);
    await world.fill('listed', objects);
    await world.fill('listed-to', {});
    await world.fill('lists', { 'hw/1.txt': names.slice(0, 12).join('\n'), 'hw/2.txt': names.slice(12, 25).join('\r\n'), 'hw/sub/3.txt': 'k000029\nk000028', 'other.txt': 'k000027' });
    const src = { object_key: undefined, list_file: { obs_bucket: 'lists', list_file_key: 'hw/', list_file_num: '3' } };
    const id = await world.create({ source: 'listed', destination: 'listed-to', src, options: { task_type: 'LIST' } });
    expect(await world.until(id, atRest)).toMatchObject({
      status: 6, task_type: 'LIST', total_task_num: 3, success_num: 27, total_num: 27,
      src_node: { object_key: [], list_file: { obs_bucket: 'lists', list_file_key: 'hw/', list_file_num: '3' } },
    });
    expect((await world.members(id)).map((task) => task.src_node.list_file?.list_file_key).sort()).toEqual(['hw/1.txt', 'hw/2.txt', 'hw/sub/3.txt']);
    expect(Object.keys(await world.contents('listed-to')).sort()).toEqual([...names.slice(0, 25), 'k000028', 'k000029']);
  });

  test.each([
    ['S3M.1042', 'there is none', 'nothing/', {}],
    ['S3M.1044', 'one is not .txt', 'mixed/', {}],
    ['OMS.1003', 'there is another number of them', 'hw/', { list_file_num: '2' }],
    ['OMS.1003', 'their number is none', 'hw/', { list_file_num: 'two' }],
  ])('is refused with %s when %s', async (code, _what, key, more) => {
    await world.fill('lists', { 'hw/1.txt': 'a', 'mixed/1.txt': 'a', 'mixed/2.csv': 'a' });
    const src_node = { cloud_type: 'Local', region: 'here', bucket: 'lists', ...startKeys, list_file: { obs_bucket: 'lists', list_file_key: key, ...more } };
    const answer = await world.send('POST', '/taskgroups', { task_type: 'LIST', src_node, dst_node: { region: 'here', bucket: 'flat-to', ak: 'a', sk: 's' } });
    expect(answer).toMatchObject({ status: 400, body: { error_code: code } });
  });
});

describe('a failed group', () => {
  test('succeeds when its failed task is started by itself and succeeds', async () => {
    await world.fill('alone', { a: '1' });
    await world.fill('alone-to', {});
    await world.fill('alone-lists', { '1.txt': 'a\nlate' });
    const src = { object_key: undefined, list_file: { obs_bucket: 'alone-lists', list_file_key: '1.txt' } };
    const id = await world.create({ source: 'alone', destination: 'alone-to', src, options: { task_type: 'LIST' } });
    await world.until(id, ({ status }) => status === 5);
    await world.fill('alone', { late: '2' });
    const [task] = await world.members(id);
    expect(await world.send('POST', `/tasks/${task?.id ?? 0}/start`, { ...startKeys, migrate_failed_object: true })).toMatchObject({ status: 200 });
    expect(await world.until(id, ({ status }) => status === 6)).toMatchObject({ success_num: 2, fail_num: 0, error_reason: null });
  });
});
