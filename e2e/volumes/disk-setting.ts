/** A room of disks on a real PostgreSQL, over any backend. */
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPgInventory } from '@haulier/platform/database/volumes/pg-inventory.ts';
import { createPgVolumeRepository } from '@haulier/platform/database/volumes/pg-volume-repository.ts';
import { createPgVolumeWork } from '@haulier/platform/database/volumes/pg-volume-work.ts';
import type { Database } from '@haulier/platform/database/schema.ts';
import type { Clock } from '@haulier/platform/engine/transfer/transfer.ts';
import type { VolumeBackend } from '@haulier/platform/volumes/volume-backend.ts';
import { attachmentId, snapshotId, transferId, volumeId, volumeJobId, volumeProjectId } from '@haulier/platform/volumes/volume-ids.ts';
import type { JobId, NewVolume, Snapshot, Volume, VolumeId, VolumeJob, VolumeOwner } from '@haulier/platform/volumes/volume.ts';
import type { VolumeRepository } from '@haulier/platform/volumes/volume-repository.ts';
import { VolumeRefusal, type Refusal } from '@haulier/platform/volumes/volumes.ts';
import type { VolumesDeps } from '@haulier/platform/volumes/volumes-deps.ts';
import { createVolumeRoom, type VolumeRoom } from '@haulier/platform/worker/volumes/volume-room.ts';
import { volumeSettings, type VolumeSettings } from '@haulier/platform/worker/volumes/volume-settings.ts';
import type { Kysely } from 'kysely';
import { afterAll, beforeAll, expect } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database/test-database.ts';
import { until } from '../worker/until.ts';
import type { Death } from './death.ts';

export const clock: Clock = {
  now: Date.now,
  async sleep(ms, signal) {
    await sleep(ms, undefined, { signal });
  },
};

/** Shorter than a server's, so that a test of what comes after a failure does not wait for it. */
const quickSettings: VolumeSettings = { ...volumeSettings, pollMs: 50, heartbeatMs: 100, leaseMs: 1_500, leaseGuardMs: 1_000, drainMs: 500, attempts: 4, retryMs: 20, longestRetryMs: 100 };

export const everything = { volumes: 1_000, gigabytes: 100_000, snapshots: 1_000, perVolumeGigabytes: 32_768 };

export interface RoomOptions extends Partial<Pick<VolumesDeps, 'limits' | 'types' | 'transferMs' | 'acceptWaitMs' | 'clock'>> {
  readonly host?: string;
  readonly settings?: Partial<VolumeSettings>;
  /** What the process may die of. */
  readonly death?: Death;
}

/** A process's room; as many as wanted on one database. It works once it is started. */
export function openRoom(db: Kysely<Database>, backend: VolumeBackend, { host, settings, death, ...over }: RoomOptions = {}): VolumeRoom {
  const repository = createPgVolumeRepository(db);
  const work = createPgVolumeWork(db);
  return createVolumeRoom({
    repository: death === undefined ? repository : mortal(repository, death),
    work: death === undefined ? work : death.over(work),
    inventories: createPgInventory(db),
    backends: new Map([[backend.name, { backend, host }]]),
    types: [{ id: randomUUID(), name: 'SSD', description: '', availabilityZones: ['az-1'], backend: backend.name, limits: {} }],
    zones: ['az-1'],
    limits: everything,
    clock,
    random: Math.random,
    ids: {
      volume: () => volumeId(randomUUID()),
      snapshot: () => snapshotId(randomUUID()),
      transfer: () => transferId(randomUUID()),
      attachment: () => attachmentId(randomUUID()),
      job: () => volumeJobId(randomBytes(16).toString('hex')),
    },
    newAuthKey: () => randomBytes(16).toString('hex'),
    transferMs: 3_600_000,
    acceptWaitMs: 10_000,
    settings: { ...quickSettings, ...settings },
    observe: { settled() {} },
    log: { info() {}, warn() {}, error() {} },
    ...over,
  });
}

/** A room that works while the tests of one file run, on a database of theirs. */
export function roomOfFile(backend: VolumeBackend, options: RoomOptions = {}): Pick<VolumeRoom, 'volumes' | 'transfers'> & { readonly database: TestDatabase } {
  let opened: { readonly room: VolumeRoom; readonly database: TestDatabase } | undefined;
  beforeAll(async () => {
    const database = await createTestDatabase();
    opened = { room: openRoom(database.db, backend, options), database };
    opened.room.start();
  });
  afterAll(async () => {
    await opened?.room.stop();
    await opened?.database.drop();
  });
  const open = () => opened ?? expect.fail('the room is open while tests run');
  return {
    get volumes() { return open().room.volumes; },
    get transfers() { return open().room.transfers; },
    get database() { return open().database; },
  };
}

function mortal(repository: VolumeRepository, death: Death): VolumeRepository {
  return death.over({ ...repository, change: (work) => repository.change((unit) => work(death.over(unit, 'inside'))) });
}

/** Somebody with a project of their own. */
export function newOwner(): VolumeOwner {
  return { project: volumeProjectId(randomBytes(16).toString('hex')), userId: randomBytes(16).toString('hex') };
}

export function diskOf(owner: VolumeOwner, over: Partial<NewVolume> = {}): NewVolume {
  return {
    owner, name: 'disk', description: '', sizeGiB: 1, type: 'SSD', availabilityZone: 'az-1', source: { kind: 'blank' }, multiattach: false, metadata: {}, tags: {}, enterpriseProjectId: '0', ...over,
  };
}

/** A disk that is made. */
export async function makeDisk({ volumes }: Pick<VolumeRoom, 'volumes'>, owner: VolumeOwner, over: Partial<NewVolume> = {}): Promise<Volume> {
  const { job, volumes: [created] } = await volumes.create(diskOf(owner, over), 1);
  if (created === undefined) throw new Error('no disk was created');
  await endOf({ volumes }, owner, job);
  return volumes.show(owner.project, created.id);
}

export async function makeSnapshot({ volumes }: Pick<VolumeRoom, 'volumes'>, owner: VolumeOwner, volume: VolumeId): Promise<Snapshot> {
  const { id } = await volumes.createSnapshot(owner, { volume, name: 'snapshot', description: '', metadata: {}, force: false });
  return until(() => volumes.showSnapshot(owner.project, id), ({ state }) => state !== 'creating');
}

export function endOf({ volumes }: Pick<VolumeRoom, 'volumes'>, { project }: VolumeOwner, job: JobId): Promise<VolumeJob> {
  return until(() => volumes.showJob(project, job), ({ endedAt }) => endedAt !== undefined);
}

/** Why it was refused; throws when it was not. */
export async function refusalOf(attempt: Promise<unknown>): Promise<Refusal> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof VolumeRefusal) return error.refusal;
    throw error;
  }
  throw new Error('it was not refused');
}
