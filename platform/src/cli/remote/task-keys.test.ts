import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../usage-error.ts';
import { findMigrationKeys, keysOfTask, type ShownMigration } from './task-keys.ts';
import { parseDestination, parseSource } from './task-request.ts';

const shown = (cloud: string, more: Partial<ShownMigration> = {}): ShownMigration => ({ src_node: { cloud_type: cloud, region: 'r', bucket: 'from' }, dst_node: { region: 'my-store', bucket: 'to' }, ...more });
const signed = { domain: 'cdn', authentication_type: 'ALIYUN_OSS_A' } as const;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'haulier-task-keys-'));
  for (const [name, value] of Object.entries({ SRC_ACCESS_KEY: '', SRC_SECRET_KEY: '', DST_ACCESS_KEY: 'da', DST_SECRET_KEY: 'ds', SRC_CDN_KEY: '' })) vi.stubEnv(`HAULIER_${name}`, value === '' ? undefined : value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

describe('the keys of a start', () => {
  test('are access keys and tokens', async () => {
    for (const [name, value] of Object.entries({ SRC_ACCESS_KEY: 'sa', SRC_SECRET_KEY: 'ss', SRC_SECURITY_TOKEN: 'st', DST_SECURITY_TOKEN: 'dt' })) vi.stubEnv(`HAULIER_${name}`, value);
    expect(await keysOfTask(shown('AWS'), {})).toEqual({ src_ak: 'sa', src_sk: 'ss', src_security_token: 'st', dst_ak: 'da', dst_sk: 'ds', dst_security_token: 'dt' });
  });

  test('may be a connection string or a key file in their place', async () => {
    vi.stubEnv('HAULIER_SRC_CONNECTION_STRING', 'AccountName=a');
    expect(await keysOfTask(shown('AZURE'), {})).toEqual({ connection_string: 'AccountName=a', dst_ak: 'da', dst_sk: 'ds' });
    vi.stubEnv('HAULIER_SRC_CONNECTION_STRING', undefined);
    await writeFile(join(folder, 'key.json'), '{"type":"service_account"}');
    vi.stubEnv('HAULIER_SRC_JSON_AUTH_FILE', join(folder, 'key.json'));
    expect(await keysOfTask(shown('Google'), {})).toEqual({ json_auth_file: '{"type":"service_account"}', dst_ak: 'da', dst_sk: 'ds' });
  });

  test('are none for the servers of URLs', async () => {
    expect(await keysOfTask(shown('URLSource'), {})).toEqual({ dst_ak: 'da', dst_sk: 'ds' });
  });

  test('are one more where a CDN takes one', async () => {
    vi.stubEnv('HAULIER_SRC_ACCESS_KEY', 'sa');
    vi.stubEnv('HAULIER_SRC_SECRET_KEY', 'ss');
    vi.stubEnv('HAULIER_SRC_CDN_KEY', 'ck');
    expect(await keysOfTask(shown('Aliyun', { source_cdn: signed }), {})).toMatchObject({ source_cdn_authentication_key: 'ck' });
    expect(await keysOfTask(shown('Aliyun', { source_cdn: { ...signed, authentication_type: 'NONE' } }), {})).not.toHaveProperty('source_cdn_authentication_key');
  });

  test('come from profiles', async () => {
    const file = join(folder, 'profiles.yaml');
    await writeFile(file, 'from: { connection_string: AccountName=a, cdn_key: ck }\nto: { access_key: pa, secret_key: ps }\n', { mode: 0o600 });
    vi.stubEnv('HAULIER_PROFILES', file);
    expect(await keysOfTask(shown('Azure', { source_cdn: signed }), { srcProfile: 'from', dstProfile: 'to' })).toEqual({ connection_string: 'AccountName=a', dst_ak: 'pa', dst_sk: 'ps', source_cdn_authentication_key: 'ck' });
  });
});

test('a task over URLs is created without keys for them', async () => {
  expect(await findMigrationKeys(parseSource('url:b/k'), parseDestination('hec:r/b'), {})).toMatchObject({ src: undefined, dst: { accessKey: 'da' } });
});

test('a CDN whose key nobody gives is named', async () => {
  vi.stubEnv('HAULIER_SRC_ACCESS_KEY', 'sa');
  vi.stubEnv('HAULIER_SRC_SECRET_KEY', 'ss');
  await expect(keysOfTask(shown('Aliyun', { source_cdn: signed }), {})).rejects.toThrow(UsageError);
});
