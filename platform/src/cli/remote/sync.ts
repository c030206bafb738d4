/** `haulier sync …`: buckets that a server keeps in sync, over its API. */
import { Option, type Command } from 'commander';
import { syncConsistencyChecks, syncStatuses } from '@haulier/wire/oms/sync-tasks.ts';
import { accessHelp, addAccessOptions } from './server-access.ts';
import { create, list, look, remove, show, start, statistics, stop, webhook } from './sync-actions.ts';

const keysHelp = `
The keys of the buckets come from HAULIER_SRC_ACCESS_KEY, HAULIER_SRC_SECRET_KEY and the same with DST, or from profiles, or are asked for. The server
keeps them sealed while the task is there.
${accessHelp}`;

export function addSyncCommands(sync: Command): void {
  sync.addHelpText('after', `
${accessHelp}

Examples:
  haulier sync create aws:my-store/photos hec:other-store/photos
  haulier sync webhook 31e9b7e6-6ffb-452f-9842-6ce354d99d75     an address for the notifications of the source bucket`);
  addCreate(sync);
  addReading(sync);
  addChanging(sync);
}

function addCreate(sync: Command): void {
  withStoreKeys(addAccessOptions(sync.command('create <SRC> <DST>').description('Create a synchronisation task; it starts by itself. A project may have five.')))
    .option('--description <text>', 'a description')
    .addOption(new Option('--check <mode>', 'how a copy is checked').choices(syncConsistencyChecks))
    .option('--no-metadata', 'carry no metadata but Content-Type and Content-Encoding')
    .option('--restore', 'restore archived objects and copy them then')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `
SRC and DST are CLOUD:REGION/BUCKET; the clouds and regions are those of the server. What is there already is not copied until it changes: bring it over
with \`haulier task create\`. Nothing is ever deleted in DST.
${keysHelp}

Examples:
  haulier sync create aws:my-store/photos hec:other-store/photos --src-profile mine --dst-profile other`)
    .action(create);
}

function addReading(sync: Command): void {
  addAccessOptions(sync.command('list').description('List synchronisation tasks, newest first.'))
    .addOption(new Option('--status <status>', 'only tasks in this state').choices(syncStatuses))
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `\nExamples:\n  haulier sync list --status STOPPED`)
    .action(list);
  addAccessOptions(sync.command('show <ID>').description('Show a synchronisation task and what it did this month.'))
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `\nExamples:\n  haulier sync show 31e9b7e6-6ffb-452f-9842-6ce354d99d75`)
    .action(show);
  addAccessOptions(sync.command('statistics <ID>').description('Show what a synchronisation task did, step by step: of five minutes up to 83 hours, of an hour beyond.'))
    .option('--hours <n>', 'how far back', '24')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `\nExamples:\n  haulier sync statistics 31e9b7e6-6ffb-452f-9842-6ce354d99d75 --hours 168`)
    .action(statistics);
}

function addChanging(sync: Command): void {
  addAccessOptions(sync.command('look <ID> <KEY...>').description('Tell a synchronisation task to look at these keys again.'))
    .addHelpText('after', `\nExamples:\n  haulier sync look 31e9b7e6-6ffb-452f-9842-6ce354d99d75 'photos/a b.jpg'`)
    .action(look);
  addAccessOptions(sync.command('webhook <ID>').description('Make the address that the source bucket\'s notifications are pushed to.'))
    .option('--revoke', 'end the address instead')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `
Give it to the store as the push endpoint of a topic, for the events s3:ObjectCreated:* and s3:ObjectRemoved:*. It holds a secret, is shown once, and replaces the
one before.

Examples:
  haulier sync webhook 31e9b7e6-6ffb-452f-9842-6ce354d99d75`)
    .action(webhook);
  addAccessOptions(sync.command('stop <ID>').description('Stop a synchronisation task; notifications are kept for its next start.'))
    .addHelpText('after', `\nExamples:\n  haulier sync stop 31e9b7e6-6ffb-452f-9842-6ce354d99d75`)
    .action(stop);
  withStoreKeys(addAccessOptions(sync.command('start <ID>').description('Start a stopped synchronisation task again, with keys given anew.')))
    .addHelpText('after', `
${keysHelp}

Examples:
  haulier sync start 31e9b7e6-6ffb-452f-9842-6ce354d99d75`)
    .action(start);
  addAccessOptions(sync.command('delete <ID>').description('Delete a synchronisation task that is stopped.'))
    .addHelpText('after', `\nExamples:\n  haulier sync delete 31e9b7e6-6ffb-452f-9842-6ce354d99d75`)
    .action(remove);
}

function withStoreKeys(command: Command): Command {
  return command.option('--src-profile <name>', 'profile with the keys of the source').option('--dst-profile <name>', 'profile with the keys of the destination');
}
