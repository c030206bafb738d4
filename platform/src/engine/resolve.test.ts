import { expect, test } from 'vitest';
import type { OverwriteMode } from './plan.ts';
import { mayBeOurs } from './resolve.ts';
import { basicPlan } from './transfer/testing/setting.ts';

const T = 1_700_000_000_000;

test.each<{ overwrite: OverwriteMode; size: number; lastModified: number; ours: boolean; why: string }>([
  { overwrite: 'never', size: 10, lastModified: T + 9_000, ours: true, why: 'the sizes are equal' },
  { overwrite: 'never', size: 11, lastModified: T - 9_000, ours: false, why: 'the sizes differ' },
  { overwrite: 'never', size: -1, lastModified: 0, ours: true, why: 'the source tells nothing that would differ' },
  { overwrite: 'size-or-time', size: 10, lastModified: T, ours: true, why: 'it would not be copied over' },
  { overwrite: 'size-or-time', size: 10, lastModified: T + 9_000, ours: false, why: 'the source has changed since' },
  { overwrite: 'size-or-time', size: -1, lastModified: T, ours: false, why: 'it would be copied over anyway' },
  { overwrite: 'size-or-time', size: 10, lastModified: 0, ours: false, why: 'it would be copied over anyway' },
])('with $overwrite, 10 bytes may be the copy of $size from $lastModified: $ours, because $why', ({ overwrite, size, lastModified, ours }) => {
  expect(mayBeOurs({ key: 'k', size, lastModified }, { key: 'k', size: 10, lastModified: T }, { ...basicPlan, overwrite })).toBe(ours);
});
