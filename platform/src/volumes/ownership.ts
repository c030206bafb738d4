/** A disk that becomes somebody else's: in one transaction with its snapshots, and with the end of its transfer. */
import type { KeptVolume } from './kept-volume.ts';
import type { TransferId, VolumeOwner } from './volume.ts';
import { nextVolumeState } from './volume-life-cycle.ts';
import type { VolumeUnit } from './volume-repository.ts';

/** Enterprise projects are the former owner's. */
export const noEnterpriseProject = '0';

/** @param ref what the backend knows the disk by from now on; undefined: as before */
export async function takeOver(unit: VolumeUnit, volume: KeptVolume, id: TransferId, acceptor: VolumeOwner, ref?: string): Promise<void> {
  const transfer = await unit.transferOf(volume.id);
  const state = nextVolumeState(volume.state, 'accept');
  if (transfer?.id !== id || state === 'refused' || state === 'none') throw new Error(`disk ${volume.id} is ${volume.state} and not being handed over by transfer ${id}`);
  const { project: donor } = volume.owner;
  if (!transfer.withoutSnapshots) {
    for (const snapshot of await unit.snapshotsOf(volume.id)) if (snapshot.owner.project === donor) await unit.changeSnapshot(snapshot.id, { owner: acceptor });
  }
  await unit.changeVolume(volume.id, { owner: acceptor, enterpriseProjectId: noEnterpriseProject, state, ...(ref === undefined ? {} : { ref }) });
  await unit.dropTransfer(id);
}
