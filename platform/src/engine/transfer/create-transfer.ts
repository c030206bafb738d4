import { loadCrc64, type Crc64Engine } from '@haulier/lib/crc64/crc64.ts';
import type { ListedObject } from '../../object-store/object-store.ts';
import { defaultAttempts, type AttemptLimits } from './attempts.ts';
import { copyLarge } from './copy-large.ts';
import { copySmall } from './copy-small.ts';
import type { TransferScope } from './scope.ts';
import { copyServerSide, serverSide } from './server-side.ts';
import type { Transfer, TransferContext, TransferOutcome } from './transfer.ts';

const MiB = 1024 * 1024;

export interface TransferLimits {
  /** Parts of one large object in flight at once. */
  readonly parts: number;
  /** Objects of more bytes are copied in parts. Default 32 MiB; never more than one write of the destination takes. */
  readonly largeFrom?: number;
  /** Bytes of a part where the source's own boundaries are not kept; grows for objects of very many parts. Default 16 MiB. */
  readonly partBytes?: number;
  /** Bytes that `copyObject` holds of an object whose source tells no length. Default 4 MiB. */
  readonly untoldBytes?: number;
  readonly attempts?: Partial<AttemptLimits>;
}

/** Copies between two stores. Keep one for a whole migration: it remembers what the stores' ETags are worth. */
export function createTransfer(context: TransferContext, limits: TransferLimits): Transfer {
  const scope = scopeOf(context, limits);
  return {
    largeFrom: scope.limits.largeFrom,
    copyObject: (object, destinationKey, signal) => copyObject(scope, object, destinationKey, signal),
    copyLarge: (item, journal, signal) => copyLarge(scope, item, journal, signal),
  };
}

function copyObject(scope: TransferScope, object: ListedObject, key: string, signal: AbortSignal): Promise<TransferOutcome> {
  const able = serverSide(scope);
  if (able === undefined) return copySmall(scope, object, key, signal);
  return copyServerSide(scope, able, object, key, signal).then((outcome) => outcome ?? copySmall(scope, object, key, signal));
}

function scopeOf(context: TransferContext, limits: TransferLimits): TransferScope {
  const { plan, destination } = context;
  let crc64: Promise<Crc64Engine> | undefined;
  return {
    context,
    limits: {
      parts: limits.parts,
      largeFrom: Math.min(limits.largeFrom ?? 32 * MiB, destination.traits.maxWriteBytes),
      partBytes: limits.partBytes ?? 16 * MiB,
      untoldBytes: limits.untoldBytes ?? 4 * MiB,
      attempts: { ...defaultAttempts, ...limits.attempts },
    },
    learned: { sourceEtagsMislead: false, sourceCompositesMislead: false, destinationEtagsMislead: false, wantsContentMd5: false, serverSide: 'untried' },
    writing: {
      ...(plan.storageClass.kind === 'fixed' ? { storageClass: plan.storageClass.name } : {}),
      ...(plan.encryption === undefined ? {} : { encryption: plan.encryption }),
    },
    crc64: () => (crc64 ??= loadCrc64()),
  };
}
