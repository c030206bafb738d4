/** Volumes, snapshots and transfers as Cinder's API v3 tells of them. */
import { Type, type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { BackendFailure } from '../../volumes/volume-backend.ts';
import type { CinderClient } from './cinder-client.ts';

const text = Type.Union([Type.String(), Type.Null()]);
const metadata = Type.Record(Type.String(), Type.String());

const CinderVolume = Type.Object({
  id: Type.String(), name: text, description: text, status: Type.String(), size: Type.Integer(), bootable: Type.String(), metadata,
  attachments: Type.Array(Type.Unknown()),
  /** Whose it is; a policy of the cloud may hide it. */
  'os-vol-tenant-attr:tenant_id': Type.Optional(Type.String()),
});
const CinderSnapshot = Type.Object({ id: Type.String(), name: text, description: text, status: Type.String(), size: Type.Integer(), volume_id: Type.String(), metadata });
const CinderTransfer = Type.Object({ id: Type.String(), name: text, volume_id: Type.String(), auth_key: Type.Optional(Type.String()) });

export type CinderVolume = Static<typeof CinderVolume>;
export type CinderSnapshot = Static<typeof CinderSnapshot>;
export type CinderTransfer = Static<typeof CinderTransfer>;

const OneVolume = Type.Object({ volume: CinderVolume });
const Volumes = Type.Object({ volumes: Type.Array(CinderVolume) });
const OneSnapshot = Type.Object({ snapshot: CinderSnapshot });
const Snapshots = Type.Object({ snapshots: Type.Array(CinderSnapshot) });
const OneTransfer = Type.Object({ transfer: CinderTransfer });
const Transfers = Type.Object({ transfers: Type.Array(CinderTransfer) });
const Messages = Type.Object({ messages: Type.Array(Type.Object({ user_message: Type.String() })) });

/** Undefined where there is none, or none that this project sees. */
export function findVolume(cinder: CinderClient, id: string, signal: AbortSignal): Promise<CinderVolume | undefined> {
  return unlessAbsent(async () => checked(OneVolume, await cinder.ask({ method: 'GET', path: at('volumes', id) }, signal)).volume);
}

export function findSnapshot(cinder: CinderClient, id: string, signal: AbortSignal): Promise<CinderSnapshot | undefined> {
  return unlessAbsent(async () => checked(OneSnapshot, await cinder.ask({ method: 'GET', path: at('snapshots', id) }, signal)).snapshot);
}

/** With these metadata; the project's own. */
export async function volumesWith(cinder: CinderClient, key: string, value: string, signal: AbortSignal): Promise<CinderVolume[]> {
  const { volumes } = checked(Volumes, await cinder.ask({ method: 'GET', path: `/volumes/detail?${metadataQuery(key, value)}` }, signal));
  return volumes.filter((volume) => volume.metadata[key] === value);
}

export async function snapshotsWith(cinder: CinderClient, key: string, value: string, signal: AbortSignal): Promise<CinderSnapshot[]> {
  const { snapshots } = checked(Snapshots, await cinder.ask({ method: 'GET', path: `/snapshots/detail?${metadataQuery(key, value)}` }, signal));
  return snapshots.filter((snapshot) => snapshot.metadata[key] === value);
}

export async function snapshotsOf(cinder: CinderClient, volume: string, signal: AbortSignal): Promise<CinderSnapshot[]> {
  const query = new URLSearchParams({ volume_id: volume }).toString();
  return checked(Snapshots, await cinder.ask({ method: 'GET', path: `/snapshots/detail?${query}` }, signal)).snapshots.filter((snapshot) => snapshot.volume_id === volume);
}

export async function createVolume(cinder: CinderClient, volume: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<string> {
  return checked(OneCreated, await cinder.ask({ method: 'POST', path: '/volumes', body: { volume } }, signal)).volume.id;
}
const OneCreated = Type.Object({ volume: Type.Object({ id: Type.String() }) });

export async function createSnapshot(cinder: CinderClient, snapshot: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<string> {
  return checked(OneSnapshotCreated, await cinder.ask({ method: 'POST', path: '/snapshots', body: { snapshot } }, signal)).snapshot.id;
}
const OneSnapshotCreated = Type.Object({ snapshot: Type.Object({ id: Type.String() }) });

/** E.g. `{'os-extend': {new_size: 3}}`. */
export async function act(cinder: CinderClient, volume: string, action: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<void> {
  await cinder.ask({ method: 'POST', path: `${at('volumes', volume)}/action`, body: action }, signal);
}

/** Resolves to whether Cinder found it. */
export async function remove(cinder: CinderClient, kind: 'volumes' | 'snapshots' | 'volume-transfers', id: string, signal: AbortSignal): Promise<boolean> {
  const done = await unlessAbsent(async () => {
    await cinder.ask({ method: 'DELETE', path: at(kind, id) }, signal);
    return true;
  });
  return done ?? false;
}

export async function transfersOf(cinder: CinderClient, volume: string, signal: AbortSignal): Promise<CinderTransfer[]> {
  return checked(Transfers, await cinder.ask({ method: 'GET', path: '/volume-transfers/detail' }, signal)).transfers.filter((transfer) => transfer.volume_id === volume);
}

export async function offer(cinder: CinderClient, transfer: { readonly volume_id: string; readonly name: string; readonly no_snapshots: boolean }, signal: AbortSignal): Promise<CinderTransfer> {
  return checked(OneTransfer, await cinder.ask({ method: 'POST', path: '/volume-transfers', body: { transfer } }, signal)).transfer;
}

export async function accept(cinder: CinderClient, transfer: string, key: string, signal: AbortSignal): Promise<void> {
  await cinder.ask({ method: 'POST', path: `${at('volume-transfers', transfer)}/accept`, body: { accept: { auth_key: key } } }, signal);
}

/** Why something of the project went wrong, as Cinder tells its users; undefined where it says nothing. */
export async function reasonFor(cinder: CinderClient, id: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const query = new URLSearchParams({ resource_uuid: id }).toString();
    return checked(Messages, await cinder.ask({ method: 'GET', path: `/messages?${query}` }, signal)).messages[0]?.user_message;
  } catch (error) {
    if (error instanceof BackendFailure) return undefined;
    throw error;
  }
}

function at(kind: string, id: string): string {
  return `/${kind}/${encodeURIComponent(id)}`;
}

/** Cinder reads the value as a dictionary of Python, which this JSON is as well. */
function metadataQuery(key: string, value: string): string {
  return new URLSearchParams({ metadata: JSON.stringify({ [key]: value }) }).toString();
}

async function unlessAbsent<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof BackendFailure && error.kind === 'absent') return undefined;
    throw error;
  }
}

function checked<T extends TSchema>(schema: T, answer: unknown): Static<T> {
  if (!Value.Check(schema, answer)) throw new BackendFailure('unavailable', 'Cinder answers something that is none of its resources');
  return answer;
}
