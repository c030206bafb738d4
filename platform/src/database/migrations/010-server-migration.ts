import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** `../schema/server-migration.ts` says what the columns mean. */
export const serverMigration: Migration = {
  async up(db) {
    await sql`
      create table source_server (
        id                 text primary key,
        domain_id          text not null,
        enterprise_project text not null,
        migration_project  text,
        machine            text,
        state              text not null check (state in (
          'unavailable', 'waiting', 'initialize', 'replicate', 'syncing', 'stopping', 'stopped', 'skipping', 'deleting', 'clearing', 'cleared', 'clearfailed',
          'premigready', 'premiging', 'premiged', 'premigfailed', 'cloning', 'cutovering', 'finished', 'error')),
        cycle              text not null check (cycle in ('checking', 'setting', 'replicating', 'syncing', 'cutovering', 'cutovered')),
        name               text not null,
        ip                 text not null,
        ipv6               text not null,
        told               text not null,
        inspected          text not null,
        checks             text not null,
        plan               text,
        added_at           timestamptz not null default clock_timestamp(),
        heard_at           timestamptz not null default clock_timestamp(),
        state_since        timestamptz not null default clock_timestamp(),
        cycle_since        timestamptz not null default clock_timestamp()
      ) with (fillfactor = 60);
      create index source_server_newest on source_server (domain_id, added_at desc, id desc);
      create index source_server_machine on source_server (domain_id, machine);
      create index source_server_project on source_server (domain_id, migration_project);

      create table server_task (
        id                  text primary key,
        domain_id           text not null,
        source_id           text not null unique references source_server on delete cascade,
        enterprise_project  text not null,
        name                text not null,
        state               text not null check (state in (
          'READY', 'RUNNING', 'SYNCING', 'MIGRATE_SUCCESS', 'SYNC_SUCCESS', 'MIGRATE_FAIL', 'SYNC_FAIL', 'ABORTING', 'ABORT', 'SKIPPING', 'DELETING', 'RESETING')),
        spec                text not null,
        vm_id               text,
        consistency_checked boolean not null default false,
        run                 integer not null default 0,
        copy_run            integer not null default 0,
        copied              bigint not null default 0,
        total               bigint not null default 0,
        error               text,
        created_at          timestamptz not null default clock_timestamp(),
        started_at          timestamptz,
        finished_at         timestamptz,
        running_since       timestamptz check ((running_since is not null) = (state in ('RUNNING', 'SYNCING', 'ABORTING', 'SKIPPING', 'RESETING'))),
        accumulated_ms      bigint not null default 0
      ) with (fillfactor = 60);
      create index server_task_newest on server_task (domain_id, created_at desc, id desc);
      create index server_task_vm on server_task (domain_id, vm_id) where vm_id is not null;

      create table agent_command (
        command_id bigint generated always as identity primary key,
        source_id  text not null references source_server on delete cascade,
        name       text not null,
        task_id    text,
        bucket     text,
        deliveries integer not null default 0,
        unique (source_id, name)
      ) with (fillfactor = 60);
    `.execute(db);
  },
};
