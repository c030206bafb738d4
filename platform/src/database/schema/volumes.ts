/** The tables of disks. */
import type { ColumnType, Generated } from 'kysely';
import type { SnapshotState, VolumeJobKind, VolumeState, WorkFailure } from '../../volumes/volume.ts';

export interface VolumeTables {
  volume: VolumeTable;
  volume_attachment: AttachmentTable;
  volume_snapshot: SnapshotTable;
  volume_transfer: TransferTable;
  volume_job: JobTable;
  volume_stray: StrayTable;
}

/** Written and read by `../volumes/columns.ts`. */
type Json = ColumnType<unknown, string, string>;

interface VolumeTable {
  /** In the order of creation. */
  readonly volume_no: Generated<number>;
  readonly id: string;
  readonly project_id: string;
  readonly user_id: string;
  readonly name: string;
  readonly description: string;
  readonly size_gib: number;
  readonly type: string;
  readonly availability_zone: string;
  readonly enterprise_project_id: string;
  readonly multiattach: boolean;
  readonly bootable: Generated<boolean>;
  readonly metadata: Json;
  readonly tags: Json;
  readonly source_kind: 'blank' | 'snapshot' | 'volume';
  /** What it was made from may be gone long since. */
  readonly source_id: string | null;
  readonly state: VolumeState;
  readonly problem: string | null;
  /** It is in an error state because its data was not there, and leaves it when the data is there again. */
  readonly lost: Generated<boolean>;
  readonly backend: string;
  /** The machine that its data is on; null when every machine reaches it. */
  readonly host: string | null;
  /** What its backend knows it by. */
  readonly ref: string | null;
  readonly created_at: Generated<Date>;
  readonly updated_at: Generated<Date>;
}

interface AttachmentTable {
  readonly id: string;
  readonly volume_id: string;
  readonly server_id: string;
  readonly device: string;
  readonly host_name: string;
  readonly attached_at: Generated<Date>;
}

interface SnapshotTable {
  readonly snapshot_no: Generated<number>;
  readonly id: string;
  readonly volume_id: string;
  /** Not the disk's, when the disk was handed on without it. */
  readonly project_id: string;
  readonly user_id: string;
  readonly name: string;
  readonly description: string;
  readonly size_gib: number;
  readonly metadata: Json;
  readonly state: SnapshotState;
  readonly problem: string | null;
  readonly lost: Generated<boolean>;
  readonly ref: string | null;
  readonly created_at: Generated<Date>;
  readonly updated_at: Generated<Date>;
}

interface TransferTable {
  readonly transfer_no: Generated<number>;
  readonly id: string;
  readonly volume_id: string;
  readonly project_id: string;
  readonly name: string;
  readonly without_snapshots: boolean;
  /** SHA-256. */
  readonly key_digest: Buffer;
  /** Whom the disk is being handed to; null while nobody has accepted it. */
  readonly acceptor_project: string | null;
  readonly acceptor_user: string | null;
  readonly created_at: Generated<Date>;
  readonly expires_at: Date;
}

/** Work on a disk, or, without `work`, what holds several such jobs together. */
interface JobTable {
  readonly job_no: Generated<number>;
  readonly id: string;
  readonly parent_id: string | null;
  readonly project_id: string;
  readonly kind: VolumeJobKind;
  readonly volume: ColumnType<unknown, string | undefined, never>;
  readonly work: ColumnType<unknown, string | undefined, never>;
  /** Ids of disks. Of two unfinished jobs that touch the same disk the older one is done first. */
  readonly touches: readonly string[];
  readonly backend: string | null;
  readonly host: string | null;
  readonly began_at: Generated<Date>;
  /** When a worker first took it. */
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly failure_kind: WorkFailure['kind'] | null;
  readonly failure_reason: string | null;
  readonly attempts: Generated<number>;
  readonly not_before: Generated<Date>;
  /** Raised by every claim. */
  readonly epoch: Generated<number>;
  /** Null or past: nobody holds it. */
  readonly lease_until: Date | null;
}

/** Something that a backend has and no row knows. */
interface StrayTable {
  readonly backend: string;
  readonly host: string;
  readonly kind: 'volume' | 'snapshot';
  readonly id: string;
  readonly first_seen: Generated<Date>;
}
