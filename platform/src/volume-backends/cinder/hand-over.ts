/** Makes a volume another project's, in the cloud: offered with a transfer by the one, accepted by the other. */
import { BackendFailure } from '../../volumes/volume-backend.ts';
import type { CinderClient } from './cinder-client.ts';
import { accept, findVolume, offer, remove, transfersOf, type CinderVolume } from './cinder-resources.ts';
import { settled, type Clock } from './settle.ts';

export interface HandOver {
  /** Cinder's id of the volume. */
  readonly volume: string;
  readonly withSnapshots: boolean;
  /** Of the transfer: whoever sees it at the cloud knows who made it, and so do we after a crash. */
  readonly name: string;
}

/** Does nothing where the receiver has the volume already. When this fails, the giver has the volume and nobody is offered it. */
export async function handOver(giver: CinderClient, taker: CinderClient, { volume, withSnapshots, name }: HandOver, clock: Clock, signal: AbortSignal): Promise<void> {
  if (!await hasIt(taker, volume, signal)) {
    if (await giver.minorVersion(signal) < 55) throw new BackendFailure('unsupported', 'this cloud is too old to hand volumes over: it speaks no microversion 3.55');
    await withdraw(giver, volume, name, signal);
    const { id, auth_key: key } = await offer(giver, { volume_id: volume, name, no_snapshots: !withSnapshots }, signal);
    try {
      if (key === undefined) throw new BackendFailure('unavailable', `Cinder gave no key for the transfer ${id}`);
      await accept(taker, id, key, signal);
    } catch (error) {
      // Accepted all the same where only the answer was lost: then there is nothing left to withdraw.
      await remove(giver, 'volume-transfers', id, signal).catch(() => {});
      throw error;
    }
  }
  await settled(clock, `volume ${volume}`, async () => (await hasIt(taker, volume, signal))?.status === 'available' || undefined, signal);
}

/** The volume where it is this project's. Who is an administrator sees others' as well. */
async function hasIt(cinder: CinderClient, volume: string, signal: AbortSignal): Promise<CinderVolume | undefined> {
  const found = await findVolume(cinder, volume, signal);
  return found !== undefined && (found['os-vol-tenant-attr:tenant_id'] ?? cinder.projectId) === cinder.projectId ? found : undefined;
}

/** Takes back the offer of a try that was cut off: its key is lost. */
async function withdraw(giver: CinderClient, volume: string, name: string, signal: AbortSignal): Promise<void> {
  for (const transfer of await transfersOf(giver, volume, signal)) {
    if (transfer.name !== name) throw new BackendFailure('refused', `volume ${volume} is offered at the cloud already, by the transfer ${transfer.id}, which Haulier did not make: accept or delete it`);
    await remove(giver, 'volume-transfers', transfer.id, signal);
  }
}
