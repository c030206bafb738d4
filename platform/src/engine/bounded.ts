/**
 * Calls `work` with each value, in order and at most `limit` at a time, and resolves when all have settled. After a
 * rejection no further value is begun; rejects with the first.
 */
export async function forEachBounded<T>(values: readonly T[], limit: number, work: (value: T, index: number) => Promise<void>): Promise<void> {
  const entries = values.entries();
  let broken = false;
  const lane = async (): Promise<void> => {
    for (const [index, value] of entries) {
      try {
        await work(value, index);
      } catch (error) {
        broken = true;
        throw error;
      }
      if (broken) return;
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(limit, values.length) }, lane));
  const first = lanes.find((result) => result.status === 'rejected');
  if (first !== undefined) throw first.reason;
}
