import { describe, expect, test } from 'vitest';
import { UsageError } from '../usage-error.ts';
import { createGroupRequest } from './task-group-request.ts';
import { createRequest, parseDestination, parsePlace, parseSource, type CreateFlags, type MigrationKeys } from './task-request.ts';

const keys: MigrationKeys = { src: { accessKey: 'sa', secretKey: 'ss', securityToken: 'st' }, dst: { accessKey: 'da', secretKey: 'ds' }, cdn: 'ck' };
const plain: CreateFlags = { metadata: true, records: true };

describe('a place', () => {
  test.each([
    ['aws:eu-west-1/photos', { cloud: 'aws', region: 'eu-west-1', bucket: 'photos', prefix: '' }],
    ['aws:eu-west-1/photos/', { cloud: 'aws', region: 'eu-west-1', bucket: 'photos', prefix: '' }],
    ['HEC:my-store/b/a//b/../c', { cloud: 'HEC', region: 'my-store', bucket: 'b', prefix: 'a//b/../c' }],
    ['aws:r/b/line\nbreak', { cloud: 'aws', region: 'r', bucket: 'b', prefix: 'line\nbreak' }],
  ])('is read from %j', (text, place) => {
    expect(parsePlace(text)).toEqual(place);
  });

  test.each(['photos', 'aws:eu-west-1', 'aws:/b', 'aws:r/', ':r/b', ''])('is not %j', (text) => {
    expect(() => parsePlace(text)).toThrow(UsageError);
  });
});

