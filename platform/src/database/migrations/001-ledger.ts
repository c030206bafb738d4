import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * `../schema/ledger.ts` says what the columns mean. There are no foreign keys to ledger_state: checking one for each of
 * a page's failures would cost more than the rest of the commit, and it is `PgLedgerAdmin` alone that deletes tasks.
 *
 * Failed keys may be longer than an index entry (a third of 8 KiB), so that they are unique by digest and ordered by
 * their first kilobyte.
 */
export const ledger: Migration = {
  async up(db) {
    await sql`
      create table ledger_state (
        task_id           bigint primary key,
        starts            integer not null default 0,
        run               integer not null default 0,
        seeded            boolean not null default false,
        desired           text not null default 'pause' check (desired in ('run', 'pause')),
        bandwidth_windows jsonb not null default '[]',
        succeeded_objects bigint not null default 0,
        succeeded_bytes   bigint not null default 0,
        skipped_objects   bigint not null default 0,
        skipped_bytes     bigint not null default 0,
        failed_objects    bigint not null default 0,
        failed_bytes      bigint not null default 0,
        counting_position bytea,
        counting_objects  bigint not null default 0,
        counting_bytes    bigint not null default 0,
        counting_done     boolean not null default false
      ) with (fillfactor = 50);

      create table ledger_worker (
        task_id     bigint not null,
        worker_id   text not null,
        lease_until timestamptz not null,
        in_use      bigint default 0,
        speed       bigint not null default 0,
        primary key (task_id, worker_id)
      ) with (fillfactor = 50);

      create table ledger_range (
        task_id    bigint not null,
        range_id   bigint generated always as identity primary key,
        scope      json not null,
        until_key  bytea,
        cursor     bytea not null,
        claimed_to bytea not null,
        worker_id  text,
        epoch      integer not null default 0
      ) with (fillfactor = 50);
      create index ledger_range_task on ledger_range (task_id, range_id);

      create table ledger_claim (
        range_id bigint not null references ledger_range on delete cascade,
        seq      bigint generated always as identity,
        position bytea not null,
        matched  bytea not null,
        primary key (range_id, seq)
      );

      create table ledger_item (
        task_id         bigint not null,
        item_id         bigint generated always as identity primary key,
        kind            text not null check (kind in ('large', 'again')),
        object          json not null,
        size            bigint not null,
        destination_key bytea not null,
        not_before      bigint not null,
        attempts        integer not null,
        counted         text not null check (counted in ('not-yet', 'as-failed')),
        failed_objects  bigint not null default 0,
        failed_bytes    bigint not null default 0,
        upload          json,
        reclaimed       boolean not null default false,
        worker_id       text,
        epoch           integer not null default 0
      );
      create index ledger_item_due on ledger_item (task_id, not_before, item_id);

      create table ledger_upload_abandoned (
        task_id         bigint not null,
        upload_no       bigint generated always as identity primary key,
        destination_key bytea not null,
        upload          json not null
      );
      create index ledger_upload_abandoned_task on ledger_upload_abandoned (task_id, upload_no);

      create table ledger_failure (
        task_id         bigint not null,
        destination_key bytea not null,
        object          json not null,
        size            bigint not null,
        code            text not null,
        reason          bytea not null,
        counted_objects bigint not null,
        counted_bytes   bigint not null,
        retrying        boolean not null default false
      );
      create unique index ledger_failure_key on ledger_failure (task_id, sha256(destination_key));
      create index ledger_failure_order on ledger_failure (task_id, substr(destination_key, 1, 1024));

      create table ledger_segment (
        task_id bigint not null,
        key     bytea not null,
        sha256  text not null,
        lines   integer not null,
        primary key (task_id, key)
      );
    `.execute(db);
  },
};
