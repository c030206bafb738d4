/** One object in parts, going on after a crash or an earlier call where the journal says it stopped. */
import type { MultipartUploads, ServerSideCopy, StoredObject } from '../../object-store/object-store.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import type { ItemLease, UploadRecord } from '../ledger/ledger.ts';
import { at, SidedFailure } from '../sided-failure.ts';
import { Attempts } from './attempts.ts';
import { learnsContentMd5 } from './content-md5.ts';
import { copyParts } from './copy-parts.ts';
import { copyPartsServerSide, type ServerSideCopyOfParts } from './copy-parts-server-side.ts';
import { copySmall } from './copy-small.ts';
import { copyStreamed } from './copy-streamed.ts';
import { completeUpload, settleUpload } from './finish-upload.ts';
import type { CopiedParts, LargeCopy, LargeMemory } from './large-copy.ts';
import { planParts, resumedPlan, type PartPlan } from './parts.ts';
import { withdraw } from './prove.ts';
import { impossibleKey, sameSecond, statShown, writeOptions, type TransferScope } from './scope.ts';
import { failed } from './severity.ts';
import { copyServerSide, newest, refused, serverSide } from './server-side.ts';
import type { TransferOutcome, UploadJournal } from './transfer.ts';
import { UploadLedger, type OpenUpload } from './upload-ledger.ts';

/** Server-side parts cost no bytes, only requests. */
const serverSidePartBytes = 256 * 1024 * 1024;

type LargeItem = Pick<ItemLease, 'object' | 'destinationKey'>;

/** Rejects with the signal's reason, or with what is no failure of a store (a lost lease). */
export async function copyLarge(scope: TransferScope, item: LargeItem, journal: UploadJournal, signal: AbortSignal): Promise<TransferOutcome> {
  const refusal = impossibleKey(scope, item.destinationKey);
  if (refusal !== undefined) return failed(refusal, 'destination');
  const { multipart } = scope.context.destination;
  if (multipart === undefined) return copyUndivided(scope, item, signal);

  const ledger = new UploadLedger(journal, multipart, item.destinationKey, signal);
  const attempts = new Attempts(scope.limits.attempts, scope.context.clock);
  const memory: LargeMemory = { filled: undefined, completing: undefined, distrust: false, wrote: false, wrong: undefined };
  for (;;) {
    const sends = scope.learned.wantsContentMd5;
    try {
      return await attempt(scope, item, multipart, ledger, memory, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof SidedFailure)) throw error;
      const { failure, side } = error;
      if (learnsContentMd5(scope.learned, failure, sends)) continue;
      if (failure.kind === 'corrupt') memory.distrust = true;
      if (failure.kind === 'corrupt' || failure.kind === 'changed') await ledger.abandon();
      if (await attempts.another(failure, signal)) continue;
      const outcome = failed(failure, side);
      if (outcome.severity === 'object') await ledger.giveUp();
      if (memory.wrong !== undefined) await withdraw(scope, item.destinationKey, memory.wrong.etag, signal);
      return outcome;
    }
  }
}

async function attempt(scope: TransferScope, item: LargeItem, multipart: MultipartUploads, ledger: UploadLedger, memory: LargeMemory, signal: AbortSignal): Promise<TransferOutcome> {
  const version = await at('source', statShown(scope, item.object.key, signal));
  const copy: LargeCopy = { scope, key: item.destinationKey, signal, multipart, ledger, version, source: newest(item.object, version), memory };
  const record = ledger.current;
  if (record?.state === 'completing' && describes(record, version, item)) {
    const { uploadId, parts } = record;
    const copied = memory.completing?.uploadId === uploadId ? memory.completing.copied : { parts };
    return settleUpload(copy, { upload: { key: copy.key, uploadId }, content: record, parts: new Map() }, copied);
  }
  const able = serverSide(scope);
  if (able !== undefined) {
    const outcome = await byServerSide(copy, item, able);
    if (outcome !== undefined) return outcome;
  }
  if (version.size <= scope.limits.largeFrom) return copyShrunk(copy);
  return inParts(copy, item);
}

/** Whether an upload was begun for this version. */
function describes(record: UploadRecord, version: StoredObject, { object }: LargeItem): boolean {
  if (record.size !== version.size || record.sourceEtag !== version.etag) return false;
  // Without an ETag the record names no version; the listing that the item was made from does.
  return version.etag !== undefined || sameSecond(object, version);
}

