import { describe, expect, test } from 'vitest';
import { UsageError } from '../usage-error.ts';
import { createGroupRequest } from './task-group-request.ts';
import { createRequest, parsePlace, type CreateFlags } from './task-request.ts';

const keys = { src: { accessKey: 'sa', secretKey: 'ss', securityToken: 'st' }, dst: { accessKey: 'da', secretKey: 'ds' } };
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
  const request = (source: string, flags: Partial<CreateFlags> = {}) => createRequest(parsePlace(source), parsePlace('hec:my-store/to/under/'), { ...plain, ...flags }, keys);

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
      metadata: false, records: false,
    } as const;
    const fields = {
      description: 'd', migrate_since: 60, object_overwrite_mode: 'FULL_OVERWRITE', consistency_check: 'crc64', dst_storage_policy: 'SRC_STORAGE_MAPPING', enable_restore: true,
      enable_kms: true, enable_requester_pays: true, enable_metadata_migration: false, enable_failed_object_recording: false,
    };
    expect(request('aws:r/from', { ...options, priority: 'LOW' })).toMatchObject({ ...fields, task_priority: 'LOW' });
    expect(createGroupRequest(parsePlace('aws:r/from'), parsePlace('hec:my-store/to'), options, keys)).toMatchObject({ ...fields, task_type: 'PREFIX' });
  });

  test('takes a whole bucket, single objects, or a list file', () => {
    expect(request('aws:r/from').src_node.object_key).toEqual(['']);
    expect(request('aws:r/from', { object: ['a', 'b/'] })).toMatchObject({ task_type: 'object', src_node: { object_key: ['a', 'b/'] } });
    expect(request('aws:r/from', { listFile: 'lists/2025/all.txt' })).toMatchObject({ task_type: 'list', src_node: { list_file: { obs_bucket: 'lists', list_file_key: '2025/all.txt' } } });
  });

  test('takes a key file of Google or a connection string of Azure from the source, and from no destination', () => {
    const file = { accessKey: '', secretKey: '', jsonAuthFile: '{}' };
    const string = { accessKey: '', secretKey: '', connectionString: 'a=b' };
    const [from, to] = [parsePlace('google:us/from'), parsePlace('hec:my-store/to')];
    expect(createRequest(from, to, plain, { ...keys, src: file }).src_node).toMatchObject({ ak: '', sk: '', json_auth_file: '{}' });
    expect(createRequest(from, to, plain, { ...keys, src: string }).src_node).toMatchObject({ ak: '', sk: '', connection_string: 'a=b' });
    for (const dst of [file, string]) expect(() => createRequest(from, to, plain, { ...keys, dst })).toThrow(UsageError);
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
    ['a time that is none', 'aws:r/b', { since: 'yesterday' }],
  ])('refuses %s', (_what, source, flags) => {
    expect(() => request(source, flags)).toThrow(UsageError);
  });
});
