/** The port that keeps credentials unreadable at rest, and what is put into it. */
import type { TaskCredentials, TaskId } from './task.ts';

export interface SecretBox {
  /** Binds the secret to `context`; it opens with the same context only. */
  seal(plain: string, context: string): Uint8Array;
  /** Throws when the key, the context or the bytes are not those of `seal`. */
  open(sealed: Uint8Array, context: string): string;
}

export function sealCredentials(box: SecretBox, id: TaskId, credentials: TaskCredentials): Uint8Array {
  return box.seal(JSON.stringify(credentials), contextOf(id));
}

export function openCredentials(box: SecretBox, id: TaskId, sealed: Uint8Array): TaskCredentials {
  const opened: TaskCredentials = JSON.parse(box.open(sealed, contextOf(id)));
  return opened;
}

/** One task's credentials cannot be put into another's row. */
function contextOf(id: TaskId): string {
  return `migration-task/${id}/credentials`;
}
