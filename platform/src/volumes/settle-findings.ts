/** What becomes of a disk or snapshot whose data is gone, is there again, or whose work was lost. Each is one transaction. */
import type { Subject } from './inventory.ts';
import type { KeptSnapshot, KeptVolume } from './kept-volume.ts';
import { nextSnapshotState, type SnapshotEvent } from './snapshot-life-cycle.ts';
import { nextVolumeState, type VolumeEvent } from './volume-life-cycle.ts';
import type { VolumeRepository, VolumeUnit } from './volume-repository.ts';

type Found = { readonly volume: KeptVolume; readonly snapshot: KeptSnapshot | undefined };

/** Resolves to whether that changed anything: somebody may have come first. */
export function markLost(repository: VolumeRepository, subject: Subject): Promise<boolean> {
  return atRest(repository, subject, async (unit, { volume, snapshot }) => {
    if (snapshot !== undefined) return moveSnapshotTo(unit, snapshot, 'lose', lostProblem, true);
    const moved = await moveVolumeTo(unit, volume, 'lose', lostProblem, true);
    const transfer = moved ? await unit.transferOf(volume.id) : undefined;
    if (transfer !== undefined) await unit.dropTransfer(transfer.id);
    return moved;
  });
}

const lostProblem = 'Its data is not where its backend keeps it. When the data is there again, it is available again; a look is taken at every start of the service and every hour.';

export function markFound(repository: VolumeRepository, subject: Subject): Promise<boolean> {
  return atRest(repository, subject, async (unit, { volume, snapshot }) => {
    if (!(snapshot ?? volume).lost) return false;
    if (snapshot !== undefined) return moveSnapshotTo(unit, snapshot, 'find', undefined, false);
    return moveVolumeTo(unit, volume, volume.attachments.length > 0 ? 'find-attached' : 'find', undefined, false);
  });
}

/** There is no other way out of a state of work. It takes somebody who changed rows by hand to come there. */
export function endStalled(repository: VolumeRepository, subject: Subject): Promise<boolean> {
  return atRest(repository, subject, async (unit, { volume, snapshot }) => {
    if (snapshot !== undefined) return moveSnapshotTo(unit, snapshot, snapshotEnds[snapshot.state], stalledProblem, false);
    const isInUse = volume.state === 'extending' && volume.attachments.length > 0;
    const event = isInUse ? 'fail-to-extend-attached' : volumeEnds[volume.state];
    return moveVolumeTo(unit, volume, event, isInUse || event === 'read-done' ? undefined : stalledProblem, false);
  });
}

const stalledProblem = 'The work on it was not done, and is not known any more.';
const volumeEnds: Readonly<Partial<Record<KeptVolume['state'], VolumeEvent>>> = {
  creating: 'fail-to-make', extending: 'fail-to-extend', rollbacking: 'fail-to-roll-back', deleting: 'fail-to-remove', 'backing-up': 'read-done',
};
const snapshotEnds: Readonly<Partial<Record<KeptSnapshot['state'], SnapshotEvent>>> = { creating: 'fail-to-make', rollbacking: 'fail-to-roll-back', deleting: 'fail-to-remove' };

/** With the disk's row locked, and no work on the disk: there is none before the lock is let go. */
async function atRest(repository: VolumeRepository, subject: Subject, work: (unit: VolumeUnit, found: Found) => Promise<boolean>): Promise<boolean> {
  return repository.change(async (unit) => {
    const found = subject.kind === 'snapshot' ? await unit.snapshot(subject.id) : { volume: await unit.volume(subject.id), snapshot: undefined };
    const volume = found?.volume;
    if (volume === undefined || await unit.isTouched(volume.id)) return false;
    return work(unit, { volume, snapshot: found?.snapshot });
  });
}

async function moveVolumeTo(unit: VolumeUnit, { id, state }: KeptVolume, event: VolumeEvent | undefined, problem: string | undefined, lost: boolean): Promise<boolean> {
  const next = event === undefined ? 'refused' : nextVolumeState(state, event);
  if (next === 'refused' || next === 'none') return false;
  await unit.changeVolume(id, { state: next, problem, lost });
  return true;
}

async function moveSnapshotTo(unit: VolumeUnit, { id, state }: KeptSnapshot, event: SnapshotEvent | undefined, problem: string | undefined, lost: boolean): Promise<boolean> {
  const next = event === undefined ? 'refused' : nextSnapshotState(state, event);
  if (next === 'refused' || next === 'none') return false;
  await unit.changeSnapshot(id, { state: next, problem, lost });
  return true;
}
