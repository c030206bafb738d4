/** The use cases of transfers. */
import { acceptTransfer, publicOf } from './accept-transfer.ts';
import { digestOfAuthKey } from './auth-key.ts';
import type { KeptVolume } from './kept-volume.ts';
import { checkTexts, isStorable, moveVolume, ownVolume, refuse, refuseAttached } from './refusals.ts';
import type { TransferId, VolumeOwner, VolumeProjectId } from './volume.ts';
import type { VolumeTransfers } from './volumes.ts';
import type { VolumesDeps } from './volumes-deps.ts';

export function createVolumeTransfers(deps: VolumesDeps): VolumeTransfers {
  const { repository } = deps;
  return {
    create: (owner, transfer) => offer(deps, owner, transfer),
    show: async (project, id) => await repository.transfer(project, id) ?? refuse({ kind: 'no-such-transfer', id }),
    async list(project, page) {
      if (![page.name, page.volume, page.marker].every((text) => isStorable(text ?? ''))) return { items: [], count: 0 };
      return await repository.transfers(project, page) ?? refuse({ kind: 'no-such-transfer', id: page.marker ?? '' });
    },
    accept: (acceptor, id, authKey) => acceptTransfer(deps, acceptor, id, authKey),
    remove: (project, id) => withdraw(deps, project, id),
  };
}

/**
 * Of snapshots and their disk, a backend that knows of owners lets nobody but one owner of both work: Cinder finds a snapshot no more to
 * delete it, or to make a volume of it, once its volume is another project's. So none is left behind there. Those that go along have to be
 * available, as Cinder documents it ("Preconditions" of creating a transfer, 3.55).
 */
async function offer(deps: VolumesDeps, owner: VolumeOwner, { volume: id, name, withoutSnapshots }: Parameters<VolumeTransfers['create']>[1]): Promise<Awaited<ReturnType<VolumeTransfers['create']>>> {
  checkTexts({ name });
  const authKey = deps.newAuthKey();
  const kept = await deps.repository.change(async (unit) => {
    const volume = await ownVolume(unit, owner.project, id);
    refuseAttached(volume, 'transfer');
    const state = moveVolume(volume, 'offer', 'transfer');
    const own = (await unit.snapshotsOf(id)).filter((snapshot) => snapshot.owner.project === owner.project);
    if (withoutSnapshots && own.length > 0 && knowsOwners(deps, volume)) refuse({ kind: 'snapshots-bound', id });
    const along = withoutSnapshots ? [] : own;
    for (const snapshot of along) if (snapshot.state !== 'available') refuse({ kind: 'snapshot-busy', id: snapshot.id, state: snapshot.state, action: 'transfer' });
    await unit.changeVolume(id, { state });
    return unit.addTransfer({
      id: deps.ids.transfer(), name, volume: id, project: owner.project, withoutSnapshots, keyDigest: digestOfAuthKey(authKey), expiresAt: deps.clock.now() + deps.transferMs,
    });
  });
  return { transfer: publicOf(kept), authKey };
}

function knowsOwners({ backends }: VolumesDeps, { backend }: KeptVolume): boolean {
  return backends.get(backend)?.backend.handOver !== undefined;
}

/** Not while it is being handed over: by then the backend may have a new owner already. */
async function withdraw({ repository }: VolumesDeps, project: VolumeProjectId, id: TransferId): Promise<void> {
  await repository.change(async (unit) => {
    const { transfer, volume } = await unit.transfer(id) ?? refuse({ kind: 'no-such-transfer', id });
    if (transfer.project !== project) refuse({ kind: 'no-such-transfer', id });
    if (transfer.acceptor !== undefined) refuse({ kind: 'volume-busy', id: volume.id, state: volume.state, action: 'transfer' });
    await unit.changeVolume(volume.id, { state: moveVolume(volume, 'withdraw', 'transfer') });
    await unit.dropTransfer(id);
  });
}
