/**
 * Whether an object is copied: a pure function of what both stores show and of the plan.
 *
 * The first line that holds decides (object_overwrite_mode and migrate_since, section 5.2.3):
 *
 * | overwrite               | condition                                                     | decision                   |
 * |-------------------------|---------------------------------------------------------------|----------------------------|
 * | any                     | source modified at a known time, not after `migrateSince`     | skip: `older-than-since`   |
 * | any                     | nothing in the destination                                    | copy                       |
 * | never                   |                                                               | skip: `exists`             |
 * | always                  |                                                               | copy                       |
 * | size-or-time, crc64     | the source does not tell its size                             | copy                       |
 * | size-or-time, crc64     | sizes differ                                                  | copy                       |
 * | crc64                   | both have a CRC64 and they differ                             | copy                       |
 * | crc64                   | both have a CRC64 and they are equal                          | skip: `same-crc64`         |
 * | size-or-time, crc64     | the source does not tell its time                             | copy                       |
 * | size-or-time, crc64     | source newer than destination                                 | copy                       |
 * | size-or-time, crc64     | destination not earlier than source                           | skip: `same-size-and-time` |
 */
import type { ListedObject } from '../object-store/object-store.ts';
import type { MigrationPlan } from './plan.ts';

export type SkipReason = 'older-than-since' | 'exists' | 'same-crc64' | 'same-size-and-time';

export type Decision = { readonly kind: 'copy' } | { readonly kind: 'skip'; readonly reason: SkipReason };

export type DecidingPlan = Pick<MigrationPlan, 'overwrite' | 'migrateSince'>;

const COPY: Decision = { kind: 'copy' };
const OLDER: Decision = { kind: 'skip', reason: 'older-than-since' };
const EXISTS: Decision = { kind: 'skip', reason: 'exists' };
const SAME_CRC64: Decision = { kind: 'skip', reason: 'same-crc64' };
const SAME_SIZE_AND_TIME: Decision = { kind: 'skip', reason: 'same-size-and-time' };

/** A source object and what the destination has under its key. A negative size or a time of 0 means that the source tells none. */
export function decide(source: ListedObject, destination: ListedObject | undefined, plan: DecidingPlan): Decision {
  if (plan.migrateSince !== undefined && source.lastModified > 0 && source.lastModified <= plan.migrateSince) return OLDER;
  if (destination === undefined || plan.overwrite === 'always') return COPY;
  if (plan.overwrite === 'never') return EXISTS;
  if (source.size < 0 || source.size !== destination.size) return COPY;
  if (plan.overwrite === 'crc64' && source.crc64 !== undefined && destination.crc64 !== undefined) {
    return source.crc64 === destination.crc64 ? SAME_CRC64 : COPY;
  }
  return source.lastModified <= 0 || isNewer(source.lastModified, destination.lastModified) ? COPY : SAME_SIZE_AND_TIME;
}

/** Whether the decision can turn on what the destination has. */
export function looksAtDestination(plan: DecidingPlan): boolean {
  return plan.overwrite !== 'always';
}

/** Whether the decision turns on CRC64s that a listing may not have shown. */
export function turnsOnCrc64(source: ListedObject, destination: ListedObject | undefined, plan: DecidingPlan): boolean {
  return plan.overwrite === 'crc64' && destination !== undefined && source.size === destination.size && (source.crc64 === undefined || destination.crc64 === undefined);
}

/** A listing's time has milliseconds, that of a HEAD has not: two times are compared as exactly as the coarser one was told. */
function isNewer(source: number, destination: number): boolean {
  if (source % 1000 !== 0 && destination % 1000 !== 0) return source > destination;
  return Math.floor(source / 1000) > Math.floor(destination / 1000);
}
