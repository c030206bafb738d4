/** A transaction of the use cases of disks, in PostgreSQL. */
import { sql } from 'kysely';
import type { Transaction, UpdateObject } from 'kysely';
import type { KeptVolume } from '../../volumes/kept-volume.ts';
import type { SnapshotId, TransferId, VolumeId } from '../../volumes/volume.ts';
import type { SnapshotPatch, VolumePatch, VolumeUnit } from '../../volumes/volume-repository.ts';
import type { Database } from '../schema.ts';
import { metadataColumn, snapshotMetadataColumn, tagsColumn } from './columns.ts';
import { jobPart } from './job-unit.ts';
import { keptSnapshotOf, keptTransferOf, keptVolumeOf, selectVolumes } from './rows.ts';
import { usageOf } from './usage.ts';

type Trx = Transaction<Database>;

const now = sql<Date>`clock_timestamp()`;

export function createPgVolumeUnit(trx: Trx): VolumeUnit {
  return {
    async lockQuota(project) {
      await sql`select pg_advisory_xact_lock(hashtextextended('disk quota of ' || ${project}, 0))`.execute(trx);
    },
    async lockAdoption(id) {
      await sql`select pg_advisory_xact_lock(hashtextextended('adoption of disk ' || ${id}, 0))`.execute(trx);
    },
    usage: (project) => usageOf(trx, project),
    ...volumePart(trx),
    ...snapshotPart(trx),
    ...transferPart(trx),
    ...jobPart(trx),
  };
}

async function lockVolume(trx: Trx, id: string): Promise<KeptVolume | undefined> {
  const row = await selectVolumes(trx).where('id', '=', id).forUpdate('volume').executeTakeFirst();
  return row && keptVolumeOf(row);
}

async function requireVolume(trx: Trx, id: VolumeId): Promise<KeptVolume> {
  return keptVolumeOf(await selectVolumes(trx).where('id', '=', id).executeTakeFirstOrThrow());
}

type VolumePart = Pick<VolumeUnit, 'volume' | 'addVolume' | 'changeVolume' | 'dropVolume' | 'addAttachment' | 'dropAttachments'>;

function volumePart(trx: Trx): VolumePart {
  return {
    volume: (id) => lockVolume(trx, id),
    async addVolume({ id, owner, name, description, sizeGiB, type, availabilityZone, enterpriseProjectId, multiattach, bootable, metadata, tags, source, state, backend, host }) {
      await trx.insertInto('volume').values({
        id, name, description, type, multiattach, bootable, state, backend,
        project_id: owner.project, user_id: owner.userId, size_gib: sizeGiB, availability_zone: availabilityZone, enterprise_project_id: enterpriseProjectId,
        metadata: metadataColumn.write(metadata), tags: tagsColumn.write(tags), source_kind: source.kind, source_id: source.kind === 'blank' ? null : source.id, host: host ?? null,
      }).execute();
      return requireVolume(trx, id);
    },
    async changeVolume(id, patch) {
      await trx.updateTable('volume').set({ ...volumeValues(patch), updated_at: now }).where('id', '=', id).execute();
      return requireVolume(trx, id);
    },
    async dropVolume(id) {
      await trx.deleteFrom('volume_attachment').where('volume_id', '=', id).execute();
      await trx.deleteFrom('volume_transfer').where('volume_id', '=', id).execute();
      await trx.deleteFrom('volume').where('id', '=', id).execute();
    },
    async addAttachment(volume, { id, serverId, device, hostName }) {
      await trx.insertInto('volume_attachment').values({ id, volume_id: volume, server_id: serverId, device, host_name: hostName }).execute();
    },
    async dropAttachments(volume, ids) {
      await trx.deleteFrom('volume_attachment').where('volume_id', '=', volume).where('id', 'in', ids).execute();
    },
  };
}

