import { isAuthKey } from './auth-key.ts';
import { giveJob } from './disk-jobs.ts';
import type { KeptTransfer, KeptVolume } from './kept-volume.ts';
import { takeOver } from './ownership.ts';
import { checkQuotas } from './quotas.ts';
import { moveVolume, refuse } from './refusals.ts';
import type { JobId, Transfer, TransferId, VolumeOwner } from './volume.ts';
import type { VolumeUnit } from './volume-repository.ts';
import type { VolumesDeps } from './volumes-deps.ts';

/**
 * Where only the database knows of owners, the disk is the acceptor's when this transaction is. Where the backend does too, the
 * acceptance is a job: the backend is told first, and until the database follows the disk is as it was offered, for everybody.
 */
export async function acceptTransfer(deps: VolumesDeps, acceptor: VolumeOwner, id: TransferId, authKey: string): Promise<Transfer> {
  const { transfer, job } = await deps.repository.change(async (unit) => {
    await unit.lockQuota(acceptor.project);
    const found = await unit.transfer(id) ?? refuse({ kind: 'no-such-transfer', id });
    const { transfer, volume } = found;
    checkRight(transfer, acceptor, authKey);
    const begun = transfer.acceptor?.project === acceptor.project ? await unit.acceptJob(id) : undefined;
    if (begun !== undefined) return { transfer, job: begun };
    if (transfer.expiresAt <= deps.clock.now()) refuse({ kind: 'transfer-expired', id });
    if (transfer.acceptor !== undefined) refuse({ kind: 'volume-busy', id: volume.id, state: volume.state, action: 'accept' });
    moveVolume(volume, 'accept', 'accept');
    await checkRoom(deps, unit, found, acceptor);
    return { transfer, job: await handOver(deps, unit, found, acceptor) };
  });
  if (job !== undefined) {
    deps.wake();
    await untilDone(deps, acceptor, job);
  }
  return publicOf(transfer);
}

interface Found {
  readonly transfer: KeptTransfer;
  readonly volume: KeptVolume;
}

/** Who offers it knows of it, and is told; others are told nothing before they have shown the key. */
function checkRight({ id, project, keyDigest }: KeptTransfer, acceptor: VolumeOwner, authKey: string): void {
  if (project === acceptor.project) refuse({ kind: 'own-transfer', id });
  if (!isAuthKey(authKey, keyDigest)) refuse({ kind: 'wrong-auth-key', id });
}

async function checkRoom(deps: VolumesDeps, unit: VolumeUnit, { transfer, volume }: Found, acceptor: VolumeOwner): Promise<void> {
  const coming = transfer.withoutSnapshots ? [] : (await unit.snapshotsOf(volume.id)).filter(({ owner }) => owner.project === transfer.project);
  checkQuotas(deps, await unit.usage(acceptor.project), [{ type: volume.type, volumes: 1, gigabytes: volume.sizeGiB, snapshots: coming.length }]);
}

async function handOver(deps: VolumesDeps, unit: VolumeUnit, { transfer: { id }, volume }: Found, acceptor: VolumeOwner): Promise<JobId | undefined> {
  if (deps.backends.get(volume.backend)?.backend.handOver === undefined) {
    await takeOver(unit, volume, id, acceptor);
    return undefined;
  }
  await unit.setAcceptor(id, acceptor);
  return giveJob(deps, unit, volume, { kind: 'acceptTransfer', transfer: id, acceptor }, { project: acceptor.project });
}

/** Between two looks at whether the work is done, in milliseconds. */
const lookEveryMs = 100;

async function untilDone({ repository, clock, acceptWaitMs }: VolumesDeps, { project }: VolumeOwner, id: JobId): Promise<void> {
  const end = clock.now() + acceptWaitMs;
  const never = new AbortController().signal;
  for (;;) {
    const job = await repository.job(project, id);
    if (job?.failure !== undefined) refuse({ kind: 'backend', message: job.failure.reason });
    if (job === undefined || job.endedAt !== undefined) return;
    if (clock.now() >= end) refuse({ kind: 'backend', message: 'The disk is still being handed over. Ask again with the same key to wait for it, or look for the disk in your project.' });
    await clock.sleep(lookEveryMs, never);
  }
}

export function publicOf({ id, name, volume, project, withoutSnapshots, createdAt, expiresAt }: KeptTransfer): Transfer {
  return { id, name, volume, project, withoutSnapshots, createdAt, expiresAt };
}
