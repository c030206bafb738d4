import { describe, expect, test } from 'vitest';
import { bytesSource } from '@haulier/lib/bytes/byte-stream.ts';
import type { ObjectStore } from '../../object-store/object-store.ts';
import { huawei } from '../huawei/provider.ts';
import { fakeStore, type FakeAnswer, type FakeStore, type SeenRequest } from './testing/fake-store.ts';
import { amazonHeaders } from './vocabulary.ts';

const never = new AbortController().signal;
const options = { metadata: { user: {} }, encryption: { kind: 'kms' } } as const;
const source = { endpoint: 'http://here', bucket: 'from', account: 'ak' };
const answers: Readonly<Record<string, string>> = {
  create: '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>',
  copy: '<CopyObjectResult><ETag>"e"</ETag></CopyObjectResult>',
};

type Operation = 'write' | 'create' | 'copy';
const operations: readonly Operation[] = ['write', 'create', 'copy'];

function attempt(store: ObjectStore, operation: Operation, over: object = {}): Promise<unknown> {
  const asked = { ...options, ...over };
  switch (operation) {
    case 'write': return store.write('k', bytesSource(Buffer.from('x')), asked, never);
    case 'create': return store.multipart?.create('k', asked, never) ?? Promise.reject(new Error('no uploads'));
    case 'copy': return store.serverSideCopy?.copy(source, 'from', undefined, 'k', asked, never) ?? Promise.reject(new Error('no copies'));
  }
}

/** Answers the operation with these headers, and what takes it back with 204. */
function answering(operation: Operation, headers: Readonly<Record<string, string>>): (request: SeenRequest) => FakeAnswer {
  return ({ method }) => (method === 'DELETE' ? { status: 204 } : { headers: { etag: '"e"', ...headers }, body: answers[operation] ?? '' });
}

const requestsOf = ({ seen }: FakeStore): readonly string[] => seen.map(({ method, target }) => `${method} ${target}`);
const takenBack: Readonly<Record<Operation, string>> = { write: 'DELETE /b/k', create: 'DELETE /b/k?uploadId=u', copy: 'DELETE /b/k' };

describe.each(operations)('to %s with the key service', (operation) => {
  test.each(['aws:kms', 'aws:kms:dsse'])('succeeds where the answer says %s', async (told) => {
    const fake = await fakeStore(answering(operation, { 'x-amz-server-side-encryption': told }));
    await attempt(fake.store, operation);
    expect(fake.seen).toHaveLength(1);
    expect(fake.seen[0]?.headers).toMatchObject({ 'x-amz-server-side-encryption': 'aws:kms' });
  });

  test.each([['nothing', {}], ['another encryption', { 'x-amz-server-side-encryption': 'AES256' }]])('fails where the answer says %s, and is taken back', async (_, headers) => {
    const fake = await fakeStore(answering(operation, headers));
    await expect(attempt(fake.store, operation)).rejects.toMatchObject({ kind: 'unencrypted', message: expect.stringContaining('removed again') as string });
    expect(requestsOf(fake).slice(1)).toEqual([takenBack[operation]]);
  });

  test('says so when it cannot be taken back', async () => {
    const fake = await fakeStore((request) => (request.method === 'DELETE' ? { status: 403 } : answering(operation, {})(request)));
    await expect(attempt(fake.store, operation)).rejects.toMatchObject({ kind: 'unencrypted', message: expect.stringMatching(/could not be removed, remove it: .*403/) as string });
  });

  test.each<[code: string, status: number, message: string, kind: string]>([
    ['InvalidEncryptionAlgorithmError', 400, '', 'unencrypted'],
    ['KMS.NotFoundException', 400, '', 'unencrypted'],
    ['NotImplemented', 501, 'A header you provided implies functionality that is not implemented', 'unencrypted'],
    ['InvalidRequest', 400, 'Server Side Encryption with KMS managed key requires HTTPS', 'unencrypted'],
    ['InvalidAccessKeyId', 403, 'Failed to retrieve the actual key, kms-keyid: none', 'unencrypted'],
    ['AccessDenied', 403, 'not authorized to perform: kms:GenerateDataKey', 'denied'],
    ['SlowDown', 503, 'KMS is busy', 'throttled'],
    ['InvalidArgument', 400, 'Invalid storage class', 'unsupported'],
  ])('that is refused with %s is no silence: %i %s is %s', async (code, status, message, kind) => {
    const fake = await fakeStore(() => ({ status, body: `<Error><Code>${code}</Code><Message>${message}</Message></Error>` }));
    await expect(attempt(fake.store, operation)).rejects.toMatchObject({ kind });
    expect(fake.seen).toHaveLength(1);
  });

  test('is asked of nobody who is to write without', async () => {
    const fake = await fakeStore(answering(operation, {}));
    await attempt(fake.store, operation, { encryption: undefined });
    expect(fake.seen[0]?.headers['x-amz-server-side-encryption']).toBeUndefined();
  });
});

test('a version that was written unencrypted is removed as that version', async () => {
  const fake = await fakeStore(answering('write', { 'x-amz-version-id': 'v7' }));
  await expect(attempt(fake.store, 'write')).rejects.toMatchObject({ kind: 'unencrypted' });
  expect(requestsOf(fake)[1]).toBe('DELETE /b/k?versionId=v7');
});

test('the key of the region is named, unless a write names its own', async () => {
  const fake = await fakeStore(answering('write', { 'x-amz-server-side-encryption': 'aws:kms' }), { headers: { ...amazonHeaders, kmsKeyId: 'ours' } });
  await attempt(fake.store, 'write');
  await attempt(fake.store, 'write', { encryption: { kind: 'kms', keyId: 'own' } });
  expect(fake.seen.map(({ headers }) => headers['x-amz-server-side-encryption-aws-kms-key-id'])).toEqual(['ours', 'own']);
});

test.each([['x-obs-server-side-encryption', 'copied'], ['x-amz-server-side-encryption', 'refused']])('OBS says it in its own words: %s is %s', async (header, fate) => {
  const fake = await fakeStore(answering('write', { [header]: 'kms' }));
  const entry = { cloud: 'HEC', region: 'here', endpoint: fake.endpoint, addressing: 'path', signature: 'native' } as const;
  const store = huawei.openStore(entry, { bucket: 'b', credentials: { accessKey: 'ak', secretKey: 'sk' }, runtime: { clock: { now: () => 0 }, uniqueName: () => '' } });
  expect(await attempt(store, 'write').then(() => 'copied', () => 'refused')).toBe(fate);
  await store.close();
});
