import { describe, expect, test } from 'vitest';
import type { BackendItem } from '../../volumes/volume-backend.ts';
import { make, never, newVolume, snap, type BackendFixture } from './fixture.ts';

/** What the reconciler asks, and where disks are; where the backend knows. */
export function describeItems(fixture: () => BackendFixture): void {
  describe('what the backend has', () => {
    test('is told, and can be swept away', async () => {
      const { backend, project } = fixture();
      if (backend.items === undefined) return;
      const volume = await make(backend, newVolume(project, 2));
      const snapshot = backend.snapshots ? await snap(backend, volume) : undefined;
      const wanted: BackendItem[] = [{ kind: 'volume', id: volume.id, sizeGiB: 2 }];
      if (snapshot !== undefined) wanted.unshift({ kind: 'snapshot', id: snapshot.id, volume: volume.id });
      expect(await itemsOf(fixture(), volume.id)).toEqual(wanted);
      for (const item of wanted) {
        await backend.sweep?.(item, never);
        await backend.sweep?.(item, never);
      }
      expect(await itemsOf(fixture(), volume.id)).toEqual([]);
    });

    test('is found by whoever reads and writes it', async () => {
      const { backend, project } = fixture();
      if (backend.locate === undefined) return;
      const volume = await make(backend, newVolume(project));
      expect((await backend.locate(volume)).path).toMatch(/^\//);
      await backend.remove(volume, never);
      await expect(backend.locate(volume)).rejects.toMatchObject({ kind: 'absent' });
    });
  });
}

/** Of one disk, snapshots first. */
async function itemsOf({ backend }: BackendFixture, volume: string): Promise<BackendItem[]> {
  const found: BackendItem[] = [];
  for await (const item of backend.items?.(never) ?? []) {
    if (item.kind === 'volume' && item.id === volume) found.push(item);
    if (item.kind === 'snapshot' && item.volume === volume) found.unshift(item);
  }
  return found;
}
