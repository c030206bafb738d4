/** A rejection with exactly this reason, an Error or not: the reason of an aborted signal may be anything. */
export function rejection(reason: unknown): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  reject(reason);
  return promise;
}