describe('a request', () => {
  const request = (source: string, flags: Partial<CreateFlags> = {}) => createRequest(parseSource(source), parseDestination('hec:my-store/to/under/'), { ...plain, ...flags })(keys);

  test('takes a prefix, keys and the names of the API', () => {
    expect(request('aws:r/from/2025/')).toEqual({
      task_type: 'prefix',
      src_node: { cloud_type: 'AWS', region: 'r', bucket: 'from', ak: 'sa', sk: 'ss', security_token: 'st', object_key: ['2025/'] },
      dst_node: { region: 'my-store', bucket: 'to', save_prefix: 'under/', ak: 'da', sk: 'ds' },
      enable_metadata_migration: true,
      enable_failed_object_recording: true,
    });
  });

  test('takes every option by the name of its field', () => {
    const options = {
      description: 'd', since: '1970-01-01T00:01:00Z', overwrite: 'FULL_OVERWRITE', check: 'crc64', storageClass: 'SRC_STORAGE_MAPPING', restore: true, kms: true, requesterPays: true,
      metadata: false, records: false, bandwidth: ['20M', '08:00-17:59=5M'],
      notify: 'urn:smn:r:p:t', notifyOn: 'failure', notifyLanguage: 'zh-cn', notifyTemplate: 'short', cdn: 'https://cdn.example.com:8443', cdnAuth: 'TENCENT_COS_A',
    } as const;
    const fields = {
      description: 'd', migrate_since: 60, object_overwrite_mode: 'FULL_OVERWRITE', consistency_check: 'crc64', dst_storage_policy: 'SRC_STORAGE_MAPPING', enable_restore: true,
      enable_kms: true, enable_requester_pays: true, enable_metadata_migration: false, enable_failed_object_recording: false,
      bandwidth_policy: [{ start: '00:00', end: '23:59', max_bandwidth: 20_971_520 }, { start: '08:00', end: '17:59', max_bandwidth: 5_242_880 }],
      smn_config: { topic_urn: 'urn:smn:r:p:t', trigger_conditions: ['FAILURE'], language: 'zh-cn', message_template_name: 'short' },
      source_cdn: { domain: 'cdn.example.com:8443', protocol: 'https', authentication_type: 'TENCENT_COS_A', authentication_key: 'ck' },
    };
    expect(request('aws:r/from', { ...options, priority: 'LOW' })).toMatchObject({ ...fields, task_priority: 'LOW' });
    expect(createGroupRequest(parseSource('aws:r/from'), parseDestination('hec:my-store/to'), options)(keys)).toMatchObject({ ...fields, task_type: 'PREFIX' });
  });

  test('takes a whole bucket, single objects, or a list file', () => {
    expect(request('aws:r/from').src_node.object_key).toEqual(['']);
    expect(request('aws:r/from', { object: ['a', 'b/'] })).toMatchObject({ task_type: 'object', src_node: { object_key: ['a', 'b/'] } });
    expect(request('aws:r/from', { prefix: ['2024/', '2025/'] })).toMatchObject({ task_type: 'prefix', src_node: { object_key: ['2024/', '2025/'] } });
    expect(request('aws:r/from', { listFile: 'lists/2025/all.txt' })).toMatchObject({ task_type: 'list', src_node: { list_file: { obs_bucket: 'lists', list_file_key: '2025/all.txt' } } });
  });

  test('takes the URLs of a list, which need no keys', () => {
    const list = { cloud_type: 'URLSource', list_file: { obs_bucket: 'lists', list_file_key: '2025/all.txt' } };
    const withoutKeys = { ...keys, src: undefined, cdn: undefined };
    expect(createRequest(parseSource('url:lists/2025/all.txt'), parseDestination('hec:my-store/to'), { ...plain, check: 'no_check' })(withoutKeys)).toMatchObject({ task_type: 'url_list', src_node: list, consistency_check: 'no_check' });
    expect(createRequest(parseSource('url:lists/2025/all.txt'), parseDestination('hec:my-store/to'), plain)(withoutKeys).src_node).toEqual(list);
    expect(createGroupRequest(parseSource('url:lists/2025/all.txt'), parseDestination('hec:my-store/to'), plain)(withoutKeys)).toMatchObject({ task_type: 'URL_LIST', src_node: list });
  });

  test('takes the APPID of Tencent, and its own defaults of what belongs together', () => {
    expect(request('tencent:r/from', { appId: '1250000000', notify: 'urn', cdn: 'http://cdn' })).toMatchObject({
      src_node: { cloud_type: 'Tencent', app_id: '1250000000' },
      smn_config: { topic_urn: 'urn', trigger_conditions: ['SUCCESS', 'FAILURE'] },
      source_cdn: { domain: 'cdn', protocol: 'http', authentication_type: 'NONE' },
    });
  });

  test('takes a key file of Google or a connection string of Azure from the source, and from no destination', () => {
    const file = { accessKey: '', secretKey: '', jsonAuthFile: '{}' };
    const string = { accessKey: '', secretKey: '', connectionString: 'a=b' };
    const [from, to] = [parseSource('google:us/from'), parseDestination('hec:my-store/to')];
    expect(createRequest(from, to, plain)({ ...keys, src: file }).src_node).toMatchObject({ ak: '', sk: '', json_auth_file: '{}' });
    expect(createRequest(from, to, plain)({ ...keys, src: string }).src_node).toMatchObject({ ak: '', sk: '', connection_string: 'a=b' });
    for (const dst of [file, string]) expect(() => createRequest(from, to, plain)({ ...keys, dst })).toThrow(UsageError);
  });

  test('takes options only as they were given', () => {
    expect(request('aws:r/from', { since: '2026-01-31T00:00:00Z', overwrite: 'FULL_OVERWRITE', check: 'crc64', priority: 'LOW', description: 'd', metadata: false, records: false })).toMatchObject({
      migrate_since: 1_769_817_600, object_overwrite_mode: 'FULL_OVERWRITE', consistency_check: 'crc64', task_priority: 'LOW', description: 'd',
      enable_metadata_migration: false, enable_failed_object_recording: false,
    });
  });

  test.each<[string, string, Partial<CreateFlags>]>([
    ['an unknown cloud', 'azur:r/b', {}],
    ['a prefix and single objects', 'aws:r/b/p', { object: ['a'] }],
    ['single objects and a list', 'aws:r/b', { object: ['a'], listFile: 'b/k' }],
    ['a list without a key', 'aws:r/b', { listFile: 'b/' }],
    ['single objects and prefixes', 'aws:r/b', { object: ['a'], prefix: ['b'] }],
    ['a time that is none', 'aws:r/b', { since: 'yesterday' }],
    ['a list of URLs without a key', 'url:lists', {}],
    ['a list of URLs as a bucket', 'urlsource:r/b', {}],
    ['a list of URLs and single objects', 'url:b/k', { object: ['a'] }],
    ['a list of URLs and a prefix', 'url:b/k', { prefix: ['a'] }],
    ['a list of URLs and another list', 'url:b/k', { listFile: 'b/k' }],
    ['a list of URLs and a CDN', 'url:b/k', { cdn: 'https://cdn' }],
    ['Tencent without an APPID', 'tencent:r/b', {}],
    ['an APPID of another cloud', 'aws:r/b', { appId: '1' }],
    ['a rate that is none', 'aws:r/b', { bandwidth: ['fast'] }],
    ['a time of day that is none', 'aws:r/b', { bandwidth: ['8:00-24:00=5M'] }],
    ['a period without a rate', 'aws:r/b', { bandwidth: ['08:00-17:59'] }],
    ['a CDN that is no URL', 'aws:r/b', { cdn: 'cdn.example.com' }],
    ['a CDN with a path', 'aws:r/b', { cdn: 'https://cdn.example.com/path' }],
    ['how a CDN authenticates, without one', 'aws:r/b', { cdnAuth: 'NONE' }],
    ['when to tell, without whom', 'aws:r/b', { notifyOn: 'both' }],
  ])('refuses %s before a key is needed', (_what, source, flags) => {
    expect(() => createRequest(parseSource(source), parseDestination('hec:my-store/to'), { ...plain, ...flags })).toThrow(UsageError);
  });

  test('has a destination that tasks migrate to', () => {
    expect(parseDestination('LOCAL:r/b/p')).toEqual({ cloud: 'LOCAL', region: 'r', bucket: 'b', prefix: 'p' });
    expect(() => parseDestination('aws:r/b')).toThrow(UsageError);
  });
});
