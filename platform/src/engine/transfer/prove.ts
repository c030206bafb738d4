/** From facts to a proof, asking the destination where the facts do not suffice. */
import type { ListedObject, StoredObject } from '../../object-store/object-store.ts';
import { isFailure, StoreFailure } from '../../object-store/failure.ts';
import type { TransferScope } from './scope.ts';
import type { Proof } from './transfer.ts';
import { compareByStat, judge, type Facts, type Verdict } from './verify.ts';

/** The proof that `key` holds the source's bytes. Fails, as a failure of the destination, when there is none. */
export async function prove(scope: TransferScope, facts: Facts, source: Pick<ListedObject, 'size' | 'lastModified'>, key: string, signal: AbortSignal): Promise<Proof> {
  const verdict = judge(facts);
  if (verdict.kind !== 'stat') return proofOf(verdict);
  const stat = await scope.context.destination.stat(key, signal);
  if (stat.keyEncrypted) scope.learned.destinationEtagsMislead = true;
  return proofOf(
    judge({
      ...facts,
      destinationMd5: stat.keyEncrypted ? undefined : facts.destinationMd5,
      destinationCrc64: facts.destinationCrc64 ?? stat.crc64,
      stat: compareByStat(source, stat),
    }),
  );
}

function proofOf(verdict: Verdict): Proof {
  switch (verdict.kind) {
    case 'proved':
      return verdict.proof;
    case 'read-again':
      throw new StoreFailure('corrupt', 'the ETag of the copy differs from the source\'s');
    case 'corrupt':
      throw new StoreFailure('corrupt', `what arrived is not what was sent: ${verdict.what}`);
    case 'too-early':
      throw new StoreFailure('transient', 'the copy is dated before its source: the clocks of the stores disagree');
    case 'stat':
      throw new StoreFailure('protocol', 'the destination does not show what it has stored');
  }
}

/** What the key holds at the destination, if anything. */
export async function destinationObject({ context }: TransferScope, key: string, signal: AbortSignal): Promise<StoredObject | undefined> {
  try {
    return await context.destination.stat(key, signal);
  } catch (error) {
    if (isFailure(error, 'absent')) return undefined;
    throw error;
  }
}

/**
 * Removes a copy of ours that arrived wrong: left in place, it would pass for migrated the next time sizes and times are
 * compared. An object that somebody else has put there since is not touched; what cannot be removed stays.
 */
export async function withdraw(scope: TransferScope, key: string, etag: string | undefined, signal: AbortSignal): Promise<void> {
  const { destination } = scope.context;
  try {
    if ((await destination.stat(key, signal)).etag === etag) await destination.remove(key, signal);
  } catch (error) {
    if (!isFailure(error)) throw error;
  }
}