/** Undefined: left as it is; but a problem that is named as undefined is over. */
function volumeValues(patch: VolumePatch): UpdateObject<Database, 'volume'> {
  const { name, description, bootable, state, lost, ref, sizeGiB, enterpriseProjectId, owner, metadata, tags } = patch;
  return {
    name, description, bootable, state, lost, ref,
    size_gib: sizeGiB,
    enterprise_project_id: enterpriseProjectId,
    project_id: owner?.project,
    user_id: owner?.userId,
    metadata: metadata && metadataColumn.write(metadata),
    tags: tags && tagsColumn.write(tags),
    problem: problemOf(patch),
  };
}

function problemOf(patch: VolumePatch | SnapshotPatch): string | null | undefined {
  return 'problem' in patch ? patch.problem ?? null : undefined;
}

type SnapshotPart = Pick<VolumeUnit, 'snapshot' | 'snapshotsOf' | 'addSnapshot' | 'changeSnapshot' | 'dropSnapshots'>;

function snapshotPart(trx: Trx): SnapshotPart {
  const found = async (id: SnapshotId) => {
    const row = await trx.selectFrom('volume_snapshot').selectAll().where('id', '=', id).executeTakeFirst();
    return row && keptSnapshotOf(row);
  };
  return {
    async snapshot(id) {
      const unlocked = await found(id);
      const volume = unlocked && await lockVolume(trx, unlocked.volume);
      const snapshot = volume && await found(id);
      return snapshot && { snapshot, volume };
    },
    async snapshotsOf(id) {
      return (await trx.selectFrom('volume_snapshot').selectAll().where('volume_id', '=', id).orderBy('snapshot_no').execute()).map(keptSnapshotOf);
    },
    async addSnapshot({ id, volume, owner, name, description, metadata, sizeGiB, state }) {
      const row = await trx.insertInto('volume_snapshot').values({
        id, name, description, state, volume_id: volume, project_id: owner.project, user_id: owner.userId, metadata: snapshotMetadataColumn.write(metadata), size_gib: sizeGiB,
      }).returningAll().executeTakeFirstOrThrow();
      return keptSnapshotOf(row);
    },
    async changeSnapshot(id, patch) {
      const { name, description, state, lost, ref, owner, metadata } = patch;
      const row = await trx.updateTable('volume_snapshot').set({
        name, description, state, lost, ref, project_id: owner?.project, user_id: owner?.userId, metadata: metadata && snapshotMetadataColumn.write(metadata), problem: problemOf(patch), updated_at: now,
      }).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
      return keptSnapshotOf(row);
    },
    async dropSnapshots(ids) {
      await trx.deleteFrom('volume_snapshot').where('id', '=', sql<string>`any(${ids}::text[])`).execute();
    },
  };
}

type TransferPart = Pick<VolumeUnit, 'transfer' | 'transferOf' | 'addTransfer' | 'setAcceptor' | 'dropTransfer'>;

function transferPart(trx: Trx): TransferPart {
  const found = async (id: TransferId) => {
    const row = await trx.selectFrom('volume_transfer').selectAll().where('id', '=', id).executeTakeFirst();
    return row && keptTransferOf(row);
  };
  return {
    async transfer(id) {
      const unlocked = await found(id);
      const volume = unlocked && await lockVolume(trx, unlocked.volume);
      const transfer = volume && await found(id);
      return transfer && { transfer, volume };
    },
    async transferOf(id) {
      const row = await trx.selectFrom('volume_transfer').selectAll().where('volume_id', '=', id).executeTakeFirst();
      return row && keptTransferOf(row);
    },
    async addTransfer({ id, volume, project, name, withoutSnapshots, keyDigest, expiresAt }) {
      const row = await trx.insertInto('volume_transfer').values({
        id, name, volume_id: volume, project_id: project, without_snapshots: withoutSnapshots, key_digest: Buffer.from(keyDigest), expires_at: new Date(expiresAt),
      }).returningAll().executeTakeFirstOrThrow();
      return keptTransferOf(row);
    },
    async setAcceptor(id, acceptor) {
      await trx.updateTable('volume_transfer').set({ acceptor_project: acceptor?.project ?? null, acceptor_user: acceptor?.userId ?? null }).where('id', '=', id).execute();
    },
    async dropTransfer(id) {
      await trx.deleteFrom('volume_transfer').where('id', '=', id).execute();
    },
  };
}
