import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * `../schema/volumes.ts` says what the columns mean. What clients filter by is `jsonb` and `text`: the use cases let nothing in that
 * these cannot hold.
 */
export const volumes: Migration = {
  async up(db) {
    await sql`
      create table volume (
        volume_no             bigint generated always as identity unique,
        id                    text primary key,
        project_id            text not null,
        user_id               text not null,
        name                  text not null,
        description           text not null,
        size_gib              integer not null check (size_gib > 0),
        type                  text not null,
        availability_zone     text not null,
        enterprise_project_id text not null,
        multiattach           boolean not null,
        bootable              boolean not null default false,
        metadata              jsonb not null,
        tags                  jsonb not null,
        source_kind           text not null check (source_kind in ('blank', 'snapshot', 'volume')),
        source_id             text,
        state                 text not null check (state in (
          'creating', 'available', 'attaching', 'in-use', 'detaching', 'extending', 'awaiting-transfer', 'backing-up', 'rollbacking', 'deleting',
          'error', 'error_deleting', 'error_extending', 'error_rollbacking')),
        problem               text,
        lost                  boolean not null default false,
        backend               text not null,
        host                  text,
        ref                   text,
        created_at            timestamptz not null default clock_timestamp(),
        updated_at            timestamptz not null default clock_timestamp()
      );
      create index volume_newest on volume (project_id, created_at desc, volume_no desc);
      create index volume_place on volume (backend, host);

      create table volume_attachment (
        id          text primary key,
        volume_id   text not null references volume,
        server_id   text not null,
        device      text not null,
        host_name   text not null,
        attached_at timestamptz not null default clock_timestamp()
      );
      create index volume_attachment_volume on volume_attachment (volume_id);

      create table volume_snapshot (
        snapshot_no bigint generated always as identity unique,
        id          text primary key,
        volume_id   text not null references volume,
        project_id  text not null,
        user_id     text not null,
        name        text not null,
        description text not null,
        size_gib    integer not null,
        metadata    jsonb not null,
        state       text not null check (state in ('creating', 'available', 'rollbacking', 'deleting', 'error', 'error_deleting')),
        problem     text,
        lost        boolean not null default false,
        ref         text,
        created_at  timestamptz not null default clock_timestamp(),
        updated_at  timestamptz not null default clock_timestamp()
      );
      create index volume_snapshot_newest on volume_snapshot (project_id, created_at desc, snapshot_no desc);
      create index volume_snapshot_volume on volume_snapshot (volume_id);

      create table volume_transfer (
        transfer_no       bigint generated always as identity unique,
        id                text primary key,
        volume_id         text not null unique references volume,
        project_id        text not null,
        name              text not null,
        without_snapshots boolean not null,
        key_digest        bytea not null,
        acceptor_project  text,
        acceptor_user     text,
        created_at        timestamptz not null default clock_timestamp(),
        expires_at        timestamptz not null,
        check ((acceptor_project is null) = (acceptor_user is null))
      );
      create index volume_transfer_oldest on volume_transfer (project_id, transfer_no);
      create index volume_transfer_acceptor on volume_transfer (acceptor_project) where acceptor_project is not null;

      create table volume_job (
        job_no         bigint generated always as identity unique,
        id             text primary key,
        parent_id      text references volume_job on delete cascade,
        project_id     text not null,
        kind           text not null,
        volume         jsonb,
        work           jsonb,
        touches        text[] not null,
        backend        text,
        host           text,
        began_at       timestamptz not null default clock_timestamp(),
        started_at     timestamptz,
        ended_at       timestamptz,
        failure_kind   text,
        failure_reason text,
        attempts       integer not null default 0,
        not_before     timestamptz not null default clock_timestamp(),
        epoch          integer not null default 0,
        lease_until    timestamptz
      ) with (fillfactor = 70);
      create index volume_job_parent on volume_job (parent_id) where parent_id is not null;
      create index volume_job_due on volume_job (backend, job_no) where ended_at is null and work is not null;
      create index volume_job_touches on volume_job using gin (touches) where ended_at is null;
      create index volume_job_ended on volume_job (ended_at) where ended_at is not null;

      create table volume_stray (
        backend    text not null,
        host       text not null,
        kind       text not null,
        id         text not null,
        first_seen timestamptz not null default clock_timestamp(),
        primary key (backend, host, kind, id)
      );
    `.execute(db);
  },
};
