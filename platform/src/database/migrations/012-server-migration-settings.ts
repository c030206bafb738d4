import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** `../schema/server-migration-settings.ts` says what the columns mean. */
export const serverMigrationSettings: Migration = {
  async up(db) {
    await sql`
      create table server_migration_project (
        id         text primary key,
        domain_id  text not null,
        name       text not null,
        is_default boolean not null,
        settings   json not null,
        number     bigint generated always as identity
      );
      create unique index server_migration_project_name on server_migration_project (domain_id, name);
      create unique index server_migration_project_default on server_migration_project (domain_id) where is_default;

      alter table source_server add foreign key (migration_project) references server_migration_project;

      create table server_template (
        id         text primary key,
        domain_id  text not null,
        settings   text not null,
        name       text not null,
        region     text,
        zone       text,
        password   bytea,
        number     bigint generated always as identity
      );
      create index server_template_newest on server_template (domain_id, number desc);

      create table server_privacy_agreement (
        domain_id text not null,
        user_id   text not null,
        agreed_at timestamptz not null default clock_timestamp(),
        primary key (domain_id, user_id)
      );
    `.execute(db);
  },
};
