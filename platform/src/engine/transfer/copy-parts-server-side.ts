/** Fills an upload with parts that the destination copies by itself. */
import type { ServerSideCopy, UploadedPart } from '../../object-store/object-store.ts';
import { isFailure, StoreFailure } from '../../object-store/failure.ts';
import { SidedFailure } from '../sided-failure.ts';
import { persist } from './attempts.ts';
import { inLanes } from './lanes.ts';
import type { CopiedParts, LargeCopy } from './large-copy.ts';
import { partCount, partRange, type PartPlan, type PartRange } from './parts.ts';
import type { OpenUpload } from './upload-ledger.ts';

export type ServerSideCopyOfParts = ServerSideCopy & Required<Pick<ServerSideCopy, 'copyPart'>>;

/** Resolves when every part is there. Throws a {@link SidedFailure}; nothing is in flight then. */
export async function copyPartsServerSide(copy: LargeCopy, able: ServerSideCopyOfParts, open: OpenUpload, plan: PartPlan): Promise<CopiedParts> {
  const { scope, version } = copy;
  const parts = new Map<number, UploadedPart>();
  const ranges = Array.from({ length: partCount(plan) }, (_, index) => partRange(plan, index + 1));
  for (const { number, bytes } of ranges) {
    const there = open.parts.get(number);
    if (there?.size === bytes) parts.set(number, there);
  }

  const copyRange = async ({ number, first, last, bytes }: PartRange, signal: AbortSignal): Promise<void> => {
    await scope.context.bandwidth.take(bytes, signal);
    try {
      parts.set(number, await able.copyPart(scope.context.source.location, version.key, version.etag, { first, last }, open.upload, number, signal));
    } catch (error) {
      throw isFailure(error) ? partFailure(error) : error;
    }
  };

  const missing = ranges.filter(({ number }) => !parts.has(number));
  const { parts: lanes, attempts } = scope.limits;
  await inLanes(missing, lanes, copy.signal, (range, signal) => persist(attempts, scope.context.clock, signal, () => copyRange(range, signal)));
  scope.learned.serverSide = 'works';
  return { parts: [...parts.values()].sort((a, b) => a.number - b.number), serverSide: true };
}

/** Either the source or the upload may be what is gone; the next attempt looks at both. */
function partFailure(failure: StoreFailure): SidedFailure {
  if (failure.kind === 'absent') return new SidedFailure(new StoreFailure('transient', 'the source or the upload is gone', { cause: failure }), 'destination');
  return new SidedFailure(failure, failure.kind === 'changed' ? 'source' : 'destination');
}
