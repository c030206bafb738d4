/** Disks that are volumes of an OpenStack cloud: the Block Storage API v3 (Cinder), in the name of the project that owns each. */
import { BackendFailure, type AdoptedVolume, type BackendSnapshot, type BackendVolume, type CreateFrom, type VolumeBackend } from '../../volumes/volume-backend.ts';
import type { VolumeProjectId } from '../../volumes/volume.ts';
import { parseSnapshotId, parseVolumeId } from '../../volumes/volume-ids.ts';
import { cinderClient, refusingClient, type CinderClient } from './cinder-client.ts';
import { act, createSnapshot, createVolume, findSnapshot, findVolume, reasonFor, remove, snapshotsOf, snapshotsWith, volumesWith, type CinderSnapshot, type CinderVolume } from './cinder-resources.ts';
import { handOver } from './hand-over.ts';
import type { CloudProject } from './keystone.ts';
import { settled, type Clock } from './settle.ts';

export interface CinderBackendOptions {
  readonly name: string;
  /** Keystone's address, e.g. `https://cloud.example.com:5000/v3`. */
  readonly identity: string;
  readonly region?: string | undefined;
  /** PEM certificates to trust instead of the system's own. */
  readonly ca?: string | undefined;
  /** The cloud's type and zone of new volumes; its defaults where they are absent. */
  readonly volumeType?: string | undefined;
  readonly availabilityZone?: string | undefined;
  /** By Haulier's project. */
  readonly projects: ReadonlyMap<VolumeProjectId, CloudProject>;
  readonly clock: Clock;
}

/** What Haulier made carries its id under this name, so that it is found again after a crash. */
const mark = 'haulier_id';

