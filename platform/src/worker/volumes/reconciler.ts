/** Compares what the backends of this machine have with what the database knows, at the start and then now and again. */
import { compare, type InventoryStore, type Stray, type Subject } from '../../volumes/inventory.ts';
import { endStalled, markFound, markLost } from '../../volumes/settle-findings.ts';
import type { BackendItem, VolumeBackend } from '../../volumes/volume-backend.ts';
import type { Place } from '../../volumes/volume-work.ts';
import type { VolumeWorkerDeps } from './volume-worker.ts';

export interface ReconcilerDeps extends Pick<VolumeWorkerDeps, 'repository' | 'backends' | 'clock' | 'log' | 'settings'> {
  readonly inventories: InventoryStore;
}

/** Runs until the signal aborts. */
export async function reconcileNowAndAgain(deps: ReconcilerDeps, signal: AbortSignal): Promise<void> {
  const { inventories, backends, clock, log, settings } = deps;
  while (!signal.aborted) {
    for (const [name, { backend, host }] of backends) {
      try {
        await reconcile(deps, { backend: name, host }, backend, signal);
      } catch (error) {
        if (error !== signal.reason) log.error({ backend: name, err: error }, 'a backend could not be compared with the database; it is tried again');
      }
    }
    await inventories.forgetJobs(settings.keepJobsMs).catch((error: unknown) => log.warn({ err: error }, 'old work on disks could not be forgotten'));
    await clock.sleep(settings.reconcileMs, signal).catch(() => undefined);
  }
}

/** Nothing happens at a backend that cannot say what it has. */
export async function reconcile(deps: ReconcilerDeps, place: Place, backend: VolumeBackend, signal: AbortSignal): Promise<void> {
  const { repository, inventories, log, settings } = deps;
  if (backend.items === undefined) return;
  const before = await inventories.inventory(place);
  const items: BackendItem[] = [];
  for await (const item of backend.items(signal)) items.push(item);
  const { lost, found, stalled, strays, debris } = compare(before, items, await inventories.inventory(place));
  const each = async (subjects: readonly Subject[], settle: typeof markLost, message: string) => {
    for (const subject of subjects) if (await settle(repository, subject)) log.warn({ ...place, [subject.kind]: subject.id }, message);
  };
  await each(stalled, endStalled, 'work on it was lost: it is in an error state now');
  await each(lost, markLost, 'its data is gone: it is in an error state until the data is there again');
  await each(found, markFound, 'its data is there again');
  for (const item of debris) {
    log.info({ ...place, item }, 'something that was cut off is removed');
    await backend.sweep?.(item, signal);
  }
  const old = await inventories.noteStrays(place, strays, settings.strayGraceMs);
  if (strays.length > 0) log.warn({ ...place, strays: strays.map(({ kind, id }) => ({ kind, id })), removedAfterMs: settings.strayGraceMs }, 'there is data that the database does not know; it is removed after a while');
  for (const stray of old) await sweepStray(deps, place, backend, stray, signal);
}

/** A snapshot is inside a disk that others may work on: they are kept away meanwhile. */
async function sweepStray({ repository, log }: ReconcilerDeps, place: Place, backend: VolumeBackend, stray: Stray, signal: AbortSignal): Promise<void> {
  await repository.change(async (unit) => {
    const disk = stray.kind === 'volume' ? stray.id : stray.volume;
    const volume = await unit.volume(disk);
    if (volume !== undefined && (stray.kind === 'volume' || await unit.isTouched(disk) || await unit.snapshot(stray.id) !== undefined)) return;
    log.warn({ ...place, [stray.kind]: stray.id }, 'data that the database has not known for long is removed');
    await backend.sweep?.(stray, signal);
  });
}
