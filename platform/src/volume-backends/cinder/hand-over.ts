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

/**
 * Does nothing where the receiver has the volume already. Fails as `unavailable` as long as it is not known whose the volume is: whoever gave up then would leave
 * it the receiver's at the cloud and the giver's here. When this fails otherwise, the volume is seen not to be the receiver's, and nobody is offered it.
 */
export async function handOver(giver: CinderClient, taker: CinderClient, what: HandOver, clock: Clock, signal: AbortSignal): Promise<void> {
  try {
    if (!await hasIt(taker, what.volume, signal)) await transfer(giver, taker, what, signal);
    await settled(clock, `volume ${what.volume}`, async () => (await hasIt(taker, what.volume, signal))?.status === 'available' || undefined, signal);
  } catch (error) {
    if (!(error instanceof BackendFailure) || error.kind === 'unavailable' || await isNotTaken(giver, taker, what.volume, signal)) throw error;
    const message = `${error.message}. Until the cloud can be asked, it is not known whether volume ${what.volume} was handed over before that`;
    throw new BackendFailure('unavailable', message, { ...(error.detail === undefined ? {} : { detail: error.detail }), cause: error });
  }
}

async function transfer(giver: CinderClient, taker: CinderClient, { volume, withSnapshots, name }: HandOver, signal: AbortSignal): Promise<void> {
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

/** Seen to be the giver's, or nobody's of the two. */
async function isNotTaken(giver: CinderClient, taker: CinderClient, volume: string, signal: AbortSignal): Promise<boolean> {
  const [given, taken] = await Promise.all([giver, taker].map((cinder) => look(cinder, volume, signal)));
  return given === 'has it' || (given === 'has it not' && taken === 'has it not');
}

async function look(cinder: CinderClient, volume: string, signal: AbortSignal): Promise<'has it' | 'has it not' | 'does not say'> {
  try {
    return await hasIt(cinder, volume, signal) === undefined ? 'has it not' : 'has it';
  } catch (error) {
    if (!(error instanceof BackendFailure)) throw error;
    return 'does not say';
  }
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
