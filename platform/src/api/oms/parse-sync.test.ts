import { describe, expect, it } from 'vitest';
import { changed, overTheWire, verdict, type Change } from './fixtures/broken.ts';
import { projectOf } from './fixtures/task.ts';
import { parseKeyForm, parseNotification } from './parse-notification.ts';
import { parseCreateSyncTask } from './parse-sync-create.ts';
import { parseSyncEvents } from './parse-sync-events.ts';
import { parseQueryTime, parseStatisticsQuery, parseSyncTaskFilter } from './parse-sync-query.ts';
import { parseStartSyncTask } from './parse-sync-start.ts';

/** The example of section 5.3.3, word for word. */
const createExample = {
  src_cloud_type: 'Aliyun', src_region: 'cn-beijing', src_bucket: 'api-auto-test1', src_ak: 'src_ak', src_sk: 'src_sk', dst_ak: 'dst_ak', dst_sk: 'dst_sk',
  dst_region: 'cn-north-4', dst_bucket: 'oms-sonar-north', description: 'XXXX', enable_kms: false, enable_restore: false, enable_metadata_migration: false,
};
const startExample = { src_ak: 'src_ak', src_sk: 'src_sk', dst_ak: 'dst_ak', dst_sk: 'dst_sk' };
const project = projectOf('project');

const create = (...changes: readonly Change[]) => parseCreateSyncTask(project, overTheWire(changed(createExample, ...changes)));
const refused = (parse: () => unknown) => {
  const { code, parameter } = verdict(parse) ?? {};
  return [code, parameter];
};

describe('a new synchronisation task', () => {
  it('is read with its defaults', () => {
    expect(create(['enable_kms', undefined], ['src_cloud_type', undefined], ['description', undefined])).toEqual({
      project,
      description: '',
      source: { cloud: 'Aliyun', region: 'cn-beijing', bucket: 'api-auto-test1', appId: undefined },
      destination: { region: 'cn-north-4', bucket: 'oms-sonar-north' },
      credentials: { source: { accessKey: 'src_ak', secretKey: 'src_sk' }, destination: { accessKey: 'dst_ak', secretKey: 'dst_sk' } },
      options: { check: 'size-and-time', carryMetadata: false, enableKms: false, enableRestore: false, storagePolicy: 'STANDARD' },
    });
  });

  it.each<[string, unknown, string, unknown]>([
    ['consistency_check', 'transmission', 'check', 'none'],
    ['consistency_check', 'crc64', 'check', 'crc64'],
    ['consistency_check', '', 'check', 'size-and-time'],
    ['dst_storage_policy', 'IA', 'storagePolicy', 'IA'],
    ['dst_storage_policy', '', 'storagePolicy', 'STANDARD'],
    ['enable_restore', true, 'enableRestore', true],
    ['enable_metadata_migration', true, 'carryMetadata', true],
  ])('reads %s %s', (field, value, option, read) => {
    expect(create([field, value]).options).toMatchObject({ [option]: read });
  });

  it.each(['^', 'a', '%', '日本'])('takes a description with %s', (text) => {
    expect(create(['description', text]).description).toBe(text);
  });

  it.each<[string, unknown, string, string?]>([
    ['src_cloud_type', 'URLSource', 'OMS.1003'],
    ['src_cloud_type', 5, 'OMS.1002'],
    ['src_region', undefined, 'OMS.1004'],
    ['src_region', 'x'.repeat(101), 'OMS.1003'],
    ['src_bucket', undefined, 'OMS.1004'],
    ['src_bucket', 'a/b', 'OMS.1003'],
    ['src_bucket', '..', 'OMS.1003'],
    ['src_bucket', 'x'.repeat(1025), 'OMS.1003'],
    ['src_ak', undefined, 'OMS.1004'],
    ['src_ak', 'x'.repeat(101), 'OMS.0057'],
    ['src_sk', '', 'OMS.0057'],
    ['dst_ak', undefined, 'OMS.1004'],
    ['dst_sk', 'x'.repeat(101), 'OMS.0058'],
    ['dst_region', undefined, 'OMS.1004'],
    ['dst_bucket', null, 'OMS.1004'],
    ...['<', '>', '(', ')', '"', "'", '&'].map((character): [string, unknown, string] => ['description', `a${character}b`, 'OMS.0078']),
    ['description', 'x'.repeat(256), 'OMS.1003'],
    ['description', 'a\0b', 'S3M.1003'],
    ['enable_metadata_migration', 'true', 'OMS.1002'],
    ['enable_kms', 1, 'OMS.1002'],
    ['enable_restore', 'no', 'OMS.1002'],
    ['dst_storage_policy', 'COLD', 'OMS.1003'],
    ['app_id', 'x'.repeat(256), 'OMS.1003'],
    ['consistency_check', 'no_check', 'OMS.1003'],
    ['src_crypto_type', 'KMS', 'S3M.1003'],
    ['dst_kms_key_id', 'key', 'S3M.1003'],
  ])('refuses %s %j', (field, value, code) => {
    expect(refused(() => create([field, value]))).toEqual([code, field]);
  });

  it('asks Tencent for its app_id, and offers crc64 where the documents do', () => {
    expect(refused(() => create(['src_cloud_type', 'Tencent']))).toEqual(['OMS.1004', 'app_id']);
    expect(create(['src_cloud_type', 'Tencent'], ['app_id', '42']).source.appId).toBe('42');
    expect(refused(() => create(['src_cloud_type', 'AWS'], ['consistency_check', 'crc64']))).toEqual(['OMS.1003', 'consistency_check']);
  });

  it('answers the first broken field in the order of the table', () => {
    const fields = ['src_cloud_type', 'src_region', 'src_bucket', 'src_ak', 'src_sk', 'dst_ak', 'dst_sk', 'dst_region', 'dst_bucket', 'description', 'enable_metadata_migration', 'enable_kms', 'enable_restore', 'dst_storage_policy', 'app_id', 'source_cdn', 'consistency_check'];
    fields.forEach((field, index) => {
      const broken = fields.slice(index).map((name): Change => [name, 7]);
      expect(refused(() => create(...broken))[1]).toBe(field);
    });
    expect(refused(() => parseCreateSyncTask(project, undefined))).toEqual(['OMS.1004', 'body']);
  });
});

