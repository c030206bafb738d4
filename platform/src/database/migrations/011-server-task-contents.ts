import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** `../schema/server-task-contents.ts` says what the columns mean. */
export const serverTaskContents: Migration = {
  async up(db) {
    await sql`
      create table server_task_progress (
        task_id  text primary key references server_task on delete cascade,
        copy_run integer not null,
        version  bigint not null default 0,
        state    text not null,
        limits   text
      ) with (fillfactor = 50, toast_tuple_target = 8160);
      create sequence server_subtask_id;

      create table server_task_secret (
        task_id          text primary key references server_task on delete cascade,
        passphrase       bytea,
        certificates     bytea,
        certificates_run integer
      );

      create table server_task_configuration (
        task_id text not null references server_task on delete cascade,
        key     text not null,
        content text not null,
        primary key (task_id, key)
      );

      create table server_consistency_check (
        id          bigint generated always as identity primary key,
        task_id     text not null references server_task on delete cascade,
        finished_at timestamptz not null default clock_timestamp(),
        results     text not null
      );
      create index server_consistency_check_task on server_consistency_check (task_id, id);
    `.execute(db);
  },
};
