/** Notices in PostgreSQL. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { NewNotice, NoticeRepository } from '../../object-migration/notices/notice.ts';
import type { Database } from '../schema.ts';

export function createPgNotices(db: Kysely<Database>): NoticeRepository {
  return {
    async take(limit, leaseMs) {
      const rows = await db.updateTable('notice')
        .set({ due_at: later(leaseMs), turns: sql<number>`turns + 1` })
        .where('notice_id', 'in', (eb) => eb.selectFrom('notice').select('notice_id').where('due_at', '<=', sql<Date>`clock_timestamp()`)
          .orderBy('due_at').limit(limit).forUpdate().skipLocked())
        .returning(['notice_id', 'content', 'turns', 'delivered'])
        .execute();
      return rows.map((row) => ({ ...row.content, id: row.notice_id, turn: row.turns, delivered: row.delivered }));
    },
    async forgetSettled(ms) {
      await db.deleteFrom('notice').where('due_at', 'is', null).where('created_at', '<', later(-ms)).execute();
    },
    async settle({ id, turn }, result, delivered, againMs) {
      await db.updateTable('notice')
        .set({
          state: result.kind,
          error_code: result.kind === 'delivered' ? null : result.error ?? null,
          delivered: JSON.stringify(delivered),
          due_at: againMs === undefined ? null : later(againMs),
        })
        // Another try has begun where a slow one outlived its lease: its result counts.
        .where('notice_id', '=', id).where('turns', '=', turn).execute();
    },
  };
}

export async function addNotice(db: Kysely<Database>, subject: string, notice: NewNotice): Promise<void> {
  await db.insertInto('notice').values({ subject, content: JSON.stringify(notice), due_at: sql<Date>`clock_timestamp()`, error_code: null }).execute();
}

function later(ms: number) {
  return sql<Date>`clock_timestamp() + ${ms} * interval '1 millisecond'`;
}
