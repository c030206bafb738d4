/** The sealed secrets of tasks. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { DomainId, ServerTaskId } from '../../server-migration/server.ts';
import { overStates, type KeptSecrets } from '../../server-migration/server-task-store.ts';
import type { Database } from '../schema.ts';

export async function readSecrets(db: Kysely<Database>, domain: DomainId, id: ServerTaskId): Promise<KeptSecrets | undefined> {
  const row = await db.selectFrom('server_task')
    .leftJoin('server_task_secret', 'server_task_secret.task_id', 'server_task.id')
    .select(['server_task.state', 'server_task.run', 'passphrase', 'certificates', 'certificates_run'])
    .where('server_task.domain_id', '=', domain).where('server_task.id', '=', id).executeTakeFirst();
  if (row === undefined) return undefined;
  const { state, run } = row;
  return { state, run, passphrase: row.passphrase ?? undefined, certificates: row.certificates_run === run ? row.certificates ?? undefined : undefined };
}

/** Held until the secret is kept: a task that ends meanwhile ends after that, and takes it along. */
const goesOn = sql<boolean>`state <> all(${overStates}::text[])`;

export async function keepPassphrase(db: Kysely<Database>, id: ServerTaskId, sealed: Uint8Array): Promise<void> {
  await sql`
    insert into server_task_secret as kept (task_id, passphrase) select id, ${Buffer.from(sealed)} from server_task where id = ${id} and ${goesOn} for share
    on conflict (task_id) do update set passphrase = excluded.passphrase where kept.passphrase is null
  `.execute(db);
}

export async function keepCertificates(db: Kysely<Database>, id: ServerTaskId, run: number, sealed: Uint8Array): Promise<void> {
  await sql`
    insert into server_task_secret as kept (task_id, certificates, certificates_run)
    select id, ${Buffer.from(sealed)}, run from server_task where id = ${id} and run = ${run} and ${goesOn} for share
    on conflict (task_id) do update set certificates = excluded.certificates, certificates_run = excluded.certificates_run
      where kept.certificates_run is distinct from excluded.certificates_run
  `.execute(db);
}

/** The task is over. */
export async function forgetSecrets(db: Kysely<Database>, id: ServerTaskId): Promise<void> {
  await db.deleteFrom('server_task_secret').where('task_id', '=', id).execute();
}
