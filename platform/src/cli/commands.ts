/** The commands of `haulier`, in the order of its help. What a command needs is loaded when it is asked for: together they take longer than most of them run. */
import type { Command } from 'commander';

export interface CommandEntry {
  /** The name, and the arguments if it takes any. */
  readonly usage: string;
  readonly description: string;
  /** Loads what gives the command its options, subcommands and action. */
  readonly load: () => Promise<(command: Command) => void>;
}

export const commands: readonly CommandEntry[] = [
  {
    usage: 'migrate <SRC> <DST>',
    description: 'Migrate a bucket, a prefix or a folder once, without a server. Run it again to go on, or to bring over what has changed.',
    load: async () => (await import('./migrate.ts')).addMigrateCommand,
  },
  {
    usage: 'quickstart',
    description: 'Try everything on this machine: a server, two object stores, a bucket that is migrated and compared.',
    load: async () => (await import('./quickstart.ts')).addQuickstartCommand,
  },
  {
    usage: 'init',
    description: 'Make the data folder, its key file, and a first account with its keys, which are shown once.',
    load: async () => (await import('./init.ts')).addInitCommand,
  },
  {
    usage: 'serve',
    description: 'Run the API and a worker in one process until SIGTERM or Ctrl-C.',
    load: async () => (await import('./serve.ts')).addServeCommand,
  },
  {
    usage: 'work',
    description: 'Run a worker without an API: one more machine for the same database.',
    load: async () => (await import('./work.ts')).addWorkCommand,
  },
  {
    usage: 'verify <TASK|SRC> [DST]',
    description: 'Read both sides of a migration again, without copying, and say what is identical, different, missing and extra.',
    load: async () => (await import('./verify.ts')).addVerifyCommand,
  },
  {
    usage: 'preflight <SRC> <DST>',
    description: 'Say what a migration would meet: permissions, objects by size and storage class, archived ones, troublesome keys, and about how long it takes.',
    load: async () => (await import('./preflight.ts')).addPreflightCommand,
  },
  {
    usage: 'check',
    description: 'Say whether the clouds that keep disks can be used as they are configured. Nothing is changed.',
    load: async () => (await import('./check.ts')).addCheckCommand,
  },
  {
    usage: 'sync',
    description: 'Keep buckets in sync: a server copies what changes as it is told.',
    load: async () => (await import('./remote/sync.ts')).addSyncCommands,
  },
  {
    usage: 'task',
    description: 'Create and follow migration tasks of a server.',
    load: async () => (await import('./remote/task.ts')).addTaskCommands,
  },
  {
    usage: 'bucket',
    description: 'Look into buckets as a server sees them.',
    load: async () => (await import('./remote/bucket.ts')).addBucketCommands,
  },
  {
    usage: 'explain [CODE]',
    description: 'Say what an error code of OMS, EVS or SMS means and what to do about it; those of OMS in the words of their reference.',
    load: async () => (await import('./explain.ts')).addExplainCommand,
  },
  {
    usage: 'task-group',
    description: 'Create and follow task groups of a server: large migrations that it splits into tasks.',
    load: async () => (await import('./remote/task-group.ts')).addTaskGroupCommands,
  },
  {
    usage: 'volume',
    description: 'Make, extend and delete the disks of a project, and keep snapshots of them.',
    load: async () => (await import('./remote/volume.ts')).addVolumeCommands,
  },
  {
    usage: 'transfer',
    description: 'Hand disks from one project to another.',
    load: async () => (await import('./remote/transfer.ts')).addTransferCommands,
  },
  {
    usage: 'server',
    description: 'Follow source servers and migrate them.',
    load: async () => (await import('./remote/server.ts')).addServerCommands,
  },
];
