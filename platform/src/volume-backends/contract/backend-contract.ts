import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectFilled, fill, make, never, newVolume, type BackendFixture } from './fixture.ts';
import { snapshotId } from '../../volumes/volume-ids.ts';
import { describeItems } from './items-contract.ts';
import { describeSnapshots } from './snapshots-contract.ts';

const gib = 1024 ** 3;

/** What the core relies on at every backend, as tests. Optional operations are tested where the backend has them. */
export function describeBackendContract(name: string, makeFixture: () => Promise<BackendFixture>): void {
  describe(`${name} keeps the contract of backends`, () => {
    let made: BackendFixture | undefined;
    const fixture = (): BackendFixture => {
      if (made === undefined) throw new Error('the fixture was not made');
      return made;
    };
    beforeAll(async () => {
      made = await makeFixture();
    });
    afterAll(async () => {
      await made?.close();
    });

    describe('a disk', () => {
      test('has its size and reads as zeroes', async () => {
        const { backend, project, sizeGiB } = fixture();
        const volume = await make(backend, newVolume(project, 2));
        expect(await sizeGiB(volume)).toBe(2);
        await expectFilled(fixture(), volume, 0, 0);
        await expectFilled(fixture(), volume, 2 * gib - 65_536, 0);
        await backend.remove(volume, never);
      });

      test('created again is the same disk with its data', async () => {
        const { backend, project } = fixture();
        const wanted = newVolume(project);
        const volume = await make(backend, wanted);
        await fill(fixture(), volume, 4096, 7);
        expect(await make(backend, wanted)).toEqual(volume);
        await expectFilled(fixture(), volume, 4096, 7);
        await backend.remove(volume, never);
      });

      test('grows and keeps its data; what is added reads as zeroes', async () => {
        const { backend, project, sizeGiB } = fixture();
        const volume = await make(backend, newVolume(project));
        await fill(fixture(), volume, 0, 1);
        await fill(fixture(), volume, gib - 65_536, 2);
        const larger = { ...volume, sizeGiB: 3 };
        for (let times = 0; times < 2; times++) {
          await backend.extend(larger, never);
          expect(await sizeGiB(larger)).toBe(3);
        }
        await expectFilled(fixture(), larger, 0, 1);
        await expectFilled(fixture(), larger, gib - 65_536, 2);
        await expectFilled(fixture(), larger, gib, 0);
        await expectFilled(fixture(), larger, 3 * gib - 65_536, 0);
        await backend.remove(larger, never);
      });

      test('is the data of another one, and independent of it', async () => {
        const { backend, project, sizeGiB } = fixture();
        const source = await make(backend, newVolume(project));
        await fill(fixture(), source, 65_536, 5);
        const copy = await make(backend, newVolume(project, 2), { kind: 'volume', volume: source });
        await fill(fixture(), source, 65_536, 6);
        await backend.remove(source, never);
        expect(await sizeGiB(copy)).toBe(2);
        await expectFilled(fixture(), copy, 65_536, 5);
        await expectFilled(fixture(), copy, gib + 65_536, 0);
        await backend.remove(copy, never);
      });

      test('is removed, also when it is not there and when nobody knows what it was called', async () => {
        const { backend, project, sizeGiB } = fixture();
        const volume = await make(backend, newVolume(project));
        await backend.remove({ ...volume, ref: undefined }, never);
        await backend.remove(volume, never);
        await backend.remove(newVolume(project), never);
        await expect(sizeGiB(volume)).rejects.toMatchObject({ kind: 'absent' });
      });

      test('that is not there is absent', async () => {
        const { backend, project } = fixture();
        const gone = newVolume(project);
        const snapshot = { id: snapshotId(randomUUID()), volume: gone, project, sizeGiB: 1, ref: undefined };
        await expect(backend.extend(gone, never)).rejects.toMatchObject({ kind: 'absent' });
        await expect(make(backend, newVolume(project), { kind: 'volume', volume: gone })).rejects.toMatchObject({ kind: 'absent' });
        if (!backend.snapshots) return;
        await expect(backend.createSnapshot(snapshot, never)).rejects.toMatchObject({ kind: 'absent' });
        await expect(backend.rollback(snapshot, never)).rejects.toMatchObject({ kind: 'absent' });
        await backend.removeSnapshot(snapshot, never);
      });

      test('is not begun with once the signal is aborted', async () => {
        const { backend, project, sizeGiB } = fixture();
        const volume = newVolume(project);
        await expect(backend.create(volume, { kind: 'blank' }, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
        await expect(sizeGiB(volume)).rejects.toMatchObject({ kind: 'absent' });
      });
    });

    describeSnapshots(fixture);
    describeItems(fixture);
  });
}
