import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { projectOf } from './fixtures/task.ts';
import { changed, overTheWire, verdict, type Change } from './fixtures/broken.ts';
import { listExample, objectExample, prefixExample, urlListExample } from './fixtures/requests.ts';
import { parseCreateTask } from './parse-create.ts';

const project = projectOf('0215ef11e49d4743be23dd97a1561e91');
const parse = (body: unknown) => parseCreateTask(project, overTheWire(body));
const broken = (body: object, ...changes: readonly Change[]) => verdict(() => parse(changed(body, ...changes)));
const plainObject = changed(objectExample, ['source_cdn', undefined], ['smn_config', undefined]) as object;
const plainList = changed(listExample, ['source_cdn', undefined]) as object;

const defaults = {
  overwrite: 'size-or-time', check: 'size-and-time', migrateSince: undefined, carryMetadata: false, recordFailures: true,
  enableKms: false, enableRestore: false, enableRequesterPays: false, storagePolicy: 'STANDARD',
};
const destination = { region: 'cn-north-1', bucket: 'dst_bucket', savePrefix: '' };
const credentials = { source: { accessKey: 'src_ak', secretKey: 'src_sk' }, destination: { accessKey: 'dst_ak', secretKey: 'dst_sk' } };
const huaweiSource = { cloud: 'HuaweiCloud', region: 'cn-north-1', bucket: 'src_bucket', appId: undefined };

describe('the documents’ examples', () => {
  it('reads the prefix example with every default', () => {
    expect(parse(prefixExample)).toEqual({
      project, description: 'xxx', destination, credentials, options: defaults, bandwidth: [], priority: 'medium', notice: undefined,
      source: { ...huaweiSource, selection: { kind: 'prefixes', prefixes: ['abc', '123', 'prefix3', 'path/prefix4'] } },
    });
  });

  it('reads the url_list example', () => {
    expect(parse(urlListExample)).toEqual({
      project, description: 'xxx', destination, credentials: { ...credentials, source: undefined }, options: defaults, bandwidth: [], priority: 'medium', notice: undefined,
      source: { cloud: 'URLSource', region: '', bucket: '', appId: undefined, selection: { kind: 'url-list', bucket: 'list_file_bucket', key: 'object_list_file.txt' } },
    });
  });

  it('reads the object and list examples', () => {
    const shared = { migrateSince: 123_456_789_000 };
    const bandwidth = [{ startMinute: 0, endMinute: 1439, bytesPerSecond: 50_000_000 }];
    const object = parse(changed(objectExample, ['source_cdn', undefined]));
    expect(object).toMatchObject({ notice: { topicUrn: 'urn:smn:region:4cf2090802d94440b4cdd72ef26857b2:OMS', onSuccess: true, onFailure: true, language: 'en-us', template: undefined }, options: shared, bandwidth, source: { selection: { kind: 'names', names: ['file1.xxx', 'file2.xxx', 'path1/'] } } });
    const list = parse(plainList);
    expect(list).toMatchObject({ options: shared, bandwidth, source: { selection: { kind: 'list-file', bucket: 'list_file_bucket', key: 'object_list_file.txt' } } });
  });

  it('reads the CDN of the object example, its key apart from the rest', () => {
    const { source, credentials: read } = parse(objectExample);
    expect(source.cdn).toEqual({ protocol: 'https', domain: 'xxx.xxx.xxx', authentication: 'aliyun-a' });
    expect(read.cdnKey).toBe('xxx');
  });
});

