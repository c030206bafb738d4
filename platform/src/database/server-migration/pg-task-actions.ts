/** Actions on tasks, and their deletion. */
import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';
import type { DomainId, ServerTaskId, TaskAction } from '../../server-migration/server.ts';
import { ServerRefusal } from '../../server-migration/server-migration.ts';
import type { ActionDetail, TaskActionRepository } from '../../server-migration/source-repository.ts';
import type { TaskContents } from '../../server-migration/task-contents.ts';
import type { Database } from '../schema.ts';
import { searchable } from './column-fields.ts';
import { moveServer, withServer, withServers, type LockedServer } from './move-server.ts';
import { beginClone, beginLogCollection } from './pg-server-tasks.ts';
import type { Silence } from './source-rows.ts';
import { contentsColumn } from './task-columns.ts';

export function createPgTaskActions(db: Kysely<Database>, silence: Silence): TaskActionRepository {
  return {
    async act(domain, task, action, detail) {
      const done = await withServer(db, domain, { task }, async (trx, server) => {
        await act(trx, silence, server, task, action, detail);
        return true;
      });
      if (done === undefined) throw new ServerRefusal({ kind: 'no-such-task', id: task });
    },
    async remove(domain, ids) {
      await withServers(db, domain, ids.map((task) => ({ task })), async (trx, servers) => {
        for (const [index, server] of servers.entries()) await remove(trx, server, ids[index]);
      });
    },
  };
}

async function act(trx: Transaction<Database>, { silentAfterMs }: Silence, server: LockedServer, task: ServerTaskId, action: TaskAction, detail: ActionDetail): Promise<void> {
  const { state } = server.position;
  if (action === 'start' && state === 'unavailable') throw new ServerRefusal({ kind: 'source-unavailable', id: server.id });
  if (action === 'network_check' && server.heardMsAgo > silentAfterMs) throw new ServerRefusal({ kind: 'source-not-connected', id: server.id });
  const bucket = action === 'collect_log' ? await earlierBucket(trx, task) : undefined;
  const move = await moveServer(trx, server, action, bucket === undefined ? {} : { bucket });
  if (move.kind !== 'moved') throw new ServerRefusal({ kind: 'action-not-allowed', action, state: server.task?.state ?? state, source: state, id: task });
  if (bucket !== undefined) await beginLogCollection(trx, task, bucket);
  if (action === 'clone_test' && server.task !== undefined) await beginClone(trx, server.task);
  await keepDetail(trx, server.domain, task, detail);
}

async function earlierBucket(trx: Transaction<Database>, task: ServerTaskId): Promise<string> {
  const { logCollection } = await readSpec(trx, task);
  if (logCollection?.bucket === undefined) throw new ServerRefusal({ kind: 'unsupported', option: 'collect_log without a bucket: name it with POST /v3/tasks/{task_id}/log first' });
  return logCollection.bucket;
}

async function readSpec(trx: Transaction<Database>, task: ServerTaskId): Promise<TaskContents> {
  const { spec } = await trx.selectFrom('server_task').select('spec').where('id', '=', task).executeTakeFirstOrThrow();
  return contentsColumn.read(spec, task);
}

/** What the agent is to know when it does what it was asked to. */
async function keepDetail(trx: Transaction<Database>, domain: DomainId, task: ServerTaskId, detail: ActionDetail): Promise<void> {
  if (detail.cloneTemplate !== undefined) await holdTemplate(trx, domain, detail.cloneTemplate);
  if (Object.keys(detail).length === 0) return;
  await trx.updateTable('server_task').set({ spec: contentsColumn.write({ ...await readSpec(trx, task), ...detail }) }).where('id', '=', task).execute();
}

async function holdTemplate(trx: Transaction<Database>, domain: DomainId, id: string): Promise<void> {
  const { rows: [row] } = await sql`select from server_template where domain_id = ${domain} and id = ${searchable(id).toLowerCase()} for key share`.execute(trx);
  if (row === undefined) throw new ServerRefusal({ kind: 'no-such-template', id });
}

async function remove(trx: Transaction<Database>, server: LockedServer | undefined, id: ServerTaskId | undefined): Promise<void> {
  if (server === undefined) throw new ServerRefusal({ kind: 'no-such-task', id: id ?? '' });
  const { kind } = await moveServer(trx, server, 'delete-task');
  if (kind === 'refused') throw new ServerRefusal({ kind: 'action-not-allowed', action: 'delete', state: server.task?.state ?? server.position.state, source: server.position.state, id: server.task?.id ?? server.id });
}
