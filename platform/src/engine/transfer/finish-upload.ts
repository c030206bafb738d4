/** Completes an upload and proves the object: also when the answer to a complete was lost, by a crash or on the wire. */
import type { StoredObject, UploadedPart, WrittenObject } from '../../object-store/object-store.ts';
import { isFailure, isRetryable, StoreFailure } from '../../object-store/failure.ts';
import { at, SidedFailure } from '../sided-failure.ts';
import { Attempts } from './attempts.ts';
import { comparableEtag, givesMd5, type CopiedParts, type LargeCopy } from './large-copy.ts';
import { compositeEtag, resumedPlan } from './parts.ts';
import { destinationObject, prove } from './prove.ts';
import { keepsExisting } from './scope.ts';
import type { Proof, TransferOutcome } from './transfer.ts';
import type { OpenUpload } from './upload-ledger.ts';
import { compositeMd5, type Facts } from './verify.ts';

/** All parts are there; nothing says yet that they will be completed. */
export async function completeUpload(copy: LargeCopy, open: OpenUpload, copied: CopiedParts): Promise<TransferOutcome> {
  if (givesWay(copy) && (await objectThere(copy)) !== undefined) return giveWay(copy);
  await copy.ledger.completing(open, copied.parts);
  copy.memory.completing = { uploadId: open.upload.uploadId, copied };
  return sendComplete(copy, open, copied);
}

/** The journal says that a complete was sent, or was about to be. */
export async function settleUpload(copy: LargeCopy, open: OpenUpload, copied: CopiedParts): Promise<TransferOutcome> {
  const there = await objectThere(copy);
  const ours = madeOf(there, open, copied.parts);
  if (ours !== undefined) return conclude(copy, open, copied, ours);
  return there !== undefined && givesWay(copy) ? giveWay(copy) : sendComplete(copy, open, copied);
}

async function sendComplete(copy: LargeCopy, open: OpenUpload, copied: CopiedParts): Promise<TransferOutcome> {
  const attempts = new Attempts(copy.scope.limits.attempts, copy.scope.context.clock);
  for (;;) {
    try {
      return await conclude(copy, open, copied, await copy.multipart.complete(open.upload, copied.parts, copy.signal));
    } catch (error) {
      copy.signal.throwIfAborted();
      if (!isFailure(error)) throw error;
      const outcome = await afterFailure(copy, open, copied, error);
      if (outcome !== undefined) return outcome;
      if (!isRetryable(error.kind) || !(await attempts.another(error, copy.signal))) throw new SidedFailure(error, 'destination');
    }
  }
}

/** What a failed complete has come to; undefined when it may be sent again. */
async function afterFailure(copy: LargeCopy, open: OpenUpload, copied: CopiedParts, error: StoreFailure): Promise<TransferOutcome | undefined> {
  if (!isRetryable(error.kind) && error.kind !== 'absent' && error.kind !== 'changed') return undefined;
  const there = await objectThere(copy);
  const ours = madeOf(there, open, copied.parts);
  if (ours !== undefined) return conclude(copy, open, copied, ours);
  if (error.kind === 'changed' && givesWay(copy)) return giveWay(copy);
  if (error.kind !== 'absent') return undefined;
  await copy.ledger.abandon();
  throw new SidedFailure(new StoreFailure('transient', 'the upload is gone and the object is not there', { cause: error }), 'destination');
}

/** The object, when it is the one that these parts make. An opaque ETag never says so. */
function madeOf(object: StoredObject | undefined, { content }: OpenUpload, parts: readonly UploadedPart[]): WrittenObject | undefined {
  const composite = compositeEtag(parts.map((part) => part.etag));
  const made = composite !== undefined && object?.size === content.size && compositeMd5(object.etag) === composite;
  return made ? { etag: object.etag, crc64: object.crc64 } : undefined;
}

function givesWay(copy: LargeCopy): boolean {
  return keepsExisting(copy.scope) && !copy.memory.wrote;
}

function objectThere(copy: LargeCopy): Promise<StoredObject | undefined> {
  return at('destination', destinationObject(copy.scope, copy.key, copy.signal));
}

async function giveWay(copy: LargeCopy): Promise<TransferOutcome> {
  await copy.ledger.giveUp();
  return { kind: 'exists' };
}

async function conclude(copy: LargeCopy, open: OpenUpload, copied: CopiedParts, answer: WrittenObject): Promise<TransferOutcome> {
  copy.memory.wrote = true;
  copy.memory.wrong = undefined;
  // Ceph completes without telling the ETag.
  const written = answer.etag === undefined ? { ...answer, etag: (await objectThere(copy))?.etag } : answer;
  const proof = await at('destination', proveUpload(copy, open, copied, written)).catch((error: unknown) => {
    if (error instanceof SidedFailure && error.failure.kind === 'corrupt') copy.memory.wrong = written;
    throw error;
  });
  return { kind: 'copied', source: copy.source, destinationEtag: written.etag, proof: copied.serverSide === true ? 'server-side' : proof };
}

async function proveUpload(copy: LargeCopy, { content }: OpenUpload, copied: CopiedParts, written: WrittenObject): Promise<Proof> {
  const composite = compositeEtag(copied.parts.map((part) => part.etag));
  const destinationMd5 = givesMd5(copy) ? compositeMd5(written.etag) : undefined;
  const expected = comparableEtag(copy, resumedPlan(content.size, content.partBytes, copy.version.etag));
  const assembledOtherwise = destinationMd5 !== undefined && composite !== undefined && destinationMd5 !== composite;
  const facts: Facts = {
    check: copy.scope.context.plan.check,
    lengthTold: true,
    // Parts that make another ETag were compared with the source's bytes before they were completed.
    sourceMd5: expected === composite ? expected : undefined,
    destinationMd5,
    // An object that is not made of its parts is wrong whatever else agrees, unless its ETag is no digest.
    readMd5: assembledOtherwise ? composite : copied.readMd5,
    sourceCrc64: copy.version.crc64,
    destinationCrc64: written.crc64,
    readCrc64: copied.readCrc64,
  };
  return prove(copy.scope, facts, { ...copy.source, size: content.size }, copy.key, copy.signal);
}