export function cinderBackend({ name, identity, region, ca, volumeType, availabilityZone, projects, clock }: CinderBackendOptions): VolumeBackend {
  const cloud = { identity: identity.replace(/\/+$/, ''), region, ca, now: () => clock.now() };
  const clients = new Map([...projects].map(([project, at]) => [project, cinderClient(cloud, at)]));

  function clientOf(project: VolumeProjectId): CinderClient {
    return clients.get(project) ?? refusingClient(`the backend ${name} has no cloud project for the project ${project}: add it to projects in the configuration`);
  }

  /** Undefined where there is none: not made yet, or gone. */
  async function volumeOf(cinder: CinderClient, { id, ref }: Pick<BackendVolume, 'id' | 'ref'>, signal: AbortSignal): Promise<CinderVolume | undefined> {
    return ref === undefined ? (await volumesWith(cinder, mark, id, signal))[0] : findVolume(cinder, ref, signal);
  }

  async function existing(cinder: CinderClient, volume: BackendVolume, signal: AbortSignal): Promise<CinderVolume> {
    const found = await volumeOf(cinder, volume, signal);
    if (found === undefined) throw new BackendFailure('absent', `the cloud has no volume of the disk ${volume.id}`);
    return found;
  }

  async function snapshotOf(cinder: CinderClient, { id, ref }: BackendSnapshot, signal: AbortSignal): Promise<CinderSnapshot | undefined> {
    return ref === undefined ? (await snapshotsWith(cinder, mark, id, signal))[0] : findSnapshot(cinder, ref, signal);
  }

  async function existingSnapshot(cinder: CinderClient, snapshot: BackendSnapshot, signal: AbortSignal): Promise<CinderSnapshot> {
    const found = await snapshotOf(cinder, snapshot, signal);
    if (found === undefined) throw new BackendFailure('absent', `the cloud has no snapshot ${snapshot.id}`);
    return found;
  }

  /** Waits until nothing is done to the volume any more. Fails as `refused` where it has ended badly. */
  function volumeReady(cinder: CinderClient, id: string, signal: AbortSignal): Promise<CinderVolume> {
    return settled(clock, `volume ${id}`, async () => {
      const found = await findVolume(cinder, id, signal);
      if (found === undefined) throw new BackendFailure('absent', `the cloud has no volume ${id} any more`);
      if (found.status.startsWith('error')) throw await failureOf(cinder, 'volume', found, signal);
      return found.status === 'available' || found.status === 'in-use' ? found : undefined;
    }, signal);
  }

  function snapshotReady(cinder: CinderClient, id: string, signal: AbortSignal): Promise<CinderSnapshot> {
    return settled(clock, `snapshot ${id}`, async () => {
      const found = await findSnapshot(cinder, id, signal);
      if (found === undefined) throw new BackendFailure('absent', `the cloud has no snapshot ${id} any more`);
      if (found.status.startsWith('error')) throw await failureOf(cinder, 'snapshot', found, signal);
      return found.status === 'available' ? found : undefined;
    }, signal);
  }

  /** Nothing happens to one that is being deleted already. */
  async function removeAndWait(cinder: CinderClient, kind: 'volumes' | 'snapshots', id: string, signal: AbortSignal): Promise<void> {
    const look = () => (kind === 'volumes' ? findVolume(cinder, id, signal) : findSnapshot(cinder, id, signal));
    const found = await look();
    if (found === undefined) return;
    if (found.status !== 'deleting' && !await remove(cinder, kind, id, signal) && await look() !== undefined) {
      throw new BackendFailure('refused', `the cloud shows ${kind} ${id} and does not find it when it is to be deleted: if its volume is another project's by now, that project has to hand it back first`);
    }
    await settled(clock, `${kind} ${id}`, async () => {
      const left = await look();
      if (left?.status === 'error_deleting') throw await failureOf(cinder, kind === 'volumes' ? 'volume' : 'snapshot', left, signal);
      return left === undefined || undefined;
    }, signal);
  }

  async function sourceOf(cinder: CinderClient, from: CreateFrom, signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    if (from.kind === 'blank') return {};
    if (from.kind === 'volume') return { source_volid: (await existing(cinder, from.volume, signal)).id };
    return { snapshot_id: (await existingSnapshot(cinder, from.snapshot, signal)).id };
  }

  async function create(volume: BackendVolume, from: CreateFrom, signal: AbortSignal): Promise<{ readonly ref: string }> {
    const cinder = clientOf(volume.project);
    const before = await volumeOf(cinder, volume, signal);
    if (before !== undefined && before.status !== 'error') return { ref: (await volumeReady(cinder, before.id, signal)).id };
    if (before !== undefined) await removeAndWait(cinder, 'volumes', before.id, signal);
    const id = await createVolume(cinder, {
      ...await sourceOf(cinder, from, signal), size: volume.sizeGiB, name: `haulier-${volume.id}`, metadata: { [mark]: volume.id },
      ...(volumeType === undefined ? {} : { volume_type: volumeType }), ...(availabilityZone === undefined ? {} : { availability_zone: availabilityZone }),
    }, signal);
    return { ref: (await volumeReady(cinder, id, signal)).id };
  }

  async function extend(volume: BackendVolume, signal: AbortSignal): Promise<void> {
    const cinder = clientOf(volume.project);
    const { id, status, size } = await existing(cinder, volume, signal);
    if (size >= volume.sizeGiB && status !== 'extending') return;
    if (status !== 'extending') await act(cinder, id, { 'os-extend': { new_size: volume.sizeGiB } }, signal);
    const now = await volumeReady(cinder, id, signal);
    if (now.size < volume.sizeGiB) throw new BackendFailure('refused', `volume ${id} has ${now.size} GiB at the cloud instead of ${volume.sizeGiB}`);
  }

  async function takeSnapshot(snapshot: BackendSnapshot, signal: AbortSignal): Promise<{ readonly ref: string }> {
    const cinder = clientOf(snapshot.project);
    const before = await snapshotOf(cinder, snapshot, signal);
    if (before !== undefined && before.status !== 'error') return { ref: (await snapshotReady(cinder, before.id, signal)).id };
    if (before !== undefined) await removeAndWait(cinder, 'snapshots', before.id, signal);
    const volume = await existing(cinder, snapshot.volume, signal);
    const id = await createSnapshot(cinder, { volume_id: volume.id, name: `haulier-${snapshot.id}`, metadata: { [mark]: snapshot.id }, force: false }, signal);
    return { ref: (await snapshotReady(cinder, id, signal)).id };
  }

  async function rollback(snapshot: BackendSnapshot, signal: AbortSignal): Promise<void> {
    const cinder = clientOf(snapshot.volume.project);
    if (await cinder.minorVersion(signal) < 40) throw new BackendFailure('unsupported', 'this cloud is too old to roll a volume back: it speaks no microversion 3.40');
    const { id } = await existingSnapshot(cinder, snapshot, signal);
    const volume = await existing(cinder, snapshot.volume, signal);
    if (volume.status !== 'reverting') await act(cinder, volume.id, { revert: { snapshot_id: id } }, signal);
    await volumeReady(cinder, volume.id, signal);
    await snapshotReady(cinder, id, signal);
  }

  async function adopt(project: VolumeProjectId, wanted: string, signal: AbortSignal): Promise<AdoptedVolume> {
    const cinder = clientOf(project);
    const found = await findVolume(cinder, wanted, signal);
    const id = parseVolumeId(found?.id ?? '');
    if (found === undefined || id === undefined || (found['os-vol-tenant-attr:tenant_id'] ?? cinder.projectId) !== cinder.projectId) {
      throw new BackendFailure('absent', `the cloud project ${cinder.projectId} has no volume ${wanted}`);
    }
    if (found.metadata[mark] !== undefined) throw new BackendFailure('refused', `volume ${wanted} was made by Haulier`);
    if (found.status !== 'available' || found.attachments.length > 0) throw new BackendFailure('refused', `volume ${wanted} is ${found.status}: it has to be available`);
    const snapshots = (await snapshotsOf(cinder, found.id, signal)).map(adoptedSnapshot);
    return { id, name: found.name ?? '', description: found.description ?? '', sizeGiB: found.size, bootable: found.bootable === 'true', metadata: found.metadata, snapshots };
  }

  return {
    name,
    snapshots: true,
    create, extend, rollback, adopt,
    createSnapshot: takeSnapshot,
    async remove(volume, signal) {
      const cinder = clientOf(volume.project);
      if (volume.ref !== undefined) await removeAndWait(cinder, 'volumes', volume.ref, signal);
      for (const { id } of await volumesWith(cinder, mark, volume.id, signal)) await removeAndWait(cinder, 'volumes', id, signal);
    },
    async removeSnapshot(snapshot, signal) {
      const cinder = clientOf(snapshot.project);
      const found = await snapshotOf(cinder, snapshot, signal);
      if (found !== undefined) await removeAndWait(cinder, 'snapshots', found.id, signal);
    },
    problems: (signal) => problemsOf([...clients.values()], signal),
    async handOver(volume, snapshots, to, signal) {
      const [giver, taker] = [clientOf(volume.project), clientOf(to)];
      const ref = volume.ref ?? (await volumeOf(taker, volume, signal) ?? await existing(giver, volume, signal)).id;
      await handOver(giver, taker, { volume: ref, withSnapshots: snapshots.length > 0, name: `haulier-${volume.id}` }, clock, signal);
      return { ref };
    },
  };
}