describe('what is accepted', () => {
  it.each<[string, readonly Change[], object]>([
    ['nulls as absent', [['description', null], ['task_type', null], ['src_node.app_id', null], ['bandwidth_policy', null], ['source_cdn', null]], { description: '' }],
    ['a topic for failures, with a template', [['smn_config', { topic_urn: 'u', trigger_conditions: ['FAILURE'], language: 'zh-cn', message_template_name: 't' }]], { notice: { topicUrn: 'u', onSuccess: false, onFailure: true, language: 'zh-cn', template: 't' } }],
    ['unknown fields', [['obs_system', 'PFS'], ['src_node.whatever', 1]], {}],
    ['an empty task_type and storage class as their defaults', [['task_type', ''], ['dst_storage_policy', '']], { options: { storagePolicy: 'STANDARD' } }],
    ['the whole bucket', [['src_node.object_key', ['']]], { source: { selection: { kind: 'names', names: [''] } } }],
    ['Aliyun by default', [['src_node.cloud_type', undefined]], { source: { cloud: 'Aliyun' } }],
    ['a folder of the host without keys', [['src_node.cloud_type', 'Local'], ['src_node.ak', undefined], ['src_node.sk', undefined]], { credentials: { source: { accessKey: '', secretKey: '' } } }],
    ['Google with a key file in place of keys', [['src_node.cloud_type', 'Google'], ['src_node.ak', undefined], ['src_node.sk', undefined], ['src_node.json_auth_file', '{}']], { credentials: { source: { jsonAuthFile: '{}' } } }],
    ['Azure with a connection string in place of keys', [['src_node.cloud_type', 'Azure'], ['src_node.ak', ''], ['src_node.sk', ''], ['src_node.connection_string', 'x=y']], { credentials: { source: { connectionString: 'x=y' } } }],
    ['Tencent with its app_id', [['src_node.cloud_type', 'Tencent'], ['src_node.app_id', '1250000000']], { source: { appId: '1250000000' } }],
    ['temporary tokens', [['src_node.security_token', 's'], ['dst_node.security_token', 'd']], { credentials: { source: { securityToken: 's' }, destination: { securityToken: 'd' } } }],
    ['every flag', [['enable_kms', true], ['enable_metadata_migration', true], ['enable_restore', true], ['enable_failed_object_recording', false], ['enable_requester_pays', true]],
      { options: { enableKms: true, carryMetadata: true, enableRestore: true, recordFailures: false, enableRequesterPays: true } }],
    ['the other words', [['object_overwrite_mode', 'CRC64_COMPARISON_OVERWRITE'], ['consistency_check', 'crc64'], ['dst_storage_policy', 'DEEP_ARCHIVE'], ['task_priority', 'LOW']],
      { options: { overwrite: 'crc64', check: 'crc64', storagePolicy: 'DEEP_ARCHIVE' }, priority: 'low' }],
    ['keys that are not encrypted', [['src_node.crypto_type', 'DEFAULT'], ['dst_node.crypto_type', 'DEFAULT']], {}],
    ['migrate_since 0 as no limit', [['migrate_since', 0]], { options: { migrateSince: undefined } }],
    ['the last exact migrate_since', [['migrate_since', 9_007_199_254_740]], { options: { migrateSince: 9_007_199_254_740_000 } }],
    ['255 characters of description, counted as characters', [['description', '𝄞'.repeat(255)]], {}],
    ['a new key of 1,024 characters', [['dst_node.save_prefix', 'p'.repeat(1015)]], { destination: { savePrefix: 'p'.repeat(1015) } }],
    ['500 names', [['src_node.object_key', Array.from({ length: 500 }, String)]], {}],
  ])('%s', (_what, changes, expected) => {
    expect(parse(changed(plainObject, ...changes))).toMatchObject(expected);
  });

  it('no_check for URLs', () => {
    expect(parse(changed(urlListExample, ['consistency_check', 'no_check']))).toMatchObject({ options: { check: 'none' } });
  });

  it('keys of a bucket for url_list do nothing', () => {
    const task = parse(changed(urlListExample, ['src_node.ak', 'a'], ['src_node.region', 'r'], ['src_node.object_key', []]));
    expect(task).toMatchObject({ credentials: { source: undefined }, source: { region: '' } });
  });
});

type Rule = readonly [what: string, changes: readonly Change[], code: string, parameter: string];

