import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { expectFilled, fill, make, never, newVolume, snap, type BackendFixture } from './fixture.ts';
import { snapshotId } from '../../volumes/volume-ids.ts';

/** Snapshots, or their refusal where a backend keeps none. */
export function describeSnapshots(fixture: () => BackendFixture): void {
  describe('snapshots', () => {
    test('are refused where the backend keeps none', async () => {
      const { backend, project } = fixture();
      if (backend.snapshots) return;
      const volume = await make(backend, newVolume(project));
      await expect(snap(backend, volume)).rejects.toMatchObject({ kind: 'unsupported' });
      await backend.remove(volume, never);
    });

    test('keep what the disk had, and give it back', async () => {
      const { backend, project } = fixture();
      if (!backend.snapshots) return;
      const volume = await make(backend, newVolume(project));
      await fill(fixture(), volume, 0, 1);
      const snapshot = await snap(backend, volume);
      await fill(fixture(), volume, 0, 2);
      await fill(fixture(), volume, 65_536, 3);
      for (let times = 0; times < 2; times++) {
        await backend.rollback(snapshot, never);
        await expectFilled(fixture(), volume, 0, 1);
        await expectFilled(fixture(), volume, 65_536, 0);
      }
      await fill(fixture(), volume, 0, 4);
      await backend.rollback(snapshot, never);
      await expectFilled(fixture(), volume, 0, 1);
      await backend.removeSnapshot(snapshot, never);
      await backend.remove(volume, never);
    });

    test('taken again are the same and keep what they had', async () => {
      const { backend, project } = fixture();
      if (!backend.snapshots) return;
      const volume = await make(backend, newVolume(project));
      await fill(fixture(), volume, 0, 1);
      const wanted = { id: snapshotId(randomUUID()), volume, project, sizeGiB: 1, ref: undefined };
      const first = await backend.createSnapshot(wanted, never);
      await fill(fixture(), volume, 0, 2);
      expect(await backend.createSnapshot(wanted, never)).toEqual(first);
      await backend.rollback({ ...wanted, ...first }, never);
      await expectFilled(fixture(), volume, 0, 1);
      await backend.removeSnapshot({ ...wanted, ...first }, never);
      await backend.remove(volume, never);
    });

    test('in the middle go, and the others and the disk stay', async () => {
      const { backend, project } = fixture();
      if (!backend.snapshots) return;
      const volume = await make(backend, newVolume(project));
      const kept = [];
      for (const value of [1, 2, 3]) {
        await fill(fixture(), volume, 0, value);
        await fill(fixture(), volume, value * 65_536, value);
        kept.push(await snap(backend, volume));
      }
      await fill(fixture(), volume, 0, 4);
      const [first, middle, last] = kept;
      if (first === undefined || middle === undefined || last === undefined) throw new Error('there are three');
      await backend.removeSnapshot(middle, never);
      await backend.removeSnapshot(middle, never);
      await expectFilled(fixture(), volume, 0, 4);
      await expect(backend.rollback(middle, never)).rejects.toMatchObject({ kind: 'absent' });
      await backend.removeSnapshot(first, never);
      await backend.rollback(last, never);
      for (const [block, value] of [[0, 3], [1, 1], [2, 2], [3, 3]] as const) await expectFilled(fixture(), volume, block * 65_536, value);
      await backend.removeSnapshot({ ...last, ref: undefined }, never);
      await backend.remove(volume, never);
    });

    test('become disks of their own', async () => {
      const { backend, project, sizeGiB } = fixture();
      if (!backend.snapshots) return;
      const volume = await make(backend, newVolume(project));
      await fill(fixture(), volume, 0, 1);
      const snapshot = await snap(backend, volume);
      await fill(fixture(), volume, 0, 2);
      const copy = await make(backend, newVolume(project, 2), { kind: 'snapshot', snapshot });
      await backend.removeSnapshot(snapshot, never);
      await backend.remove(volume, never);
      expect(await sizeGiB(copy)).toBe(2);
      await expectFilled(fixture(), copy, 0, 1);
      await expectFilled(fixture(), copy, 1024 ** 3, 0);
      await backend.remove(copy, never);
    });

    test('that are not there are absent', async () => {
      const { backend, project } = fixture();
      if (!backend.snapshots) return;
      const volume = await make(backend, newVolume(project));
      const gone = { id: snapshotId(randomUUID()), volume, project, sizeGiB: 1, ref: undefined };
      await expect(backend.rollback(gone, never)).rejects.toMatchObject({ kind: 'absent' });
      await expect(make(backend, newVolume(project), { kind: 'snapshot', snapshot: gone })).rejects.toMatchObject({ kind: 'absent' });
      await backend.removeSnapshot(gone, never);
      await backend.remove(volume, never);
    });

    test('of a smaller disk are rolled back to, and the disk keeps its size', async () => {
      const { backend, project, sizeGiB } = fixture();
      if (!backend.snapshots) return;
      const small = await make(backend, newVolume(project));
      await fill(fixture(), small, 0, 1);
      const snapshot = await snap(backend, small);
      const volume = { ...small, sizeGiB: 2 };
      await backend.extend(volume, never);
      await fill(fixture(), volume, 1024 ** 3, 9);
      if (fixture().keepsSizeForRollback === true) {
        await expect(backend.rollback({ ...snapshot, volume }, never)).rejects.toMatchObject({ kind: 'refused' });
        await expectFilled(fixture(), volume, 1024 ** 3, 9);
      } else {
        await backend.rollback({ ...snapshot, volume }, never);
        await expectFilled(fixture(), volume, 0, 1);
        await expectFilled(fixture(), volume, 1024 ** 3, 0);
      }
      expect(await sizeGiB(volume)).toBe(2);
      await backend.removeSnapshot(snapshot, never);
      await backend.remove(volume, never);
    });
  });
}