describe('a CDN in front of the source', () => {
  const cdn = { protocol: 'https', domain: 'cdn.example', authentication_type: 'ALIYUN_OSS_A', authentication_key: 'the-key' };
  it('is read, and its key kept apart', () => {
    const { source, credentials } = create(['source_cdn', cdn]);
    expect([source.cdn, credentials.cdnKey]).toEqual([{ protocol: 'https', domain: 'cdn.example', authentication: 'aliyun-a' }, 'the-key']);
    expect(parseStartSyncTask({ cloud: 'Aliyun', cdn: source.cdn }, overTheWire({ ...startExample, source_cdn_authentication_key: 'other' })).cdnKey).toBe('other');
    expect(refused(() => create(['source_cdn', { ...cdn, domain: 'a/b' }]))).toEqual(['OMS.0081', 'source_cdn.domain']);
  });
});

describe('a start', () => {
  it('brings the keys', () => {
    expect(parseStartSyncTask({ cloud: 'AWS' }, overTheWire(startExample))).toEqual({ source: { accessKey: 'src_ak', secretKey: 'src_sk' }, destination: { accessKey: 'dst_ak', secretKey: 'dst_sk' } });
  });

  it.each([['src_ak', ''], ['src_sk', undefined], ['dst_ak', undefined], ['dst_sk', 4], ['source_cdn_authentication_key', 'x'], ['source_cdn_crypto_type', 'KMS']])('refuses %s %s', (field, value) => {
    expect(refused(() => parseStartSyncTask({ cloud: 'AWS' }, overTheWire(changed(startExample, [field, value]))))[1]).toBe(field);
  });
});

describe('names of objects', () => {
  it.each([
    ['test%2F001.txt', 'test/001.txt'],
    ['test%2B001.txt', 'test+001.txt'],
    ['test+001.txt', 'test+001.txt'],
    ['plain/slash.txt', 'plain/slash.txt'],
    ['%E6%97%A5%E6%9C%AC', '日本'],
    ['a%20b%25', 'a b%'],
    ['%F0%9F%9A%9A', '🚚'],
  ])('%s is %s', (encoded, name) => {
    expect(parseSyncEvents({ object_keys: [encoded] })).toEqual([name]);
  });

  it.each<[unknown, string, string]>([
    [undefined, 'OMS.1004', 'object_keys'],
    ['a', 'OMS.1002', 'object_keys'],
    [[], 'OMS.1003', 'object_keys'],
    [Array.from({ length: 11 }, (_, index) => `key-${index}`), 'OMS.1003', 'object_keys'],
    [['a', ''], 'OMS.1003', 'object_keys[1]'],
    [['a', 5], 'OMS.1002', 'object_keys[1]'],
    [['%zz'], 'OMS.1003', 'object_keys[0]'],
    [['100%'], 'OMS.1003', 'object_keys[0]'],
    [['%C3%28'], 'OMS.1003', 'object_keys[0]'],
    [['a%00b'], 'S3M.1003', 'object_keys[0]'],
    [['x'.repeat(1025)], 'OMS.1003', 'object_keys[0]'],
    [['%41'.repeat(5462)], 'OMS.1003', 'object_keys[0]'],
  ])('%j is refused', (keys, code, parameter) => {
    expect(refused(() => parseSyncEvents({ object_keys: keys }))).toEqual([code, parameter]);
  });

  it('are ten at most, each of 1024 characters at most when decoded', () => {
    const keys = Array.from({ length: 10 }, () => '%E6%97%A5'.repeat(1024));
    expect(parseSyncEvents({ object_keys: keys })).toEqual(keys.map(() => '日'.repeat(1024)));
  });
});