/** One broken rule for each field, in the order of tables 5-39 to 5-45. The second column is what breaks it. */
const rules: readonly Rule[] = [
  ['task_type of another type', [['task_type', 1]], 'OMS.1002', 'task_type'],
  ['task_type of a task group', [['task_type', 'PREFIX']], 'OMS.1003', 'task_type'],
  ['no src_node', [['src_node', undefined]], 'OMS.1004', 'src_node'],
  ['src_node of another type', [['src_node', []]], 'OMS.1002', 'src_node'],
  ['cloud_type of a task group', [['src_node.cloud_type', 'ALIYUN']], 'OMS.0057', 'src_node.cloud_type'],
  ['URLSource for objects', [['src_node.cloud_type', 'URLSource']], 'S3M.0095', 'src_node.cloud_type'],
  ['no region', [['src_node.region', undefined]], 'OMS.1004', 'src_node.region'],
  ['an empty region', [['src_node.region', '']], 'OMS.0057', 'src_node.region'],
  ['a long region', [['src_node.region', 'r'.repeat(101)]], 'OMS.0057', 'src_node.region'],
  ['no ak', [['src_node.ak', null]], 'OMS.1004', 'src_node.ak'],
  ['a long ak', [['src_node.ak', 'a'.repeat(101)]], 'OMS.0057', 'src_node.ak'],
  ['no sk', [['src_node.sk', undefined]], 'OMS.1004', 'src_node.sk'],
  ['a long sk', [['src_node.sk', 's'.repeat(101)]], 'OMS.0057', 'src_node.sk'],
  ['a long json_auth_file', [['src_node.json_auth_file', 'j'.repeat(65_536)]], 'OMS.0057', 'src_node.json_auth_file'],
  ['a long security_token', [['src_node.security_token', 't'.repeat(16_385)]], 'OMS.0057', 'src_node.security_token'],
  ['a long app_id', [['src_node.app_id', 'a'.repeat(256)]], 'OMS.0057', 'src_node.app_id'],
  ['no bucket', [['src_node.bucket', undefined]], 'OMS.1004', 'src_node.bucket'],
  ['a long bucket', [['src_node.bucket', 'b'.repeat(1025)]], 'OMS.0057', 'src_node.bucket'],
  ['a bucket that leads elsewhere', [['src_node.bucket', '..']], 'OMS.0057', 'src_node.bucket'],
  ['a bucket that is a path', [['src_node.bucket', 'a/b']], 'OMS.0057', 'src_node.bucket'],
  ['no object_key', [['src_node.object_key', undefined]], 'S3M.0088', 'src_node.object_key'],
  ['no object in object_key', [['src_node.object_key', []]], 'S3M.0088', 'src_node.object_key'],
  ['object_key of another type', [['src_node.object_key', 'file']], 'OMS.1002', 'src_node.object_key'],
  ['501 names', [['src_node.object_key', Array.from({ length: 501 }, String)]], 'OMS.0057', 'src_node.object_key'],
  ['a name of another type', [['src_node.object_key', ['a', 2]]], 'OMS.1002', 'src_node.object_key[1]'],
  ['a name that is null', [['src_node.object_key', [null]]], 'OMS.1002', 'src_node.object_key[0]'],
  ['a long name', [['src_node.object_key', ['k'.repeat(1025)]]], 'OMS.0057', 'src_node.object_key[0]'],
  ['a name with NUL', [['src_node.object_key', ['a\0b']]], 'S3M.1003', 'src_node.object_key[0]'],
  ['half a character', [['src_node.object_key', ['\ud834']]], 'S3M.1003', 'src_node.object_key[0]'],
  ['list_file for objects', [['src_node.list_file', { list_file_key: 'k', obs_bucket: 'b' }]], 'S3M.0088', 'src_node.list_file'],
  ['encrypted source keys', [['src_node.crypto_type', 'KMS']], 'S3M.1003', 'src_node.crypto_type'],
  ['a key id for source keys', [['src_node.kms_key_id', 'id']], 'S3M.1003', 'src_node.kms_key_id'],
  ['no dst_node', [['dst_node', null]], 'OMS.1004', 'dst_node'],
  ['dst_node of another type', [['dst_node', 'bucket']], 'OMS.1002', 'dst_node'],
  ['no destination ak', [['dst_node.ak', undefined]], 'OMS.1004', 'dst_node.ak'],
  ['an empty destination ak', [['dst_node.ak', '']], 'OMS.0058', 'dst_node.ak'],
  ['a long destination sk', [['dst_node.sk', 's'.repeat(101)]], 'OMS.0058', 'dst_node.sk'],
  ['a long destination token', [['dst_node.security_token', 't'.repeat(16_385)]], 'OMS.0058', 'dst_node.security_token'],
  ['no destination bucket', [['dst_node.bucket', undefined]], 'OMS.1004', 'dst_node.bucket'],
  ['a long destination bucket', [['dst_node.bucket', 'b'.repeat(1025)]], 'OMS.0058', 'dst_node.bucket'],
  ['a long save_prefix', [['dst_node.save_prefix', 'p'.repeat(1025)]], 'OMS.0058', 'dst_node.save_prefix'],
  ['save_prefix that starts with /', [['dst_node.save_prefix', '/p']], 'S3M.0092', 'dst_node.save_prefix'],
  ['a new key of 1,025 characters', [['dst_node.save_prefix', 'p'.repeat(1016)]], 'OMS.0058', 'dst_node.save_prefix'],
  ['no destination region', [['dst_node.region', undefined]], 'OMS.1004', 'dst_node.region'],
  ['a long destination region', [['dst_node.region', 'r'.repeat(101)]], 'OMS.0058', 'dst_node.region'],
  ['encrypted destination keys', [['dst_node.crypto_type', 'KMS']], 'S3M.1003', 'dst_node.crypto_type'],
  ['enable_kms of another type', [['enable_kms', 'true']], 'OMS.1002', 'enable_kms'],
  ['description of another type', [['description', 5]], 'OMS.1002', 'description'],
  ['a long description', [['description', 'd'.repeat(256)]], 'OMS.1003', 'description'],
  ...Array.from('^<>&"\'', (character): Rule => [`${character} in the description`, [['description', `a${character}`]], 'OMS.0078', 'description']),
  ['NUL in the description', [['description', '\0']], 'S3M.1003', 'description'],
  ['migrate_since of another type', [['migrate_since', '1']], 'OMS.1002', 'migrate_since'],
  ['half a second', [['migrate_since', 1.5]], 'OMS.1002', 'migrate_since'],
  ['migrate_since before 1970', [['migrate_since', -1]], 'OMS.1003', 'migrate_since'],
  ['migrate_since that would be rounded', [['migrate_since', 9_007_199_254_741]], 'OMS.1003', 'migrate_since'],
  ['the largest Long as migrate_since', [['migrate_since', 2n ** 63n - 1n]], 'OMS.1003', 'migrate_since'],
  ['more than a Long as migrate_since', [['migrate_since', 2n ** 63n]], 'OMS.1003', 'migrate_since'],
  ['bandwidth_policy of another type', [['bandwidth_policy', {}]], 'OMS.1002', 'bandwidth_policy'],
  ['a bandwidth rule without an end', [['bandwidth_policy.0.end', undefined]], 'OMS.1004', 'bandwidth_policy[0].end'],
  ['a bandwidth rule out of range', [['bandwidth_policy.0.max_bandwidth', 1]], 'OMS.0084', 'bandwidth_policy[0].max_bandwidth'],
  ['a bandwidth rule at no time', [['bandwidth_policy.0.start', '24:00']], 'OMS.0087', 'bandwidth_policy[0].start'],
  ['source_cdn of another type', [['source_cdn', true]], 'OMS.1002', 'source_cdn'],
  ['a long CDN key', [['source_cdn', { authentication_key: 'k'.repeat(256) }]], 'OMS.1003', 'source_cdn.authentication_key'],
  ['no CDN authentication type', [['source_cdn', {}]], 'OMS.1004', 'source_cdn.authentication_type'],
  ['an unknown CDN authentication type', [['source_cdn', { authentication_type: 'A' }]], 'OMS.1003', 'source_cdn.authentication_type'],
  ['no CDN key where one is needed', [['source_cdn', { authentication_type: 'TENCENT_COS_B' }]], 'OMS.1032', 'source_cdn.authentication_key'],
  ['no CDN domain', [['source_cdn', { authentication_type: 'NONE' }]], 'OMS.1004', 'source_cdn.domain'],
  ['an empty CDN domain', [['source_cdn', { authentication_type: 'NONE', domain: '' }]], 'OMS.0081', 'source_cdn.domain'],
  ['an unknown CDN protocol', [['source_cdn', { authentication_type: 'NONE', domain: 'd', protocol: 'ftp' }]], 'OMS.1003', 'source_cdn.protocol'],
  ['a CDN domain that is a URL', [['source_cdn', { authentication_type: 'NONE', domain: 'https://cdn.example' }]], 'OMS.0081', 'source_cdn.domain'],
  ['a CDN domain with a path', [['source_cdn', { authentication_type: 'NONE', domain: 'cdn.example/x' }]], 'OMS.0081', 'source_cdn.domain'],
  ['an encrypted CDN key', [['source_cdn', { authentication_type: 'NONE', domain: 'd', protocol: 'http', crypto_type: 'KMS' }]], 'S3M.1003', 'source_cdn.crypto_type'],
  ['an unknown SMN language', [['smn_config', { language: 'de' }]], 'OMS.1003', 'smn_config.language'],
  ['no SMN topic', [['smn_config', {}]], 'OMS.1004', 'smn_config.topic_urn'],
  ['no SMN triggers', [['smn_config', { topic_urn: 'u' }]], 'OMS.1004', 'smn_config.trigger_conditions'],
  ['an empty list of SMN triggers', [['smn_config', { topic_urn: 'u', trigger_conditions: [] }]], 'OMS.1003', 'smn_config.trigger_conditions'],
  ['an unknown SMN trigger', [['smn_config', { topic_urn: 'u', trigger_conditions: ['SUCCESS', 'PAUSE'] }]], 'OMS.1003', 'smn_config.trigger_conditions[1]'],
  ['enable_metadata_migration of another type', [['enable_metadata_migration', 0]], 'OMS.1002', 'enable_metadata_migration'],
  ['enable_restore of another type', [['enable_restore', 'no']], 'OMS.1002', 'enable_restore'],
  ['enable_failed_object_recording of another type', [['enable_failed_object_recording', {}]], 'OMS.1002', 'enable_failed_object_recording'],
  ['an unknown object_overwrite_mode', [['object_overwrite_mode', 'full_overwrite']], 'S3M.0093', 'object_overwrite_mode'],
  ['an unknown dst_storage_policy', [['dst_storage_policy', 'WARM']], 'OMS.1003', 'dst_storage_policy'],
  ['an unknown consistency_check', [['consistency_check', 'transmission']], 'OMS.1003', 'consistency_check'],
  ['no_check for a bucket', [['consistency_check', 'no_check']], 'OMS.1003', 'consistency_check'],
  ['enable_requester_pays of another type', [['enable_requester_pays', 1]], 'OMS.1002', 'enable_requester_pays'],
  ['an unknown task_priority', [['task_priority', 'high']], 'OMS.1003', 'task_priority'],
];

