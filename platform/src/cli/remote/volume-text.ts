/** Disks, snapshots and transfers as people read them. */
import type { QuotaSet, VolumeType } from '@haulier/wire/evs/catalogue.ts';
import type { SnapshotDetail } from '@haulier/wire/evs/snapshots.ts';
import type { VolumeTransfer } from '@haulier/wire/evs/transfers.ts';
import type { VolumeDetail } from '@haulier/wire/evs/volumes.ts';
import { alignedRows, details } from './task-text.ts';

export function diskTable(disks: readonly VolumeDetail[]): string {
  return alignedRows([['ID', 'NAME', 'STATUS', 'SIZE', 'TYPE', 'ZONE', 'SERVER'], ...disks.map((disk) => [
    disk.id, disk.name, disk.status, sizeText(disk.size), disk.volume_type, disk.availability_zone, disk.attachments.map(({ server_id: server }) => server).join(', '),
  ])]);
}

export function diskDetails(disk: VolumeDetail): string {
  return details([
    ['disk', `${disk.id}${inBrackets(disk.name)}`],
    ['description', nonEmpty(disk.description)],
    ['status', disk.status],
    ['size', sizeText(disk.size)],
    ['type', `${disk.volume_type} in ${disk.availability_zone}`],
    ['from', disk.snapshot_id !== null ? `snapshot ${disk.snapshot_id}` : disk.source_volid !== null ? `disk ${disk.source_volid}` : undefined],
    ['server', nonEmpty(disk.attachments.map(({ server_id: server, device }) => `${server} as ${device}`).join(', '))],
    ['metadata', nonEmpty(pairsText(disk.metadata))],
    ['tags', nonEmpty(pairsText(disk.tags))],
    ['made', timeText(disk.created_at)],
  ]);
}

export function snapshotTable(snapshots: readonly SnapshotDetail[]): string {
  return alignedRows([['ID', 'NAME', 'STATUS', 'SIZE', 'DISK', 'MADE'], ...snapshots.map((each) => [each.id, each.name, each.status, sizeText(each.size), each.volume_id, timeText(each.created_at)])]);
}

export function snapshotDetails(snapshot: SnapshotDetail): string {
  return details([
    ['snapshot', `${snapshot.id}${inBrackets(snapshot.name)}`],
    ['description', nonEmpty(snapshot.description)],
    ['status', snapshot.status],
    ['disk', `${snapshot.volume_id}, ${sizeText(snapshot.size)}`],
    ['metadata', nonEmpty(pairsText(snapshot.metadata))],
    ['made', timeText(snapshot.created_at)],
  ]);
}

export function transferTable(transfers: readonly VolumeTransfer[]): string {
  return alignedRows([['ID', 'NAME', 'DISK', 'MADE'], ...transfers.map((each) => [each.id, each.name, each.volume_id, timeText(each.created_at)])]);
}

/** @param authKey only where it has just been made */
export function transferDetails(transfer: VolumeTransfer, authKey?: string): string {
  return details([
    ['transfer', `${transfer.id}${inBrackets(transfer.name)}`],
    ['disk', transfer.volume_id],
    ['made', timeText(transfer.created_at)],
    ['key', authKey],
  ]);
}

export function typeTable(types: readonly VolumeType[]): string {
  return alignedRows([['TYPE', 'ID', 'DESCRIPTION'], ...types.map(({ id, name, description }) => [name, id, description])]);
}

const kindNames: Readonly<Record<string, string>> = { volumes: 'disks', gigabytes: 'GiB', snapshots: 'snapshots' };

/** Those of a type only where there is something to tell of it. */
export function quotaTable(quotas: QuotaSet): string {
  const rows = [['disks', quotas.volumes], ['GiB', quotas.gigabytes], ['GiB per disk', quotas.per_volume_gigabytes], ['snapshots', quotas.snapshots]] as const;
  const ofTypes = Object.entries(quotas).flatMap(([name, use]) => {
    const [, kind = '', type] = /^(volumes|gigabytes|snapshots)_(.+)$/.exec(name) ?? [];
    return type === undefined || typeof use === 'string' || (use.in_use === 0 && use.reserved === 0 && use.limit < 0) ? [] : [[`${kindNames[kind] ?? kind} of ${type}`, use] as const];
  });
  return alignedRows([['OF', 'IN USE', 'RESERVED', 'LIMIT'], ...[...rows, ...ofTypes].map(([name, use]) => [name, String(use.in_use), String(use.reserved), use.limit < 0 ? 'none' : String(use.limit)])]);
}

function sizeText(gibibytes: number): string {
  return `${gibibytes} GiB`;
}

/** The API's times are UTC without saying so. */
function timeText(time: string): string {
  return `${time.slice(0, 19)}Z`;
}

function pairsText(pairs: Readonly<Record<string, string>>): string {
  return Object.entries(pairs).map(([key, value]) => (value === '' ? key : `${key}=${value}`)).join(', ');
}

function inBrackets(name: string): string {
  return name === '' ? '' : ` (${name})`;
}

function nonEmpty(text: string): string | undefined {
  return text === '' ? undefined : text;
}
