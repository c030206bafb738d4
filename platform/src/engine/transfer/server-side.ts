/** Copies that the destination makes by itself, where both sides are one store and one account. */
import type { ListedObject, ServerSideCopy, StoredObject, WrittenObject } from '../../object-store/object-store.ts';
import { isFailure, type StoreFailure } from '../../object-store/failure.ts';
import { at, SidedFailure } from '../sided-failure.ts';
import { Attempts } from './attempts.ts';
import { destinationObject, prove } from './prove.ts';
import { asListed, keepsExisting, sameSecond, statShown, writeOptions, type TransferScope } from './scope.ts';
import { failed } from './severity.ts';
import type { TransferOutcome } from './transfer.ts';
import { plainMd5 } from './verify.ts';

/** The destination's own copying, where it may be used for this source. */
export function serverSide({ context, learned }: TransferScope): ServerSideCopy | undefined {
  const able = context.destination.serverSideCopy;
  return able !== undefined && learned.serverSide !== 'refused' && able.canCopyFrom(context.source.location) ? able : undefined;
}

/**
 * Copies an object with one HEAD, for its version and metadata, and one copy request. Undefined when the store refuses
 * to, or when one request does not take that much: the bytes then have to pass through here.
 */
export async function copyServerSide(scope: TransferScope, able: ServerSideCopy, listed: ListedObject, key: string, signal: AbortSignal): Promise<TransferOutcome | undefined> {
  const attempts = new Attempts(scope.limits.attempts, scope.context.clock);
  const memory: Memory = { wrote: 'no' };
  for (;;) {
    try {
      const version = await at('source', statShown(scope, listed.key, signal));
      if (version.size > able.maxCopyBytes) return undefined;
      return await copyVersion(scope, able, version, newest(listed, version), key, memory, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof SidedFailure)) throw error;
      if (refused(scope, error)) return undefined;
      if (!(await attempts.another(error.failure, signal))) return failed(error.failure, error.side);
    }
  }
}

/** Whether a copy of an earlier attempt may be, or is, what is now at the destination. */
interface Memory {
  wrote: 'no' | 'maybe' | 'yes';
}

/** The object as listed, or as it is now when that is another version. */
export function newest(listed: ListedObject, seen: StoredObject): ListedObject {
  const same = listed.etag === undefined || seen.etag === undefined ? sameSecond(listed, seen) : listed.etag === seen.etag;
  return same && listed.size === seen.size ? listed : asListed(seen);
}

/**
 * Whether this failure means that the store does not copy by itself, at least this object; remembers it where it holds for all.
 * Ceph, for one, encrypts what it is sent and leaves its own copies as they are.
 */
export function refused({ learned }: TransferScope, { failure, side }: SidedFailure): boolean {
  const { kind } = failure;
  if (side !== 'destination' || (kind !== 'unsupported' && kind !== 'unencrypted' && kind !== 'denied')) return false;
  if (kind !== 'denied' || learned.serverSide === 'untried') learned.serverSide = 'refused';
  return true;
}

async function copyVersion(scope: TransferScope, able: ServerSideCopy, version: StoredObject, source: ListedObject, key: string, memory: Memory, signal: AbortSignal): Promise<TransferOutcome> {
  const options = writeOptions(scope, version, source.storageClass ?? version.storageClass, memory.wrote !== 'yes');
  let written: WrittenObject;
  await scope.context.bandwidth.take(version.size, signal);
  try {
    written = await able.copy(scope.context.source.location, version.key, version.etag, key, options, signal);
  } catch (error) {
    if (!isFailure(error)) throw error;
    if (error.kind === 'changed') return conditionFailed(scope, error, version, source, key, memory, signal);
    if (memory.wrote === 'no') memory.wrote = 'maybe';
    throw new SidedFailure(error, error.kind === 'absent' ? 'source' : 'destination');
  }
  memory.wrote = 'yes';
  scope.learned.serverSide = 'works';
  if (!sameDigest(written, version)) await at('destination', prove(scope, { check: 'size-and-time', lengthTold: true }, source, key, signal));
  return { kind: 'copied', source, destinationEtag: written.etag, proof: 'server-side' };
}

/** Of the two conditions, the version of the source and the key's being free, either may be the one that failed. */
async function conditionFailed(scope: TransferScope, failure: StoreFailure, version: StoredObject, source: ListedObject, key: string, memory: Memory, signal: AbortSignal): Promise<TransferOutcome> {
  const there = keepsExisting(scope) ? await at('destination', destinationObject(scope, key, signal)) : undefined;
  if (there === undefined) throw new SidedFailure(failure, 'source');
  return memory.wrote !== 'no' && sameDigest(there, version) ? { kind: 'copied', source, destinationEtag: there.etag, proof: 'server-side' } : { kind: 'exists' };
}

function sameDigest(copy: { readonly etag?: string | undefined }, version: StoredObject): boolean {
  return plainMd5(copy.etag) !== undefined && plainMd5(copy.etag) === plainMd5(version.etag);
}
