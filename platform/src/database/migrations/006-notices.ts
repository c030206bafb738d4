import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** `../schema/notices.ts` says what the columns mean. */
export const notices: Migration = {
  async up(db) {
    await sql`
      create table notice (
        notice_id  uuid primary key default gen_random_uuid(),
        subject    text not null,
        content    json not null,
        created_at timestamptz not null default clock_timestamp(),
        due_at     timestamptz,
        turns      integer not null default 0,
        delivered  json not null default '[]',
        state      text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
        error_code text
      );
      create index notice_due on notice (due_at) where due_at is not null;
      create index notice_subject on notice (subject, created_at);
    `.execute(db);
  },
};
