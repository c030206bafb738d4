import { expect, it } from 'vitest';
import { StoreFailure } from '../object-store/failure.ts';
import { at, SidedFailure } from './sided-failure.ts';

it('at marks failures of stores and nothing else', async () => {
  const failure = new StoreFailure('full', 'no room');
  await expect(at('destination', Promise.reject(failure))).rejects.toMatchObject({ failure, side: 'destination' });
  await expect(at('destination', Promise.reject(failure))).rejects.toBeInstanceOf(SidedFailure);
  await expect(at('source', Promise.reject(new TypeError('a bug')))).rejects.toBeInstanceOf(TypeError);
  expect(await at('source', Promise.resolve(1))).toBe(1);
});
