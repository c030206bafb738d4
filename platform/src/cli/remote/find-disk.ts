/** Disks and snapshots by what people call them. */
import { isUuid } from '@haulier/lib/uuid/uuid.ts';
import { ListSnapshotsResponse, SnapshotResponse, type SnapshotDetail } from '@haulier/wire/evs/snapshots.ts';
import { ListVolumesResponse, VolumeResponse, type VolumeDetail } from '@haulier/wire/evs/volumes.ts';
import { UsageError } from '../usage-error.ts';
import { RemoteError, type ApiClient } from './api-client.ts';

export function disksPath({ projectId }: ApiClient, version: 'v2' | 'v2.1' = 'v2'): string {
  return `/${version}/${encodeURIComponent(projectId)}/cloudvolumes`;
}

export function snapshotsPath({ projectId }: ApiClient): string {
  return `/v2/${encodeURIComponent(projectId)}/cloudsnapshots`;
}

/** @throws UsageError when several disks have that name; RemoteError when none has. */
export async function findDisk(client: ApiClient, text: string): Promise<VolumeDetail> {
  if (isUuid(text.toLowerCase())) return showDisk(client, text);
  const { volumes } = await client.ask(ListVolumesResponse, 'GET', `${disksPath(client)}/detail?${named(text)}`);
  return onlyOne('disk', text, volumes);
}

export async function showDisk(client: ApiClient, id: string): Promise<VolumeDetail> {
  return (await client.ask(VolumeResponse, 'GET', `${disksPath(client)}/${id}`)).volume;
}

/** Throws as {@link findDisk} does. */
export async function findSnapshot(client: ApiClient, text: string): Promise<SnapshotDetail> {
  if (isUuid(text.toLowerCase())) return showSnapshot(client, text);
  const { snapshots } = await client.ask(ListSnapshotsResponse, 'GET', `${snapshotsPath(client)}/detail?${named(text)}`);
  return onlyOne('snapshot', text, snapshots);
}

export async function showSnapshot(client: ApiClient, id: string): Promise<SnapshotDetail> {
  return (await client.ask(SnapshotResponse, 'GET', `${snapshotsPath(client)}/${id}`)).snapshot;
}

/** The API's filter finds the text anywhere in a name. */
function named(text: string): string {
  return new URLSearchParams({ name: text, limit: '1000' }).toString();
}

function onlyOne<T extends { readonly id: string; readonly name: string }>(kind: string, name: string, found: readonly T[]): T {
  const [first, ...more] = found.filter((each) => each.name === name);
  if (first === undefined) throw new RemoteError(`the project has no ${kind} "${name}"`);
  if (more.length > 0) throw new UsageError(`${more.length + 1} ${kind}s are called "${name}", name one by its ID: ${[first, ...more].map(({ id }) => id).join(', ')}`);
  return first;
}