describe('queries', () => {
  it('read a list', () => {
    expect(parseSyncTaskFilter({})).toEqual({ limit: 10, offset: 0 });
    expect(parseSyncTaskFilter({ limit: '100', offset: '10000', status: 'STOPPED' })).toEqual({ limit: 100, offset: 10_000, state: 'stopped' });
    expect(parseSyncTaskFilter({ status: '' })).toEqual({ limit: 10, offset: 0 });
  });

  it.each([[{ limit: '0' }, 'limit'], [{ limit: '101' }, 'limit'], [{ offset: '10001' }, 'offset'], [{ offset: '-1' }, 'offset'], [{ status: 'stopped' }, 'status'], [{ status: ['STOPPED', 'STOPPED'] }, 'status']])('refuse %j', (query, parameter) => {
    expect(refused(() => parseSyncTaskFilter(query))[1]).toBe(parameter);
  });

  it('need the time of a month', () => {
    expect(parseQueryTime({ query_time: '1700639560751' })).toBe(1_700_639_560_751);
    expect(refused(() => parseQueryTime({}))).toEqual(['OMS.1004', 'query_time']);
    for (const time of ['x', '-1', '1e3', '253402300800000', '9'.repeat(30)]) expect(refused(() => parseQueryTime({ query_time: time })), time).toEqual(['OMS.1003', 'query_time']);
  });

  it('read statistics', () => {
    const times = { start_time: '5', end_time: '5' };
    expect(parseStatisticsQuery({ data_type: 'SIZE,REQUEST,SIZE', ...times })).toEqual({ types: ['SIZE', 'REQUEST'], range: { from: 5, to: 5 } });
    expect(refused(() => parseStatisticsQuery({ data_type: 'REQUEST,', ...times }))).toEqual(['OMS.1003', 'data_type']);
    expect(refused(() => parseStatisticsQuery(times))).toEqual(['OMS.1004', 'data_type']);
    expect(refused(() => parseStatisticsQuery({ data_type: 'SKIP' }))).toEqual(['OMS.1004', 'start_time']);
    expect(refused(() => parseStatisticsQuery({ data_type: 'SKIP', start_time: '6', end_time: '5' }))).toEqual(['OMS.1003', 'end_time']);
  });
});

describe('a notification', () => {
  const record = (key: string, eventSource: string | undefined, eventName = 'ObjectCreated:Put') => ({ eventName, ...(eventSource === undefined ? {} : { eventSource }), s3: { bucket: { name: 'b' }, object: { key } } });
  const keyOf = (key: string, source: string | undefined, form?: 'raw' | 'url-encoded') => parseNotification({ Records: [record(key, source)] }, form)[0]?.key;

  it.each<[string, string | undefined, 'raw' | 'url-encoded' | undefined, string]>([
    ['red+flower%2B.jpg', 'aws:s3', undefined, 'red flower+.jpg'],
    ['red+flower%2B.jpg', 'ceph:s3', undefined, 'red+flower%2B.jpg'],
    ['users%2FABC', 'minio:s3', undefined, 'users/ABC'],
    ['users%2FABC', undefined, undefined, 'users/ABC'],
    ['users%2FABC', 'aws:s3', 'raw', 'users%2FABC'],
    ['a+b', 'ceph:s3', 'url-encoded', 'a b'],
    ['100%', 'aws:s3', undefined, '100%'],
  ])('%s of %s, told to be %s, names %s', (key, source, form, name) => {
    expect(keyOf(key, source, form)).toBe(name);
  });

  it.each([
    ['ObjectCreated:Put', 1], ['s3:ObjectCreated:CompleteMultipartUpload', 1], ['ObjectRemoved:DeleteMarkerCreated', 1], ['ObjectSynced:Create', 1], ['ObjectRestore:Completed', 1],
    ['s3:ObjectAccessed:Get', 0], ['ObjectRestore:Post', 0], ['ObjectTagging:Put', 0], ['ObjectCreatedX', 0],
  ])('of %s makes %i events', (name, events) => {
    expect(parseNotification({ Records: [record('a', 'aws:s3', name)] }, undefined)).toHaveLength(events);
  });

  it('may be a test, and must be something', () => {
    expect(parseNotification({ Service: 'Amazon S3', Event: 's3:TestEvent' }, undefined)).toEqual([]);
    expect(refused(() => parseNotification(undefined, undefined))[0]).toBe('OMS.1002');
    expect(refused(() => parseNotification({}, undefined))).toEqual(['OMS.1004', 'Records']);
    expect(refused(() => parseNotification({ Records: [record('a', 'aws:s3'), { eventName: 'ObjectCreated:Put', s3: { bucket: { name: 'b' }, object: {} } }] }, undefined))).toEqual(['OMS.1004', 'Records[1].s3.object.key']);
  });

  it('may be told how keys are written', () => {
    expect([parseKeyForm({}), parseKeyForm({ keys: 'raw' }), parseKeyForm({ keys: 'url-encoded' })]).toEqual([undefined, 'raw', 'url-encoded']);
    expect(refused(() => parseKeyForm({ keys: 'other' }))).toEqual(['OMS.1003', 'keys']);
  });
});
