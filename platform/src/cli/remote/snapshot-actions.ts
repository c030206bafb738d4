/** What the `haulier volume snapshot` commands do. */
import { ListSnapshotsResponse, RollbackSnapshotResponse, SnapshotResponse, type SnapshotDetail } from '@haulier/wire/evs/snapshots.ts';
import { connect, nothing, print, type Printing } from './answers.ts';
import { RemoteError, type ApiClient } from './api-client.ts';
import { findDisk, findSnapshot, showDisk, showSnapshot, snapshotsPath } from './find-disk.ts';
import { untilOver } from './following.ts';
import type { AccessFlags } from './server-access.ts';
import type { Waiting } from './volume-actions.ts';
import { snapshotDetails, snapshotTable } from './volume-text.ts';

export async function create(diskText: string, name: string, flags: Printing & Waiting & { readonly description?: string; readonly force?: true }): Promise<void> {
  const client = await connect(flags);
  const disk = await findDisk(client, diskText);
  const request = { snapshot: { volume_id: disk.id, name, force: flags.force === true, ...(flags.description === undefined ? {} : { description: flags.description }) } };
  const { snapshot: { id } } = await client.ask(SnapshotResponse, 'POST', snapshotsPath(client), request);
  const made = flags.wait ? await untilOver({ look: () => showSnapshot(client, id), isOver: ({ status }) => status !== 'creating' }) : await showSnapshot(client, id);
  if (made.status === 'error') throw new RemoteError(`snapshot ${id} of disk ${disk.id} could not be made`);
  print(flags, made, () => `${id}\n`);
}

export async function list(flags: Printing & { readonly disk?: string; readonly limit: string; readonly offset: string }): Promise<void> {
  const client = await connect(flags);
  const query = new URLSearchParams({ limit: flags.limit, offset: flags.offset });
  if (flags.disk !== undefined) query.set('volume_id', (await findDisk(client, flags.disk)).id);
  const answer = await client.ask(ListSnapshotsResponse, 'GET', `${snapshotsPath(client)}/detail?${query.toString()}`);
  print(flags, answer, () => `${snapshotTable(answer.snapshots)}${answer.snapshots.length} of ${answer.count}\n`);
}

export async function show(text: string, flags: Printing): Promise<void> {
  const snapshot = await findSnapshot(await connect(flags), text);
  print(flags, snapshot, () => snapshotDetails(snapshot));
}

export async function rollback(text: string, flags: AccessFlags & Waiting): Promise<void> {
  const client = await connect(flags);
  const { id, volume_id: disk } = await findSnapshot(client, text);
  await client.ask(RollbackSnapshotResponse, 'POST', `${snapshotsPath(client)}/${id}/rollback`, { rollback: { volume_id: disk } });
  if (!flags.wait) {
    process.stderr.write(`Disk ${disk} is getting the data of snapshot ${id}.\n`);
    return;
  }
  const { status } = await untilOver({ look: () => showDisk(client, disk), isOver: (seen) => seen.status !== 'rollbacking' });
  if (status.startsWith('error')) throw new RemoteError(`disk ${disk} did not get the data of snapshot ${id}: it is in the state ${status}`);
  process.stderr.write(`Disk ${disk} has the data of snapshot ${id} again.\n`);
}

export async function remove(texts: readonly string[], flags: AccessFlags & Waiting): Promise<void> {
  const client = await connect(flags);
  for (const text of texts) {
    const { id } = await findSnapshot(client, text);
    await client.ask(nothing, 'DELETE', `${snapshotsPath(client)}/${id}`);
    if (flags.wait) await untilGone(client, id);
    process.stderr.write(flags.wait ? `Snapshot ${id} is deleted.\n` : `Snapshot ${id} is being deleted.\n`);
  }
}

async function untilGone(client: ApiClient, id: string): Promise<void> {
  const look = (): Promise<SnapshotDetail | 'gone'> => showSnapshot(client, id).catch((error: unknown) => {
    if (error instanceof RemoteError && error.status === 404) return 'gone';
    throw error;
  });
  const end = await untilOver({ look, isOver: (seen) => seen === 'gone' || seen.status !== 'deleting' });
  if (end !== 'gone') throw new RemoteError(`snapshot ${id} could not be deleted: it is in the state ${end.status}`);
}
