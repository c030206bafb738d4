import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Archived objects wait as work items until they can be read. */
export const restoreItems: Migration = {
  async up(db) {
    await sql`
      alter table ledger_item drop constraint ledger_item_kind_check;
      alter table ledger_item add constraint ledger_item_kind_check check (kind in ('large', 'again', 'restore'));
    `.execute(db);
  },
};
