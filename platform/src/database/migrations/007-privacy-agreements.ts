import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** `../schema/privacy-agreements.ts` says what the columns mean. */
export const privacyAgreements: Migration = {
  async up(db) {
    await sql`
      create table privacy_agreement (
        project_id text primary key,
        domain_id  text not null,
        user_id    text not null,
        agreed_at  timestamptz not null default clock_timestamp()
      );
    `.execute(db);
  },
};
