import { describe, expect, it } from 'vitest';
import { changed, overTheWire, verdict, type Change } from './fixtures/broken.ts';
import { groupListExample, groupPrefixExample, groupUrlListExample } from './fixtures/group-requests.ts';
import { projectOf } from './fixtures/task.ts';
import { parseCreateGroup } from './parse-group-create.ts';

const parse = (body: unknown) => parseCreateGroup(projectOf('p'), overTheWire(body));
const sizeOrTime = { overwrite: 'size-or-time', check: 'size-and-time', migrateSince: undefined, recordFailures: true, enableKms: false, enableRestore: false, enableRequesterPays: false, storagePolicy: 'STANDARD' };

describe('the documents’ examples of new groups', () => {
  it('by list files', () => {
    expect(parse(groupListExample)).toMatchObject({
      source: { cloud: 'HuaweiCloud', region: 'cn-north-7', bucket: 'hw-src', selection: { kind: 'list-file', bucket: 'list-file-bucket', key: 'hw/' } },
      destination: { region: 'cn-north-7', bucket: 'zzww', savePrefix: '' },
      options: { ...sizeOrTime, carryMetadata: true }, bandwidth: [], notice: undefined, listFiles: undefined, description: '',
    });
  });

  it('by prefix', () => {
    expect(parse(groupPrefixExample)).toMatchObject({
      source: { cloud: 'HuaweiCloud', region: 'cn-north-4', bucket: 'src-bucket', selection: { kind: 'prefixes', prefixes: ['Objectlist'] } },
      options: { ...sizeOrTime, carryMetadata: false }, bandwidth: [{ startMinute: 1, endMinute: 1439, bytesPerSecond: 1_048_576 }],
    });
  });

  it('by URL lists', () => {
    const group = parse(groupUrlListExample);
    expect(group).toMatchObject({
      source: { cloud: 'URLSource', region: '', bucket: '', selection: { kind: 'url-list', bucket: 'url-file-bucket', key: 'test01/' } },
      credentials: { source: undefined },
    });
  });
});

