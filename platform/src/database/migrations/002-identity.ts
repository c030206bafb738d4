import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** `../schema/identity.ts` says what the columns mean. */
export const identity: Migration = {
  async up(db) {
    await sql`
      create table identity_domain (
        id   text primary key,
        name text not null unique
      );

      create table identity_project (
        id          text primary key,
        domain_id   text not null references identity_domain on delete cascade,
        name        text not null,
        description text not null,
        unique (domain_id, name)
      );

      create table identity_user (
        id            text primary key,
        domain_id     text not null references identity_domain on delete cascade,
        name          text not null,
        role          text not null check (role in ('admin', 'readonly')),
        email         text not null,
        description   text not null,
        enabled       boolean not null,
        password_hash text not null,
        created_at    bigint not null,
        unique (domain_id, name)
      );

      create table identity_access_key (
        id                  text primary key,
        user_id             text not null references identity_user on delete cascade,
        description         text not null,
        active              boolean not null,
        created_at          bigint not null,
        expires_at          bigint,
        sealed_secret       bytea not null,
        security_token_hash bytea
      );
      create index identity_access_key_user on identity_access_key (user_id, created_at);
      create index identity_access_key_end on identity_access_key (expires_at) where expires_at is not null;

      create table identity_token (
        hash       bytea primary key,
        user_id    text not null references identity_user on delete cascade,
        project_id text references identity_project on delete cascade,
        methods    text[] not null,
        issued_at  bigint not null,
        expires_at bigint not null
      );
      create index identity_token_end on identity_token (expires_at);
    `.execute(db);
  },
};
