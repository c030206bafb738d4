import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** `../schema/server-migration.ts` says what the column means. */
export const toldRuns: Migration = {
  async up(db) {
    await sql`
      alter table server_task add column told_run integer not null default 0;
      update server_task set told_run = run;
    `.execute(db);
  },
};