describe('a new group', () => {
  it.each<[string, readonly Change[], object]>([
    ['no task_type', [['task_type', undefined]], { source: { selection: { kind: 'prefixes' } } }],
    ['no enable_kms, as SDKs send it', [['enable_kms', undefined]], { options: { enableKms: false } }],
    ['the whole bucket', [['src_node.object_key', ['']]], { source: { selection: { prefixes: [''] } } }],
    ['500 prefixes', [['src_node.object_key', Array.from({ length: 500 }, (_, n) => `p${n}`)]], {}],
    ['no destination cloud', [['dst_node.cloud_type', undefined]], {}],
    ['an empty destination cloud', [['dst_node.cloud_type', '']], {}],
    ['seconds', [['migrate_since', 123456789]], { options: { migrateSince: 123456789000 } }],
    ['a message', [['smn_config', { topic_urn: 'urn:smn:r:p:t', trigger_conditions: ['FAILURE'] }]], { notice: { topicUrn: 'urn:smn:r:p:t', onFailure: true, onSuccess: false } }],
  ])('accepts %s', (_what, changes, expected) => {
    expect(parse(changed(groupPrefixExample, ...changes))).toMatchObject(expected);
  });

  it.each<[string, readonly Change[], string, string | undefined]>([
    ['no src_node', [['src_node', undefined]], 'OMS.1004', 'src_node'],
    ['no source key', [['src_node.ak', undefined]], 'OMS.1004', 'src_node.ak'],
    ['a long source key', [['src_node.sk', 's'.repeat(101)]], 'OMS.0057', 'src_node.sk'],
    ['no app_id for Tencent', [['src_node.cloud_type', 'Tencent']], 'OMS.1004', 'src_node.app_id'],
    ['no source region', [['src_node.region', undefined]], 'OMS.1004', 'src_node.region'],
    ['no prefix', [['src_node.object_key', undefined]], 'S3M.0088', 'src_node.object_key'],
    ['501 prefixes', [['src_node.object_key', Array.from({ length: 501 }, (_, n) => `p${n}`)]], 'OMS.0057', 'src_node.object_key'],
    ['no source bucket', [['src_node.bucket', undefined]], 'OMS.1004', 'src_node.bucket'],
    ['an unknown cloud', [['src_node.cloud_type', 'HUAWEICLOUD']], 'OMS.0057', 'src_node.cloud_type'],
    ['URLSource without URLs', [['src_node.cloud_type', 'URLSource']], 'S3M.0095', 'src_node.cloud_type'],
    ['a list file beside prefixes', [['src_node.list_file', { list_file_key: 'k', obs_bucket: 'b' }]], 'S3M.0088', 'src_node.list_file'],
    ['a forbidden character', [['description', 'a<b']], 'OMS.0078', 'description'],
    ['no destination key', [['dst_node.ak', undefined]], 'OMS.1004', 'dst_node.ak'],
    ['no destination region', [['dst_node.region', undefined]], 'OMS.1004', 'dst_node.region'],
    ['no destination bucket', [['dst_node.bucket', undefined]], 'OMS.1004', 'dst_node.bucket'],
    ['another destination cloud', [['dst_node.cloud_type', 'AWS']], 'OMS.0058', 'dst_node.cloud_type'],
    ['a save_prefix that begins with a slash', [['dst_node.save_prefix', '/x']], 'S3M.0092', 'dst_node.save_prefix'],
    ['enable_kms of another type', [['enable_kms', 'yes']], 'OMS.1002', 'enable_kms'],
    ['the task type of a single task', [['task_type', 'prefix']], 'OMS.1003', 'task_type'],
    ['too little bandwidth', [['bandwidth_policy', [{ start: '00:00', end: '01:00', max_bandwidth: 1 }]]], 'OMS.0084', 'bandwidth_policy[0].max_bandwidth'],
    ['a negative time', [['migrate_since', -1]], 'OMS.1003', 'migrate_since'],
    ['crc64 where there is none', [['src_node.cloud_type', 'AWS'], ['object_overwrite_mode', 'CRC64_COMPARISON_OVERWRITE']], 'S3M.0093', 'object_overwrite_mode'],
    ['no_check for objects', [['consistency_check', 'no_check']], 'OMS.1003', 'consistency_check'],
    ['an unknown storage class', [['dst_storage_policy', 'COLD']], 'OMS.1003', 'dst_storage_policy'],
    ['the keys before the cloud', [['src_node.sk', undefined], ['src_node.cloud_type', 'x']], 'OMS.1004', 'src_node.sk'],
    ['the source before the description, and that before the destination', [['description', '&'], ['dst_node', undefined]], 'OMS.0078', 'description'],
    ['the flags before the task type', [['enable_restore', 1], ['task_type', 'x']], 'OMS.1002', 'enable_restore'],
    ['the task type before the bandwidth', [['task_type', 'x'], ['bandwidth_policy', 1]], 'OMS.1003', 'task_type'],
  ])('refuses %s', (_what, changes, code, parameter) => {
    expect(verdict(() => parse(changed(groupPrefixExample, ...changes)))).toMatchObject({ code, status: 400, parameter });
  });

  it.each<[string, readonly Change[], string, string | undefined]>([
    ['no list file', [['src_node.list_file', undefined]], 'OMS.1004', 'src_node.list_file'],
    ['no list_file_key', [['src_node.list_file.list_file_key', undefined]], 'OMS.1004', 'src_node.list_file.list_file_key'],
    ['no obs_bucket', [['src_node.list_file.obs_bucket', undefined]], 'OMS.1004', 'src_node.list_file.obs_bucket'],
    ['list_file_num of another type', [['src_node.list_file.list_file_num', 3]], 'OMS.1002', 'src_node.list_file.list_file_num'],
    ['a list_file_num that is none', [['src_node.list_file.list_file_num', '0']], 'OMS.1003', 'src_node.list_file.list_file_num'],
    ['prefixes beside it', [['src_node.object_key', ['a']]], 'S3M.0088', 'src_node.object_key'],
  ])('refuses by list files %s', (_what, changes, code, parameter) => {
    expect(verdict(() => parse(changed(groupListExample, ...changes)))).toMatchObject({ code, status: 400, parameter });
  });

  it('takes how many list files there must be', () => {
    expect(parse(changed(groupListExample, ['src_node.list_file.list_file_num', '12']))).toMatchObject({ listFiles: 12 });
  });
});
