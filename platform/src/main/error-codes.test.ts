import { expect, test } from 'vitest';
import { explainCode, nearCodes, searchCodes } from './error-codes.ts';

test.each(['OMS.1018', 'oms.1018', 'OMS1018', ' oms-1018 '])('explains %s', (written) => {
  expect(explainCode(written)).toEqual({
    code: 'OMS.1018', statuses: [400], message: 'Invalid source bucket. Check the source bucket parameter.', description: 'Invalid source bucket.',
    solution: 'Check the source bucket parameters.', outOfDate: false,
  });
});

test('knows all statuses of a code, and the old ones', () => {
  expect(explainCode('OMS.0095')?.statuses).toEqual([400, 403]);
  expect(explainCode('S3M.0154')).toMatchObject({ message: 'Failed to connect to OBS.', outOfDate: true });
  for (const nothing of ['', '.', 'OMS', '1018', 'OMS.9998']) expect(explainCode(nothing), nothing).toBeUndefined();
});

test('finds what was meant', () => {
  expect(nearCodes('1018')).toEqual(['OMS.1018', 'S3M.1018']);
  expect(nearCodes('OMS.10188')).toContain('OMS.1018');
  expect(nearCodes('hello')).toEqual([]);
  expect(nearCodes('OMS.1099').length).toBeLessThanOrEqual(5);
});

test('searches texts for all words', () => {
  const found = searchCodes(['PRIVACY', 'agree']);
  expect(found.map(({ code }) => code)).toEqual(['OMS.0092', 'OMS.1010', 'S3M.0096']);
  expect(searchCodes([]).length).toBeGreaterThan(300);
  expect(searchCodes(['no such word'])).toEqual([]);
});
