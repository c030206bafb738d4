import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const installation: Migration = {
  async up(db) {
    await sql`
      create table installation (
        single          boolean primary key default true check (single),
        installation_id uuid not null default gen_random_uuid(),
        key_id          text not null,
        regions         jsonb not null,
        zone            text not null
      )
    `.execute(db);
  },
};
