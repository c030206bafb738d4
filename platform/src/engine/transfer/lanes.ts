/**
 * Works through the items, `lanes` at a time, in their order. The first failure stops the rest; it is thrown when nothing
 * is in flight any more.
 */
export async function inLanes<T>(items: Iterable<T>, lanes: number, signal: AbortSignal, work: (item: T, signal: AbortSignal) => Promise<void>): Promise<void> {
  const queue = items[Symbol.iterator]();
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const failures: unknown[] = [];

  const lane = async (): Promise<void> => {
    for (let next = queue.next(); next.done !== true && failures.length === 0; next = queue.next()) {
      try {
        await work(next.value, either);
      } catch (error) {
        failures.push(error);
        stop.abort();
      }
    }
  };

  await Promise.all(Array.from({ length: lanes }, lane));
  if (failures.length > 0) throw failures[0];
}
