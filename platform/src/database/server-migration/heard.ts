import { sql } from 'kysely';
import type { RawBuilder, Transaction } from 'kysely';
import type { SourceId } from '../../server-migration/server.ts';
import type { Database } from '../schema.ts';

/** How exactly it is known when an agent was heard of: one that speaks each second costs a write in five, and each write is a new version of its row. */
const heardEverySeconds = 5;

/**
 * A part of a `with` that marks the agent of a source as heard of. It waits for nobody: a source that is being moved just now is
 * not marked this time, so that a statement which holds other rows cannot lock with the move.
 * @param source its id, as an expression; or `any(…)` of several
 */
export function heard(source: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`heard as (
    update source_server s set heard_at = clock_timestamp()
    from (
      select id from source_server
      where id = ${source} and heard_at < clock_timestamp() - make_interval(secs => ${heardEverySeconds})
      for no key update skip locked
    ) stale
    where s.id = stale.id
  )`;
}

/** For whoever holds the source's row. */
export async function markHeard(trx: Transaction<Database>, id: SourceId): Promise<void> {
  await sql`with ${heard(sql`${id}`)} select`.execute(trx);
}
