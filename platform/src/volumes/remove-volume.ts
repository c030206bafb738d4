import { giveJob } from './disk-jobs.ts';
import type { KeptSnapshot, KeptVolume } from './kept-volume.ts';
import { moveSnapshot, moveVolume, ownVolume, refuse, refuseAttached } from './refusals.ts';
import { cancelled, readingIsOver } from './settle-work.ts';
import type { JobId, VolumeId, VolumeProjectId } from './volume.ts';
import type { VolumeUnit } from './volume-repository.ts';
import type { Volumes } from './volumes.ts';
import type { VolumesDeps } from './volumes-deps.ts';

type Options = Parameters<Volumes['remove']>[2];

/** By force also while it is made from another one, which is locked first then, in the order of {@link VolumeUnit}. */
export async function removeVolume(deps: VolumesDeps, project: VolumeProjectId, id: VolumeId, options: Options): Promise<JobId> {
  const reads = options.force ? (await deps.repository.volume(project, id))?.source : undefined;
  const job = await deps.repository.change(async (unit) => {
    if (reads?.kind === 'volume') await unit.volume(reads.id);
    const volume = await ownVolume(unit, project, id);
    refuseAttached(volume, 'delete');
    const state = moveVolume(volume, options.force ? 'force-delete' : 'delete', 'delete');
    await removeSnapshots(unit, volume, await unit.snapshotsOf(id), options);
    if (options.force) await unit.cancelWaiting(id, cancelled);
    const deleting = await unit.changeVolume(id, { state, problem: undefined, lost: false });
    if (volume.state === 'creating') await readingIsOver(unit, volume);
    return giveJob(deps, unit, deleting, { kind: 'deleteVolume' });
  });
  deps.wake();
  return job;
}

async function removeSnapshots(unit: VolumeUnit, { id, owner: { project } }: KeptVolume, snapshots: readonly KeptSnapshot[], { cascade, force }: Options): Promise<void> {
  const isForeign = snapshots.some(({ owner }) => owner.project !== project);
  if (snapshots.length > 0 && (!cascade || isForeign)) refuse({ kind: 'volume-has-snapshots', id, action: 'delete', foreign: isForeign });
  for (const snapshot of snapshots) await unit.changeSnapshot(snapshot.id, { state: moveSnapshot(snapshot, force ? 'force-delete' : 'delete', 'delete'), problem: undefined, lost: false });
}