async function inParts(copy: LargeCopy, item: LargeItem): Promise<TransferOutcome> {
  const prepared = await openUpload(copy, item, copy.scope.limits.partBytes);
  try {
    const copied = await copyParts(copy, prepared.open, prepared.plan);
    if (copy.version.etag === undefined) await checkUnchanged(copy);
    return await completeUpload(copy, prepared.open, copied);
  } catch (error) {
    if (refusesRanges(error)) return copyStreamed(copy);
    throw error;
  }
}

function refusesRanges(error: unknown): boolean {
  return error instanceof SidedFailure && error.side === 'source' && (error.failure.kind === 'unsupported' || error.failure.kind === 'protocol');
}

/** Goes on with the upload of this version, or begins one. */
async function openUpload(copy: LargeCopy, item: LargeItem, preferredBytes: number): Promise<{ open: OpenUpload; plan: PartPlan }> {
  const { ledger, version, scope, multipart } = copy;
  if (ledger.current?.state === 'open' && describes(ledger.current, version, item)) {
    const open = await at('destination', ledger.resume());
    if (open !== undefined) return { open, plan: resumedPlan(version.size, open.content.partBytes, version.etag) };
  }
  const plan = planParts(version.size, version.etag, multipart, preferredBytes);
  if (plan === undefined) throw new SidedFailure(new StoreFailure('unsupported', 'the destination takes no object of that length'), 'destination');
  const content = { sourceEtag: version.etag, size: version.size, partBytes: plan.partBytes };
  return { plan, open: await at('destination', ledger.begin(content, writeOptions(scope, version, copy.source.storageClass ?? version.storageClass, !copy.memory.wrote))) };
}

/** Parts that no condition pinned are of one version only if the object is still the one of the beginning. */
async function checkUnchanged({ scope, version, signal }: LargeCopy): Promise<void> {
  const now = await at('source', scope.context.source.stat(version.key, signal));
  if (now.etag !== version.etag || now.size !== version.size || !sameSecond(now, version)) throw new SidedFailure(new StoreFailure('changed', 'the source changed while it was copied'), 'source');
}

/** Undefined when the store does not copy this object by itself. */
async function byServerSide(copy: LargeCopy, item: LargeItem, able: ServerSideCopy): Promise<TransferOutcome | undefined> {
  if (copy.version.size <= able.maxCopyBytes) {
    await copy.ledger.abandon();
    return copyServerSide(copy.scope, able, copy.source, copy.key, copy.signal);
  }
  if (!copiesParts(able)) return undefined;
  const { open, plan } = await openUpload(copy, item, serverSidePartBytes);
  let copied: CopiedParts;
  try {
    copied = await copyPartsServerSide(copy, able, open, plan);
  } catch (error) {
    if (error instanceof SidedFailure && refused(copy.scope, error)) return undefined;
    throw error;
  }
  // Some stores (Ceph before 17) copy parts without looking at the condition.
  await checkUnchanged(copy);
  return completeUpload(copy, open, copied);
}

function copiesParts(able: ServerSideCopy): able is ServerSideCopyOfParts {
  return able.copyPart !== undefined;
}

/** It needs no parts any more, or its source tells no length. */
async function copyShrunk(copy: LargeCopy): Promise<TransferOutcome> {
  await copy.ledger.abandon();
  const outcome = await copySmall(copy.scope, copy.source, copy.key, copy.signal);
  if (outcome.kind !== 'large') return outcome;
  if (outcome.source.size > copy.scope.limits.largeFrom) throw new SidedFailure(new StoreFailure('changed', 'the source grew while it was copied'), 'source');
  return copyStreamed(copy);
}

/** A destination without parts takes what one request holds. */
async function copyUndivided(scope: TransferScope, { object, destinationKey }: LargeItem, signal: AbortSignal): Promise<TransferOutcome> {
  const whole = { ...scope, limits: { ...scope.limits, largeFrom: scope.context.destination.traits.maxWriteBytes } };
  const outcome = await copySmall(whole, object, destinationKey, signal);
  return outcome.kind === 'large' ? failed(new StoreFailure('unsupported', 'the destination takes no object of that length'), 'destination') : outcome;
}
