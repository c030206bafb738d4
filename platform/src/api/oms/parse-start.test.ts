import { describe, expect, it } from 'vitest';
import type { CloudType } from '../../object-migration/task.ts';
import type { Cdn } from '../../object-store/cdn.ts';
import { changed, overTheWire, verdict, type Change } from './fixtures/broken.ts';
import { startExample, startUrlListExample } from './fixtures/requests.ts';
import { parseStartTask } from './parse-start.ts';

const parse = (body: unknown, cloud: CloudType = 'Aliyun', cdn?: Cdn) => parseStartTask({ cloud, cdn }, overTheWire(body));
const source = { accessKey: 'src_ak', secretKey: 'src_sk' };
const destination = { accessKey: 'dst_ak', secretKey: 'dst_sk' };

describe('start', () => {
  it('reads the documents’ examples', () => {
    expect(parse(startExample)).toEqual({ credentials: { source, destination }, failedObjectsOnly: false });
    expect(parse(startUrlListExample, 'URLSource')).toEqual({ credentials: { source: undefined, destination }, failedObjectsOnly: false });
  });

  it.each<[string, CloudType, readonly Change[], object]>([
    ['failed objects only', 'AWS', [['migrate_failed_object', true]], { failedObjectsOnly: true }],
    ['a blank migrate_failed_object', 'AWS', [['migrate_failed_object', '']], { failedObjectsOnly: false }],
    ['null for migrate_failed_object', 'AWS', [['migrate_failed_object', null]], { failedObjectsOnly: false }],
    ['temporary keys', 'AWS', [['src_security_token', 's'], ['dst_security_token', 'd']], { credentials: { source: { ...source, securityToken: 's' }, destination: { ...destination, securityToken: 'd' } } }],
    ['a key file for Google', 'Google', [['src_ak', null], ['src_sk', null], ['json_auth_file', '{}']], { credentials: { source: { accessKey: '', jsonAuthFile: '{}' } } }],
    ['a connection string for Azure', 'Azure', [['src_ak', null], ['src_sk', null], ['connection_string', 'x=y']], { credentials: { source: { connectionString: 'x=y' } } }],
    ['no keys for a folder of the host', 'Local', [['src_ak', null], ['src_sk', null]], { credentials: { source: { accessKey: '', secretKey: '' } } }],
    ['keys that are not encrypted', 'AWS', [['src_crypto_type', 'DEFAULT'], ['dst_crypto_type', 'DEFAULT'], ['source_cdn_crypto_type', 'DEFAULT']], {}],
  ])('accepts %s', (_what, cloud, changes, expected) => {
    expect(parse(changed(startExample, ...changes), cloud)).toMatchObject(expected);
  });

  const rules: readonly (readonly [string, Change, string, string])[] = [
    ['no src_ak', ['src_ak', undefined], 'OMS.1004', 'src_ak'],
    ['a long src_sk', ['src_sk', 's'.repeat(101)], 'OMS.0057', 'src_sk'],
    ['json_auth_file of another type', ['json_auth_file', {}], 'OMS.1002', 'json_auth_file'],
    ['a long src_security_token', ['src_security_token', 't'.repeat(16_385)], 'OMS.0057', 'src_security_token'],
    ['an empty dst_ak', ['dst_ak', ''], 'OMS.0058', 'dst_ak'],
    ['no dst_sk', ['dst_sk', undefined], 'OMS.1004', 'dst_sk'],
    ['a long dst_security_token', ['dst_security_token', 't'.repeat(16_385)], 'OMS.0058', 'dst_security_token'],
    ['a CDN key', ['source_cdn_authentication_key', 'k'], 'S3M.1003', 'source_cdn_authentication_key'],
    ['migrate_failed_object of another type', ['migrate_failed_object', 'true'], 'OMS.1002', 'migrate_failed_object'],
    ['encrypted source keys', ['src_crypto_type', 'KMS'], 'S3M.1003', 'src_crypto_type'],
    ['a key id for source keys', ['src_kms_key_id', 'id'], 'S3M.1003', 'src_kms_key_id'],
    ['an unknown encryption', ['dst_crypto_type', 'ROT13'], 'OMS.1003', 'dst_crypto_type'],
    ['an encrypted CDN key', ['source_cdn_crypto_type', 'KMS'], 'S3M.1003', 'source_cdn_crypto_type'],
  ];

  it.each(rules)('refuses %s', (_what, change, code, parameter) => {
    expect(verdict(() => parse(changed(startExample, change)))).toMatchObject({ code, status: 400, parameter });
  });

  it('takes the key of a CDN where its authentication needs one', () => {
    const cdn: Cdn = { protocol: 'https', domain: 'cdn.example', authentication: 'tencent-d' };
    const withKey = changed(startExample, ['source_cdn_authentication_key', 'k']);
    expect(parse(withKey, 'Tencent', cdn)).toMatchObject({ credentials: { cdnKey: 'k' } });
    expect(verdict(() => parse(startExample, 'Tencent', cdn))).toMatchObject({ code: 'OMS.1032', parameter: 'source_cdn_authentication_key' });
    expect(parse(withKey, 'Tencent', { ...cdn, authentication: 'none' }).credentials).not.toHaveProperty('cdnKey');
  });

  it('answers the first broken field in the order of the table', () => {
    for (const [index, [, , code, parameter]] of rules.entries()) {
      const body = changed(startExample, ...rules.slice(index).map(([, change]) => change));
      expect(verdict(() => parse(body))).toMatchObject({ code, parameter });
    }
  });

  it('wants a body', () => {
    expect(verdict(() => parseStartTask({ cloud: 'URLSource' }, undefined))).toMatchObject({ code: 'OMS.1004', parameter: 'body' });
  });
});
