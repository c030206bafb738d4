/** How long a migration may take, as a range: a guess from a few reads cannot be more. */

/** What one connection was seen to do. */
export interface Pace {
  /** Until an answer begins, in milliseconds. */
  readonly requestMs: number;
  readonly bytesPerSecond: number;
}

/** In seconds. */
export interface Estimate {
  readonly from: number;
  readonly to: number;
}

/** A small object costs a GET and a PUT, of which only the first was measured. */
const requestsPerObject = 2;
/** Connections that carry small objects, and bytes: where both stores bear a lot, and where one of them does not. */
const wide = { requests: 256, streams: 16 };
const narrow = { requests: 16, streams: 2 };
/** Looking into both sides takes a while, however little there is. */
const leastSeconds = 1;

export function estimateOf(objects: number, bytes: number, pace: Pace): Estimate {
  const seconds = ({ requests, streams }: typeof wide) => (objects * requestsPerObject * Math.max(1, pace.requestMs)) / 1000 / requests + bytes / Math.max(1, pace.bytesPerSecond) / streams;
  return { from: Math.max(leastSeconds, Math.round(seconds(wide))), to: Math.max(leastSeconds, Math.round(seconds(narrow))) };
}
