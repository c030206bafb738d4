import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { sharedKey, stringToSign } from './shared-key.ts';

/** The examples of "Authorize with Shared Key". */
test('signs a request as the documentation shows', () => {
  expect(stringToSign('myaccount', {
    method: 'GET',
    path: '/mycontainer',
    query: [['restype', 'container'], ['comp', 'metadata'], ['timeout', '20']],
    headers: [['x-ms-version', '2015-02-21'], ['x-ms-date', 'Fri, 26 Jun 2015 23:39:12 GMT']],
    contentLength: undefined,
  })).toBe('GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n/myaccount/mycontainer\ncomp:metadata\nrestype:container\ntimeout:20');
});

test('signs the account in the path of an emulator twice', () => {
  const text = stringToSign('alice', { method: 'GET', path: '/alice/', query: [['comp', 'list'], ['include', 'metadata'], ['include', 'copy']], headers: [], contentLength: undefined });
  expect(text).toBe('GET\n\n\n\n\n\n\n\n\n\n\n\n/alice/alice/\ncomp:list\ninclude:copy,metadata');
});

test('signs a body by its length and type, but not one of no length', () => {
  const request = { method: 'PUT', path: '/c/b%20b', query: [], headers: [['content-type', 'text/plain; charset=UTF-8'], ['content-md5', 'md5'], ['if-none-match', '*'], ['range', 'bytes=0-1'], ['x-ms-blob-type', ' Block  Blob ']] } as const;
  expect(stringToSign('a', { ...request, contentLength: 11 })).toBe('PUT\n\n\n11\nmd5\ntext/plain; charset=UTF-8\n\n\n\n*\n\nbytes=0-1\nx-ms-blob-type:Block Blob\n/a/c/b%20b');
  expect(stringToSign('a', { ...request, contentLength: 0 })).toContain('PUT\n\n\n\nmd5');
});

test('sorts headers as the service does', () => {
  const names = ['x-ms-meta-a1', 'x-ms-meta-a_', 'x-ms-version', 'x-ms-meta-ab', 'x-ms-date', 'x-ms-meta-a'];
  const text = stringToSign('a', { method: 'PUT', path: '/', query: [], headers: names.map((name) => [name, 'v']), contentLength: undefined });
  expect(text.split('\n').filter((line) => line.startsWith('x-ms-')).map((line) => line.slice(0, -2))).toEqual(['x-ms-date', 'x-ms-meta-a', 'x-ms-meta-a_', 'x-ms-meta-a1', 'x-ms-meta-ab', 'x-ms-version']);
});

test('is an HMAC in base64 under the account', () => {
  const request = { method: 'GET', path: '/', query: [], headers: [], contentLength: undefined };
  const key = Buffer.from('secret');
  expect(sharedKey('a', key, request)).toBe(`SharedKey a:${createHmac('sha256', key).update(`GET${'\n'.repeat(12)}/a/`).digest('base64')}`);
});
