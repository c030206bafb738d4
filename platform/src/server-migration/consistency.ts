import type { ConsistencyResult } from './server-migration.ts';

/** No file differs, is missing or is there beside what it should have. */
export function isConsistent(results: readonly ConsistencyResult[]): boolean {
  return results.every(({ different, missing, more }) => [different, missing, more].every((count) => BigInt(count) === 0n));
}
