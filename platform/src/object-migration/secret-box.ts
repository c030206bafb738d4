/** The port that keeps credentials unreadable at rest, and what is put into it. */
import type { GroupId } from './groups/group.ts';
import type { SyncTaskId } from './sync/sync-task.ts';
import type { NodeCredentials, TaskCredentials, TaskId } from './task.ts';

export interface SecretBox {
  /** Binds the secret to `context`; it opens with the same context only. */
  seal(plain: string, context: string): Uint8Array;
  /** Throws when the key, the context or the bytes are not those of `seal`. */
  open(sealed: Uint8Array, context: string): string;
}

/** Whose credentials they are. */
type Owner = TaskId | GroupId | { readonly syncTask: SyncTaskId };

export function sealCredentials(box: SecretBox, id: Owner, credentials: TaskCredentials): Uint8Array {
  return box.seal(JSON.stringify(credentials), contextOf(id));
}

export function openCredentials(box: SecretBox, id: Owner, sealed: Uint8Array): TaskCredentials {
  const opened = parse(box.open(sealed, contextOf(id)));
  if (!isTaskCredentials(opened)) throw new TypeError(`the credentials of ${ownerName(id)} are kept in a form that this version does not know`);
  return opened;
}

/** Undefined for what is no JSON: an error of the parser would quote it. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTaskCredentials(value: unknown): value is TaskCredentials {
  if (!isRecord(value)) return false;
  const { source, destination, cdnKey } = value;
  return (source === undefined || isNodeCredentials(source)) && isNodeCredentials(destination) && isOptionalText(cdnKey);
}

function isNodeCredentials(value: unknown): value is NodeCredentials {
  if (!isRecord(value)) return false;
  const { accessKey, secretKey, securityToken, jsonAuthFile, connectionString } = value;
  return typeof accessKey === 'string' && typeof secretKey === 'string' && [securityToken, jsonAuthFile, connectionString].every(isOptionalText);
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** One task's credentials cannot be put into another's row. */
function contextOf(id: Owner): string {
  return `${ownerName(id)}/credentials`;
}

function ownerName(id: Owner): string {
  if (typeof id === 'object') return `sync-task/${id.syncTask}`;
  return typeof id === 'number' ? `migration-task/${id}` : `task-group/${id}`;
}
