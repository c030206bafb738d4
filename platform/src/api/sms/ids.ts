/** Ids as paths and bodies have them. What can be none names nothing that exists. */
import type { ServerTaskId, SourceId } from '../../server-migration/server.ts';
import { serverTaskIdOf, sourceIdOf } from '../../server-migration/server-id.ts';
import { ServerRefusal } from '../../server-migration/server-migration.ts';

export function sourceId(text: string): SourceId {
  const id = sourceIdOf(text);
  if (id === undefined) throw new ServerRefusal({ kind: 'no-such-source', id: text });
  return id;
}

export function taskId(text: string): ServerTaskId {
  const id = serverTaskIdOf(text);
  if (id === undefined) throw new ServerRefusal({ kind: 'no-such-task', id: text });
  return id;
}