describe('what is refused', () => {
  it.each(rules)('%s', (_what, changes, code, parameter) => {
    expect(broken(plainObject, ...changes)).toMatchObject({ code, status: 400, parameter });
  });

  it.each<[string, object, readonly Change[], string, string]>([
    ['no list_file', plainList, [['src_node.list_file', undefined]], 'OMS.1004', 'src_node.list_file'],
    ['list_file of another type', plainList, [['src_node.list_file', 'k']], 'OMS.1002', 'src_node.list_file'],
    ['object_key beside list_file', plainList, [['src_node.object_key', ['a']]], 'S3M.0088', 'src_node.object_key'],
    ['no list_file_key', plainList, [['src_node.list_file.list_file_key', undefined]], 'OMS.1004', 'src_node.list_file.list_file_key'],
    ['an empty list_file_key', plainList, [['src_node.list_file.list_file_key', '']], 'OMS.0057', 'src_node.list_file.list_file_key'],
    ['no obs_bucket', plainList, [['src_node.list_file.obs_bucket', undefined]], 'OMS.1004', 'src_node.list_file.obs_bucket'],
    ['more than one list file', plainList, [['src_node.list_file.list_file_num', '2']], 'S3M.1003', 'src_node.list_file.list_file_num'],
    ['url_list without cloud_type', urlListExample, [['src_node.cloud_type', undefined]], 'OMS.1004', 'src_node.cloud_type'],
    ['url_list from a bucket', urlListExample, [['src_node.cloud_type', 'Aliyun']], 'S3M.0095', 'src_node.cloud_type'],
    ['Tencent without app_id', plainObject, [['src_node.cloud_type', 'Tencent']], 'OMS.1004', 'src_node.app_id'],
    ['CRC64 overwriting from AWS', plainObject, [['src_node.cloud_type', 'AWS'], ['object_overwrite_mode', 'CRC64_COMPARISON_OVERWRITE']], 'S3M.0093', 'object_overwrite_mode'],
    ['CRC64 checks from AWS', plainObject, [['src_node.cloud_type', 'AWS'], ['consistency_check', 'crc64']], 'OMS.1003', 'consistency_check'],
    ['Google without keys or file', plainObject, [['src_node.cloud_type', 'Google'], ['src_node.ak', null], ['src_node.json_auth_file', '']], 'OMS.1004', 'src_node.ak'],
  ])('%s', (_what, body, changes, code, parameter) => {
    expect(broken(body, ...changes)).toMatchObject({ code, status: 400, parameter });
  });

  it.each([[undefined, 'OMS.1004'], ['null', 'OMS.1004'], ['[]', 'OMS.1002'], ['"text"', 'OMS.1002'], ['7', 'OMS.1002']])('the body %s', (text, code) => {
    expect(verdict(() => parseCreateTask(project, text === undefined ? undefined : JSON.parse(text)))).toMatchObject({ code });
  });

  it('answers the first broken field in the order of the tables', () => {
    const anySubset = fc.shuffledSubarray(rules.map((_, index) => index), { minLength: 1, maxLength: 12 });
    fc.assert(fc.property(anySubset, (chosen) => {
      const first = rules[Math.min(...fieldsOnce(chosen))];
      const body = changed(plainObject, ...fieldsOnce(chosen).sort((a, b) => a - b).flatMap((index) => rules[index]?.[1] ?? []));
      const found = verdict(() => parse(body));
      expect([found?.code, found?.parameter]).toEqual([first?.[2], first?.[3]]);
    }), { numRuns: 2000 });
  });
});

/** At most one rule of each changed field, and no child of a field that is changed as a whole: they would undo each other. */
function fieldsOnce(chosen: readonly number[]): number[] {
  const kept: number[] = [];
  for (const index of chosen) {
    const path = rules[index]?.[1][0]?.[0] ?? '';
    const clashes = kept.some((other) => {
      const taken = rules[other]?.[1][0]?.[0] ?? '';
      return `${path}.`.startsWith(`${taken}.`) || `${taken}.`.startsWith(`${path}.`);
    });
    if (!clashes) kept.push(index);
  }
  return kept;
}
