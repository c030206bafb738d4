import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { credentialsFromEnv, credentialsFromProfile } from './credentials.ts';
import { UsageError } from './usage-error.ts';

let folder: string;
let keyFile: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'haulier-credentials-'));
  keyFile = join(folder, 'key.json');
  await writeFile(keyFile, '{"type":"service_account"}');
});
afterAll(() => rm(folder, { recursive: true }));

describe('the environment', () => {
  test('may say nothing', async () => {
    expect(await credentialsFromEnv('src', { HAULIER_DST_ACCESS_KEY: 'a', HAULIER_DST_SECRET_KEY: 's' })).toBeUndefined();
  });

  test.each<[string, Readonly<Record<string, string>>, object]>([
    ['keys', { ACCESS_KEY: 'a', SECRET_KEY: 's' }, { accessKey: 'a', secretKey: 's' }],
    ['temporary keys', { ACCESS_KEY: 'a', SECRET_KEY: 's', SECURITY_TOKEN: 't' }, { accessKey: 'a', secretKey: 's', securityToken: 't' }],
    ['an account and a shared access signature', { ACCESS_KEY: 'account', SECURITY_TOKEN: 'sig=x' }, { accessKey: 'account', secretKey: '', securityToken: 'sig=x' }],
    ['a connection string', { CONNECTION_STRING: 'a=b' }, { accessKey: '', secretKey: '', connectionString: 'a=b' }],
  ])('gives %s', async (_, named, expected) => {
    for (const side of ['src', 'dst'] as const) {
      const env = Object.fromEntries(Object.entries(named).map(([name, value]) => [`HAULIER_${side.toUpperCase()}_${name}`, value]));
      expect(await credentialsFromEnv(side, env)).toEqual(expected);
    }
  });

  test('names the key file that is read', async () => {
    expect(await credentialsFromEnv('src', { HAULIER_SRC_JSON_AUTH_FILE: keyFile })).toEqual({ accessKey: '', secretKey: '', jsonAuthFile: '{"type":"service_account"}' });
    await expect(credentialsFromEnv('src', { HAULIER_SRC_JSON_AUTH_FILE: join(folder, 'nothing') })).rejects.toThrow(UsageError);
  });

  test.each([{ ACCESS_KEY: 'a' }, { SECRET_KEY: 's' }, { ACCESS_KEY: 'a', CONNECTION_STRING: 'a=b' }, { CONNECTION_STRING: '' }])('does not give half of it: %j', async (named) => {
    const env = Object.fromEntries(Object.entries(named).map(([name, value]) => [`HAULIER_SRC_${name}`, value]));
    await expect(credentialsFromEnv('src', env)).rejects.toThrow(UsageError);
  });
});

test('a profile may hold a connection string or name a key file', async () => {
  const file = join(folder, 'profiles.yaml');
  await writeFile(file, JSON.stringify({ azure: { connection_string: 'a=b' }, google: { json_auth_file: keyFile }, server: { endpoint: 'https://x' } }), { mode: 0o600 });
  expect(await credentialsFromProfile('azure', file)).toEqual({ accessKey: '', secretKey: '', connectionString: 'a=b' });
  expect(await credentialsFromProfile('google', file)).toMatchObject({ jsonAuthFile: '{"type":"service_account"}' });
  await expect(credentialsFromProfile('server', file)).rejects.toThrow('lacks access_key or secret_key');
});
