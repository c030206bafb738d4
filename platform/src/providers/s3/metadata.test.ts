import { describe, expect, test } from 'vitest';
import type { ObjectMetadata } from '../../object-store/object-store.ts';
import { storedObject, unquote, writeHeaders } from './metadata.ts';
import { amazonHeaders, amazonVocabulary } from './vocabulary.ts';

const full: ObjectMetadata = {
  contentType: 'text/plain',
  contentEncoding: 'gzip',
  contentLanguage: 'de',
  contentDisposition: 'attachment; filename="x.txt"',
  cacheControl: 'no-cache',
  expires: 'Thu, 01 Dec 2044 16:00:00 GMT',
  user: { owner: 'nobody', note: 'schön' },
};

describe('metadata', () => {
  test('comes back from the headers it was written to', () => {
    const headers = writeHeaders({ metadata: full }, amazonHeaders).flat();
    expect(storedObject('k', 1, headers, amazonHeaders).metadata).toEqual(full);
  });

  test('that is absent is not sent', () => {
    expect(writeHeaders({ metadata: { user: {} } }, amazonHeaders)).toEqual([]);
  });

  test('travels with the options of a write', () => {
    const options = { metadata: { user: {} }, storageClass: 'STANDARD_IA', encryption: { kind: 'kms', keyId: 'key' }, ifAbsent: true, contentMd5: 'md5' } as const;
    expect(writeHeaders(options, amazonHeaders)).toEqual([
      ['x-amz-storage-class', 'STANDARD_IA'],
      ['x-amz-server-side-encryption', 'aws:kms'],
      ['x-amz-server-side-encryption-aws-kms-key-id', 'key'],
      ['if-none-match', '*'],
      ['content-md5', 'md5'],
    ]);
  });

  test.each(['a b', 'ü', 'a:', ''])('with the name %j is refused', (name) => {
    expect(() => writeHeaders({ metadata: { user: { [name]: 'x' } } }, amazonHeaders)).toThrow(expect.objectContaining({ kind: 'bad-key' }));
  });

  test.each([
    ['aws-chunked', undefined],
    ['aws-chunked,gzip', 'gzip'],
    ['gzip, aws-chunked', 'gzip'],
    ['gzip', 'gzip'],
  ])('loses aws-chunked from Content-Encoding: %s', (header, kept) => {
    expect(storedObject('k', 1, ['content-encoding', header], amazonHeaders).metadata.contentEncoding).toBe(kept);
  });
});

describe('the headers of an object', () => {
  test('tell its version, time and digests', () => {
    const headers = ['etag', '"abc"', 'last-modified', 'Wed, 12 Oct 2022 17:50:30 GMT', 'x-amz-version-id', 'v1', 'x-oss-hash-crc64ecma', '42'];
    const object = storedObject('k', 7, headers, { ...amazonHeaders, crc64Header: 'x-oss-hash-crc64ecma' });
    expect(object).toMatchObject({ key: 'k', size: 7, etag: 'abc', lastModified: Date.UTC(2022, 9, 12, 17, 50, 30), versionId: 'v1', crc64: '42' });
  });

  test.each([
    ['GLACIER', undefined, true],
    ['DEEP_ARCHIVE', 'ongoing-request="true"', true],
    ['GLACIER', 'ongoing-request="false", expiry-date="Fri, 21 Dec 2012 00:00:00 GMT"', false],
    ['STANDARD', undefined, false],
    [undefined, undefined, false],
  ])('tell whether it is archived: %s, %s', (storageClass, restore, archived) => {
    const headers = [...(storageClass === undefined ? [] : ['x-amz-storage-class', storageClass]), ...(restore === undefined ? [] : ['x-amz-restore', restore])];
    expect(storedObject('k', 1, headers, amazonHeaders).archived).toBe(archived);
  });

  test('tell that intelligent tiering has archived it', () => {
    const held = ['x-amz-storage-class', 'INTELLIGENT_TIERING', 'x-amz-archive-status', 'ARCHIVE_ACCESS'];
    expect(storedObject('k', 1, held, amazonHeaders).archived).toBe(true);
    expect(storedObject('k', 1, held.slice(0, 2), amazonHeaders).archived).toBe(false);
  });

  test('are those of the cloud alone', () => {
    const headers = { ...amazonHeaders, vocabulary: { ...amazonVocabulary, prefix: 'x-oss-' }, archives: new Set(['Archive']) };
    const object = storedObject('k', 1, ['x-oss-storage-class', 'Archive', 'x-oss-meta-a', '1', 'x-amz-meta-b', '2', 'x-amz-restore', 'ongoing-request="false"'], headers);
    expect(object).toMatchObject({ storageClass: 'Archive', archived: true, metadata: { user: { a: '1' } } });
    expect(object.metadata.user).not.toHaveProperty('b');
  });

  test.each([
    ['GLACIER', 'ongoing-request="true"', true, undefined],
    ['GLACIER', 'ongoing-request="false", expiry-date="Fri, 21 Dec 2012 00:00:00 GMT"', undefined, Date.UTC(2012, 11, 21)],
    ['GLACIER', 'ongoing-request="false"', undefined, undefined],
    ['GLACIER', undefined, undefined, undefined],
  ])('tell how far a restore has come: %s, %s', (storageClass, restore, restoring, restoredUntil) => {
    const headers = ['x-amz-storage-class', storageClass, ...(restore === undefined ? [] : ['x-amz-restore', restore])];
    const object = storedObject('k', 1, headers, amazonHeaders);
    expect([object.restoring, object.restoredUntil]).toEqual([restoring, restoredUntil]);
  });

  test.each([['2', 2], ['0', undefined], ['', undefined]])('tell how much metadata they do not show: %s', (value, hidden) => {
    expect(storedObject('k', 1, ['x-amz-missing-meta', value], amazonHeaders).hiddenMetadata).toBe(hidden);
  });

  test.each([
    [['x-amz-server-side-encryption', 'aws:kms'], true],
    [['x-amz-server-side-encryption', 'aws:kms:dsse'], true],
    [['x-amz-server-side-encryption', 'AES256'], false],
    [['x-amz-server-side-encryption-customer-algorithm', 'AES256'], true],
    [[], false],
  ])('tell whether a key encrypts it: %j', (headers, encrypted) => {
    expect(storedObject('k', 1, headers, amazonHeaders).keyEncrypted).toBe(encrypted);
  });
});

test.each([['"abc"', 'abc'], ['abc', 'abc'], ['"', '"'], ['""', ''], ['W/"x"', 'W/"x"']])('the ETag %s without quotes', (etag, bare) => {
  expect(unquote(etag)).toBe(bare);
});
