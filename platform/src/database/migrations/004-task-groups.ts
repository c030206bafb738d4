import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** `../schema/groups.ts` says what the columns mean. */
export const taskGroups: Migration = {
  async up(db) {
    await sql`
      create table task_group (
        id             text primary key,
        project_id     text not null,
        spec           json not null,
        list_files     integer,
        state          text not null check (state in (
          'waiting', 'creating', 'monitoring', 'paused', 'creation-failed', 'failed', 'succeeded', 'pausing', 'to-delete', 'deleting')),
        priority       smallint not null default 1 check (priority between 0 and 2),
        bandwidth      json not null,
        credentials    bytea,
        created_at     timestamptz not null default clock_timestamp(),
        started_at     timestamptz,
        accumulated_ms bigint not null default 0,
        running_since  timestamptz check ((running_since is not null) = (state in ('creating', 'monitoring', 'pausing'))),
        split_cursor   json,
        split_over     boolean not null default false,
        tasks_made     integer not null default 0,
        tasks_left     integer not null,
        order_number   integer not null default 0,
        order_kind     text not null default 'none' check (order_kind in ('none', 'resume', 'retry', 'retry-failed')),
        error_code     text,
        error_message  text,
        epoch          integer not null default 0,
        lease_until    timestamptz,
        not_before     timestamptz,
        deleted_at     timestamptz
      ) with (fillfactor = 50);
      create index task_group_newest on task_group (project_id, created_at desc, id desc);
      create index task_group_attended on task_group (created_at)
        where deleted_at is null and state in ('waiting', 'creating', 'monitoring', 'pausing', 'to-delete', 'deleting');

      alter table task
        add column group_id text,
        add column group_number integer,
        add column group_order integer not null default 0,
        add check ((group_id is null) = (group_number is null));
      create unique index task_of_group on task (group_id, group_number) where group_id is not null;
      create index task_open_of_group on task (group_id, state) where group_id is not null and deleted_at is null and state <> 'succeeded';

      alter table ledger_state add column bandwidth_pool text;
      create index ledger_state_pool on ledger_state (bandwidth_pool) where bandwidth_pool is not null;
    `.execute(db);
  },
};