/** One after the other. Where the cloud does not answer for one, it is not asked for the others: they would only wait as long. */
async function problemsOf(clients: readonly CinderClient[], signal: AbortSignal): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const client of clients) {
    try {
      await client.ask({ method: 'GET', path: '/volumes?limit=1' }, signal);
    } catch (error) {
      if (!(error instanceof BackendFailure)) throw error;
      problems.push(`cloud project ${client.projectId}: ${error.whole}`);
      if (error.kind === 'unavailable') break;
    }
  }
  return problems;
}

function adoptedSnapshot({ id: found, name, description, size, status }: CinderSnapshot): AdoptedVolume['snapshots'][number] {
  const id = parseSnapshotId(found);
  if (id === undefined || status !== 'available') throw new BackendFailure('refused', `its snapshot ${found} is ${status}: it has to be available`);
  return { id, name: name ?? '', description: description ?? '', sizeGiB: size };
}

async function failureOf(cinder: CinderClient, kind: 'volume' | 'snapshot', { id, status }: { readonly id: string; readonly status: string }, signal: AbortSignal): Promise<BackendFailure> {
  const reason = await reasonFor(cinder, id, signal);
  const isFull = reason !== undefined && /no valid|weighted backend|not enough|no space/i.test(reason);
  return new BackendFailure(isFull ? 'full' : 'refused', `${kind} ${id} is ${status} at the cloud${reason === undefined ? '' : `: ${reason}`}`);
}
