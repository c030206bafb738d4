import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { BackendSnapshot, BackendVolume, CreateFrom, VolumeBackend } from '../../volumes/volume-backend.ts';
import type { VolumeProjectId } from '../../volumes/volume.ts';
import { snapshotId, volumeId } from '../../volumes/volume-ids.ts';

/** One backend to try. */
export interface BackendFixture {
  readonly backend: VolumeBackend;
  /** Whose disks the tests make; `other` is handed some of them. */
  readonly project: VolumeProjectId;
  readonly other: VolumeProjectId;
  /** Writes and reads a disk as a machine would. Absent where the test cannot get at the bytes; sizes and errors are tested then. */
  readonly bytes?: {
    write(volume: BackendVolume, offset: number, data: Buffer): Promise<void>;
    read(volume: BackendVolume, offset: number, length: number): Promise<Buffer>;
  };
  /** The size that the backend itself says a disk has. */
  readonly sizeGiB: (volume: BackendVolume) => Promise<number>;
  /** The backend refuses to roll back a disk that has grown since. */
  readonly keepsSizeForRollback?: boolean;
  close(): Promise<void>;
}

export const never = new AbortController().signal;

export function newVolume(project: VolumeProjectId, sizeGiB = 1): BackendVolume {
  return { id: volumeId(randomUUID()), project, sizeGiB, ref: undefined };
}

/** Makes a disk as the core does: what the backend will know it by is kept. */
export async function make(backend: VolumeBackend, volume: BackendVolume, from: CreateFrom = { kind: 'blank' }): Promise<BackendVolume> {
  return { ...volume, ...await backend.create(volume, from, never) };
}

export async function snap(backend: VolumeBackend, volume: BackendVolume): Promise<BackendSnapshot> {
  const snapshot: BackendSnapshot = { id: snapshotId(randomUUID()), volume, project: volume.project, sizeGiB: volume.sizeGiB, ref: undefined };
  return { ...snapshot, ...await backend.createSnapshot(snapshot, never) };
}

/** 64 KiB of one value at `offset` of the disk. */
export async function fill({ bytes }: BackendFixture, volume: BackendVolume, offset: number, value: number): Promise<void> {
  await bytes?.write(volume, offset, Buffer.alloc(65_536, value));
}

/** That `fill` of the value, or nothing where it is 0, is what the disk has at `offset`. */
export async function expectFilled({ bytes }: BackendFixture, volume: BackendVolume, offset: number, value: number): Promise<void> {
  if (bytes === undefined) return;
  const found = await bytes.read(volume, offset, 65_536);
  expect(found.length).toBe(65_536);
  expect(found.findIndex((byte) => byte !== value)).toBe(-1);
}
