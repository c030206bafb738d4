import { giveJob } from './disk-jobs.ts';
import { checkChange, patchOf } from './plain-changes.ts';
import { checkQuotas } from './quotas.ts';
import { checkTexts, isStorable, moveSnapshot, moveVolume, ownSnapshot, ownVolume, refuse, refuseAttached } from './refusals.ts';
import type { Snapshot, SnapshotId, VolumeId, VolumeOwner, VolumeProjectId } from './volume.ts';
import type { Volumes } from './volumes.ts';
import type { VolumesDeps } from './volumes-deps.ts';

type SnapshotUseCases = Pick<Volumes, 'createSnapshot' | 'showSnapshot' | 'snapshotOrigin' | 'listSnapshots' | 'updateSnapshot' | 'removeSnapshot' | 'rollback'>;

export function snapshotUseCases(deps: VolumesDeps): SnapshotUseCases {
  const { repository } = deps;
  return {
    createSnapshot: (owner, snapshot) => createSnapshot(deps, owner, snapshot),
    showSnapshot: async (project, id) => await repository.snapshot(project, id) ?? refuse({ kind: 'no-such-snapshot', id }),
    snapshotOrigin: async (project, id) => await repository.snapshotOrigin(project, id) ?? refuse({ kind: 'no-such-snapshot', id }),
    async listSnapshots(project, filter) {
      if (![filter.name?.text, filter.volume, filter.id, filter.availabilityZone, filter.enterpriseProjectId, filter.marker, ...Object.entries(filter.metadata ?? {}).flat()].every((text) => isStorable(text ?? ''))) return { items: [], count: 0 };
      return await repository.snapshots(project, filter) ?? refuse({ kind: 'no-such-snapshot', id: filter.marker ?? '' });
    },
    updateSnapshot(project, id, change) {
      checkChange(change);
      return repository.change(async (unit) => {
        const { snapshot } = await ownSnapshot(unit, project, id);
        return unit.changeSnapshot(id, patchOf(snapshot, change));
      });
    },
    removeSnapshot: (project, id) => removeSnapshot(deps, project, id),
    rollback: (project, id, volume) => rollback(deps, project, id, volume),
  };
}

async function createSnapshot(deps: VolumesDeps, owner: VolumeOwner, { volume: id, name, description, metadata, force }: Parameters<Volumes['createSnapshot']>[1]): Promise<Snapshot> {
  checkTexts({ name, description, metadata });
  const created = await deps.repository.change(async (unit) => {
    await unit.lockQuota(owner.project);
    const volume = await ownVolume(unit, owner.project, id);
    if (!force) refuseAttached(volume, 'snapshot');
    const state = moveVolume(volume, 'snapshot', 'snapshot');
    if (deps.backends.get(volume.backend)?.backend.snapshots !== true) refuse({ kind: 'snapshots-unsupported', type: volume.type });
    checkQuotas(deps, await unit.usage(owner.project), [{ type: volume.type, snapshots: 1 }]);
    const snapshot = await unit.addSnapshot({ id: deps.ids.snapshot(), volume: id, owner, name, description, metadata, sizeGiB: volume.sizeGiB, state: 'creating' });
    await giveJob(deps, unit, await unit.changeVolume(id, { state }), { kind: 'createSnapshot', snapshot: snapshot.id });
    return snapshot;
  });
  deps.wake();
  return created;
}

async function removeSnapshot(deps: VolumesDeps, project: VolumeProjectId, id: SnapshotId): Promise<void> {
  await deps.repository.change(async (unit) => {
    const { snapshot, volume } = await ownSnapshot(unit, project, id);
    await unit.changeSnapshot(id, { state: moveSnapshot(snapshot, 'delete', 'delete'), problem: undefined, lost: false });
    await giveJob(deps, unit, volume, { kind: 'deleteSnapshot', snapshot: id }, { project });
  });
  deps.wake();
}

async function rollback(deps: VolumesDeps, project: VolumeProjectId, id: SnapshotId, onto: VolumeId): Promise<void> {
  await deps.repository.change(async (unit) => {
    const { snapshot, volume } = await ownSnapshot(unit, project, id);
    if (volume.id !== onto || volume.owner.project !== project) refuse({ kind: 'snapshot-of-other-volume', id });
    refuseAttached(volume, 'rollback');
    const [snapshotState, volumeState] = [moveSnapshot(snapshot, 'rollback', 'rollback'), moveVolume(volume, 'rollback', 'rollback')];
    await unit.changeSnapshot(id, { state: snapshotState });
    await giveJob(deps, unit, await unit.changeVolume(volume.id, { state: volumeState, problem: undefined }), { kind: 'rollbackSnapshot', snapshot: id });
  });
  deps.wake();
}
