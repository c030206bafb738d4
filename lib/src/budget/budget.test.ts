import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Budget } from './budget.ts';

test('what fits passes at once', () => {
  const budget = new Budget(10);
  expect(budget.take(6)).toBeUndefined();
  expect(budget.take(4)).toBeUndefined();
  expect(budget.take(1)).toBeInstanceOf(Promise);
});

test('more than the whole passes alone', async () => {
  const budget = new Budget(10);
  expect(budget.take(1)).toBeUndefined();
  const large = budget.take(1000);
  budget.give(1);
  await large;
  expect(budget.take(1)).toBeInstanceOf(Promise);
});

test('a small one does not overtake a large one that waits', async () => {
  const budget = new Budget(10);
  const order: string[] = [];
  expect(budget.take(8)).toBeUndefined();
  const large = budget.take(5)?.then(() => order.push('large'));
  const small = budget.take(1)?.then(() => order.push('small'));
  budget.give(8);
  await Promise.all([large, small]);
  expect(order).toEqual(['large', 'small']);
});

test('never more is out than there is, and everybody gets a turn', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 15 }), { maxLength: 40 }), async (amounts) => {
    const budget = new Budget(10);
    let out = 0;
    let served = 0;
    await Promise.all(amounts.map(async (amount) => {
      await budget.take(amount);
      out += Math.min(amount, 10);
      expect(out).toBeLessThanOrEqual(10);
      await Promise.resolve();
      out -= Math.min(amount, 10);
      served++;
      budget.give(amount);
    }));
    expect(served).toBe(amounts.length);
  }));
});
