/** Puts the room of disks of this process on its database and its backends. */
import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { createPgInventory } from '../database/volumes/pg-inventory.ts';
import { createPgVolumeRepository } from '../database/volumes/pg-volume-repository.ts';
import { createPgVolumeWork } from '../database/volumes/pg-volume-work.ts';
import { attachmentId, snapshotId, transferId, volumeId, volumeJobId } from '../volumes/volume-ids.ts';
import type { VolumeType } from '../volumes/volume.ts';
import type { PlacedBackend, PlacedBackends, VolumeIds } from '../volumes/volumes-deps.ts';
import { createVolumeRoom, type VolumeRoom } from '../worker/volumes/volume-room.ts';
import { volumeSettings } from '../worker/volumes/volume-settings.ts';
import type { VolumeObserver } from '../worker/volumes/volume-worker.ts';
import type { Config } from './config.ts';
import { clock, randomness } from './environment.ts';
import { readHostId } from './host-id.ts';
import type { Installation } from './installation.ts';
import { openVolumeBackend } from './volume-backends.ts';
import type { VolumesConfig } from './volume-config.ts';

export interface OpenVolumesDeps {
  readonly config: Config;
  readonly installation: Installation;
  readonly observe: VolumeObserver;
  readonly log: Logger;
}

export interface OpenVolumes {
  readonly room: VolumeRoom;
  readonly backlog: () => Promise<{ readonly jobs: number; readonly oldestMs: number }>;
}

/** 128 bits. */
const authKeyBytes = 16;
const acceptWaitMs = 30_000;

export async function openVolumes({ config: { volumes: config }, installation, observe, log }: OpenVolumesDeps): Promise<OpenVolumes> {
  const { db } = installation;
  const work = createPgVolumeWork(db);
  const room = createVolumeRoom({
    repository: createPgVolumeRepository(db),
    work,
    inventories: createPgInventory(db),
    backends: await openBackends(config, installation),
    types: config.types.map(volumeTypeOf),
    zones: config.zones,
    limits: config.quotas,
    clock,
    random: randomness.fraction,
    ids,
    newAuthKey: () => Buffer.from(randomness.bytes(authKeyBytes)).toString('hex'),
    transferMs: config.transferMs,
    acceptWaitMs,
    settings: volumeSettings,
    observe,
    log,
  });
  return { room, backlog: () => work.backlog() };
}

const ids: VolumeIds = {
  volume: () => volumeId(randomness.uuid()),
  snapshot: () => snapshotId(randomness.uuid()),
  transfer: () => transferId(randomness.uuid()),
  attachment: () => attachmentId(randomness.uuid()),
  job: () => volumeJobId(randomness.id()),
};

async function openBackends({ backends }: VolumesConfig, { folder }: Installation): Promise<PlacedBackends> {
  const host = readHostId(folder.hostFile, randomness.uuid);
  const opened = new Map<string, PlacedBackend>();
  for (const configured of backends) {
    opened.set(configured.name, { backend: await openVolumeBackend(configured, folder, host, process.env), host: configured.kind === 'file' ? host : undefined });
  }
  return opened;
}

function volumeTypeOf({ name, description, zones, backend, quotas }: VolumesConfig['types'][number]): VolumeType {
  return { id: typeId(name), name, description, availabilityZones: zones, backend, limits: quotas };
}

/** The same on every machine and after every start: a UUID of version 8 (RFC 9562, section 5.8) from the name. */
function typeId(name: string): string {
  const hex = createHash('sha256').update(`volume type ${name}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
