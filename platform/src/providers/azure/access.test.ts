import { describe, expect, test } from 'vitest';
import { StoreFailure } from '../../object-store/failure.ts';
import type { StoreCredentials } from '../../object-store/credentials.ts';
import type { RegionEntry } from '../region-catalogue.ts';
import { accessOf } from './access.ts';

const key = Buffer.from('key').toString('base64');
const sas = 'sv=2022-11-02&ss=b&se=2026-01-01T00%3A00%3A00Z&sig=abc%3D';
const entry: RegionEntry = { cloud: 'Azure', region: 'westeurope', endpoint: 'https://blob.core.windows.net', addressing: 'virtual-host', signature: 'v4' };
const keys = (over: Partial<StoreCredentials> = {}): StoreCredentials => ({ accessKey: 'acct', secretKey: key, ...over });
const string = (text: string): StoreCredentials => ({ accessKey: '', secretKey: '', connectionString: text });

describe('an account', () => {
  test('is the first label of the host', () => {
    expect(accessOf(entry, keys())).toEqual({ account: 'acct', origin: 'https://acct.blob.core.windows.net', basePath: '', authority: { kind: 'key', key: Buffer.from('key') } });
  });

  test.each([
    ['in the path where the entry says so', { endpoint: 'http://127.0.0.1:10000', addressing: 'path' }, 'http://127.0.0.1:10000', '/acct'],
    ['nowhere else where the endpoint names it', { endpoint: 'https://acct.z6.blob.storage.azure.net', addressing: 'path' }, 'https://acct.z6.blob.storage.azure.net', ''],
  ] as const)('is %s', (_, over, origin, basePath) => {
    expect(accessOf({ ...entry, ...over }, keys())).toMatchObject({ origin, basePath });
  });

  test.each([undefined, keys({ accessKey: '' }), keys({ accessKey: 'evil.example/' }), keys({ accessKey: 'a@b' }), keys({ secretKey: '' }), keys({ secretKey: 'not base64!' }), keys({ securityToken: 'sv=1' }), keys({ securityToken: 'sig=a\r\nx: y' })])('is not made of %j', (credentials) => {
    expect(() => accessOf(entry, credentials)).toThrow(expect.objectContaining({ kind: 'bad-credentials' }));
  });
});

describe('a shared access signature', () => {
  test.each([sas, `?${sas}`])('as the security token wins over a key: %s', (securityToken) => {
    expect(accessOf(entry, keys({ securityToken })).authority).toEqual({ kind: 'sas', query: sas, expires: Date.UTC(2026, 0, 1) });
  });
});

describe('a connection string', () => {
  test.each([
    [`DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=${key};EndpointSuffix=core.windows.net`, 'https://acct.blob.core.windows.net', '', 'key'],
    [`DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=${key};EndpointSuffix=core.chinacloudapi.cn`, 'https://acct.blob.core.chinacloudapi.cn', '', 'key'],
    [`AccountName=acct;AccountKey=${key}`, 'https://acct.blob.core.windows.net', '', 'key'],
    [`DefaultEndpointsProtocol=http;AccountName=acct;AccountKey=${key};BlobEndpoint=http://127.0.0.1:10000/acct;QueueEndpoint=http://127.0.0.1:10001/acct;`, 'http://127.0.0.1:10000', '/acct', 'key'],
    [`BlobEndpoint=https://acct.blob.core.windows.net/;FileEndpoint=https://acct.file.core.windows.net/;SharedAccessSignature=${sas}`, 'https://acct.blob.core.windows.net', '', 'sas'],
    [`BlobEndpoint=http://127.0.0.1:10000/acct;SharedAccessSignature=?${sas}`, 'http://127.0.0.1:10000', '/acct', 'sas'],
    [` blobendpoint = https://media.example.org ; accountname = acct ; accountkey = ${key} `, 'https://media.example.org', '', 'key'],
  ])('%s', (text, origin, basePath, kind) => {
    expect(accessOf(entry, string(text))).toMatchObject({ account: 'acct', origin, basePath, authority: { kind } });
  });

  test.each([
    ['nonsense', 'is not a list'], ['AccountName=', 'is not a list'], ['UseDevelopmentStorage=true', 'usedevelopmentstorage'], [`AccountKey=${key}`, 'name of a storage account'],
    ['AccountName=acct', 'needs a key'], [`AccountName=acct;AccountKey=${key};EndpointSuffix=a/b`, 'names no endpoint'], [`AccountName=acct;AccountKey=${key};BlobEndpoint=ftp://x`, 'BlobEndpoint'],
    [`AccountName=acct;AccountKey=${key};BlobEndpoint=https://user:pass@x`, 'BlobEndpoint'],
  ])('%s is refused', (text, says) => {
    const refusal = refusalOf(() => accessOf(entry, string(text)));
    expect(refusal).toMatchObject({ kind: 'bad-credentials' });
    expect(refusal?.message).toContain(says);
    expect(refusal?.message).not.toContain(key);
  });
});

function refusalOf(run: () => unknown): StoreFailure | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof StoreFailure) return error;
  }
  return undefined;
}
