import { expect, test } from 'vitest';
import { UsageError } from '../usage-error.ts';
import { parseLocation } from './location.ts';

test.each([
  ['aws:us-east-1/bucket', { kind: 'cloud', cloud: 'aws', region: 'us-east-1', bucket: 'bucket', prefix: '' }],
  ['AWS:us-east-1/bucket/', { kind: 'cloud', cloud: 'aws', region: 'us-east-1', bucket: 'bucket', prefix: '' }],
  ['aws:r/b/a//b/../c', { kind: 'cloud', cloud: 'aws', region: 'r', bucket: 'b', prefix: 'a//b/../c' }],
  ['hec:r/b/ä:x/', { kind: 'cloud', cloud: 'hec', region: 'r', bucket: 'b', prefix: 'ä:x/' }],
  ['local:/mnt/nas/photos/', { kind: 'local', root: '/mnt/nas', bucket: 'photos', prefix: '' }],
  ['local:photos', { kind: 'local', root: '/home/me', bucket: 'photos', prefix: '' }],
])('%s', (text, expected) => {
  expect(parseLocation(text, '/home/me')).toEqual(expected);
});

test.each(['', 'bucket', ':r/b', 'aws:', 'aws:r', 'aws:r/', 'aws:/b', 'local:', 'local:/'])('"%s" is refused with what was expected', (text) => {
  expect(() => parseLocation(text, '/home/me')).toThrow(UsageError);
});
