import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * `../schema/sync.ts` says what the columns mean. Keys may be longer than an index entry (a third of 8 KiB), so that events
 * are unique by digest.
 */
export const syncTasks: Migration = {
  async up(db) {
    await sql`
      create table sync_task (
        id            text primary key,
        project_id    text not null,
        spec          json not null,
        state         text not null check (state in ('synchronizing', 'stopped')),
        credentials   bytea not null,
        starts        integer not null default 1,
        created_at    timestamptz not null default clock_timestamp(),
        started_at    timestamptz not null default clock_timestamp(),
        token_digest  bytea,
        deleted_at    timestamptz,
        cleanup_at    timestamptz,
        cleanup_turns integer not null default 0
      );
      create index sync_task_newest on sync_task (project_id, created_at desc, id desc);
      create index sync_task_to_clean on sync_task (cleanup_at) where cleanup_at is not null;

      create table sync_event (
        event_id    bigint generated always as identity primary key,
        task_id     text not null references sync_task on delete cascade,
        key         bytea not null,
        waiting     integer not null,
        taken       integer not null default 0,
        accepted_at timestamptz not null,
        not_before  timestamptz not null,
        attempts    integer not null default 0,
        begun       boolean not null default false,
        upload      json,
        epoch       integer not null default 0,
        lease_until timestamptz
      ) with (fillfactor = 50);
      create unique index sync_event_key on sync_event (task_id, sha256(key));
      create index sync_event_due on sync_event (task_id, not_before, event_id);

      create table sync_statistic (
        task_id   text not null references sync_task on delete cascade,
        step      bigint not null,
        requests  bigint not null default 0,
        successes bigint not null default 0,
        failures  bigint not null default 0,
        skips     bigint not null default 0,
        bytes     bigint not null default 0,
        primary key (task_id, step)
      ) with (fillfactor = 50);

      create table sync_upload_abandoned (
        upload_no       bigint generated always as identity primary key,
        task_id         text not null references sync_task on delete cascade,
        destination_key bytea not null,
        upload          json not null
      );
      create index sync_upload_abandoned_task on sync_upload_abandoned (task_id, upload_no);
    `.execute(db);
  },
};
