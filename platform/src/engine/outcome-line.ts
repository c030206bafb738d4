/** The lines of a segment, and which outcomes are a line and nothing more (`records.ts` has their form). */
import type { ListedObject } from '../object-store/object-store.ts';
import type { SkipReason } from './decide.ts';
import type { Tally } from './ledger/ledger.ts';
import type { Outcome } from './outcome.ts';

export type Column = keyof Tally;

/** All there is to an outcome that makes no row. */
export interface Note {
  readonly column: Exclude<Column, 'failed'>;
  /** Members of the line's JSON. */
  readonly why: string;
}

const RECOVERED: Note = { column: 'succeeded', why: '"proof":"size-and-time"' };
const SKIPPED: Readonly<Record<SkipReason, Note>> = {
  'older-than-since': skipped('older-than-since'),
  exists: skipped('exists'),
  'same-crc64': skipped('same-crc64'),
  'same-size-and-time': skipped('same-size-and-time'),
};

function skipped(reason: SkipReason): Note {
  return { column: 'skipped', why: `"reason":"${reason}"` };
}

/** Undefined for an outcome that makes a row, or not even a line. */
export function noteOf(outcome: Outcome): Note | undefined {
  switch (outcome.kind) {
    case 'copied': return { column: 'succeeded', why: `"proof":"${outcome.proof}"` };
    case 'recovered': return RECOVERED;
    case 'skipped': return SKIPPED[outcome.reason];
    case 'failed':
    case 'deferred':
    case 'ignored': return undefined;
  }
}

/** What the outcome is about: a copy tells what was read, which may be newer than what was listed. */
export function aboutOf(outcome: Outcome, listed: ListedObject): ListedObject {
  return outcome.kind === 'copied' ? outcome.source : listed;
}

/** JSON, ended by a line feed. */
export function outcomeLine(column: Column, object: ListedObject, destinationKey: string, why: string): string {
  const { key, etag } = object;
  const to = destinationKey === key ? '' : `,"to":${JSON.stringify(destinationKey)}`;
  const tag = etag === undefined ? '' : `,"etag":${JSON.stringify(etag)}`;
  // One line per object of a whole bucket: stringifying an object takes half as long again.
  return `{"outcome":"${column}","key":${JSON.stringify(key)}${to},"size":${bytesOf(object)}${tag},${why}}\n`;
}

/** A source that tells no size shows a negative one. */
export function bytesOf({ size }: ListedObject): number {
  return Math.max(0, size);
}
