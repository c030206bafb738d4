import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** `../schema/tasks.ts` says what the columns mean. */
export const tasks: Migration = {
  async up(db) {
    await sql`
      create table task (
        id             bigint primary key,
        project_id     text not null,
        name           text not null,
        spec           json not null,
        state          text not null check (state in ('waiting', 'migrating', 'paused', 'failed', 'succeeded', 'retrying', 'pausing')),
        priority       smallint not null check (priority between 0 and 2),
        bandwidth      json not null,
        credentials    bytea,
        created_at     timestamptz not null default clock_timestamp(),
        started_at     timestamptz,
        accumulated_ms bigint not null default 0,
        running_since  timestamptz check ((running_since is not null) = (state in ('migrating', 'retrying', 'pausing'))),
        run_number     integer not null default 1,
        run_kind       text not null default 'all' check (run_kind in ('all', 'failed-only')),
        run_base       integer not null default 1,
        run_over       boolean not null default false,
        complete       boolean not null default false,
        error_code     text,
        error_message  text,
        records        json,
        records_broken boolean not null default false,
        not_before     timestamptz,
        help_after     timestamptz,
        crashes        integer not null default 0,
        cleanup_at     timestamptz,
        cleanup_turns  integer not null default 0,
        deleted_at     timestamptz
      ) with (fillfactor = 80);
      create index task_newest on task (project_id, created_at desc, id desc);
      create index task_runnable on task (priority desc, created_at)
        where deleted_at is null and state in ('waiting', 'migrating', 'retrying', 'pausing');
      create index task_to_clean on task (cleanup_at) where cleanup_at is not null;

      create table worker_process (
        id      text primary key,
        seen_at timestamptz not null
      );
    `.execute(db);
  },
};
