/** How long a migration may take, as a range: a guess from a few reads cannot be more. */

/** What one connection was seen to do. */
export interface Pace {
  /** Until an answer begins, in milliseconds. */
  readonly requestMs: number;
  /** Undefined when nothing was read that is large enough to tell. */
  readonly bytesPerSecond: number | undefined;
}

/** In seconds. */
export interface Estimate {
  readonly from: number;
  readonly to: number;
}

/** Up to this size, in bytes, an object comes with its answer: it costs its requests. */
export const smallBytes = 64 * 1024;
/** A small object costs a GET and a PUT, of which only the first was measured. */
const requestsPerObject = 2;
/** Connections that carry small objects, and bytes: where both stores bear a lot, and where one of them does not. */
const wide = { requests: 256, streams: 16 };
const narrow = { requests: 16, streams: 2 };
/** Looking into both sides takes a while, however little there is. */
const leastSeconds = 1;

/** Undefined when there are bytes that count, and nothing says how fast they come. */
export function estimateOf(objects: number, bytes: number, { requestMs, bytesPerSecond }: Pace): Estimate | undefined {
  if (bytesPerSecond === undefined && bytes > objects * smallBytes) return undefined;
  const seconds = ({ requests, streams }: typeof wide) => (
    (objects * requestsPerObject * Math.max(1, requestMs)) / 1000 / requests + (bytesPerSecond === undefined ? 0 : bytes / Math.max(1, bytesPerSecond) / streams)
  );
  return { from: Math.max(leastSeconds, Math.round(seconds(wide))), to: Math.max(leastSeconds, Math.round(seconds(narrow))) };
}
