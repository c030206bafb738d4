/** Ids as paths and bodies have them: UUIDs in any case. What is none names nothing that exists. */
import type { ServerTaskId, SourceId } from '../../server-migration/server.ts';
import { ServerRefusal } from '../../server-migration/server-migration.ts';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function sourceId(text: string): SourceId {
  const id = text.toLowerCase();
  if (!isSourceId(id)) throw new ServerRefusal({ kind: 'no-such-source', id: text });
  return id;
}

export function taskId(text: string): ServerTaskId {
  const id = text.toLowerCase();
  if (!isTaskId(id)) throw new ServerRefusal({ kind: 'no-such-task', id: text });
  return id;
}

function isSourceId(id: string): id is SourceId {
  return uuid.test(id);
}

function isTaskId(id: string): id is ServerTaskId {
  return uuid.test(id);
}
