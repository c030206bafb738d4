import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { isUuid } from './uuid.ts';

test.each([randomUUID(), '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'])('%s is a UUID', (text) => expect(isUuid(text)).toBe(true));

test.each(['', 'CAC5C677-73A9-4288-BB9C-B2EBFB547377', 'cac5c67773a94288bb9cb2ebfb547377', 'cac5c677-73a9-4288-bb9c-b2ebfb547377\n', '{cac5c677-73a9-4288-bb9c-b2ebfb547377}', 'gac5c677-73a9-4288-bb9c-b2ebfb547377'])(
  '%j is not one as it is kept', (text) => expect(isUuid(text)).toBe(false),
);
