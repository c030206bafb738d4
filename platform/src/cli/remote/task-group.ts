/** `haulier task-group …`: large migrations that a server splits into tasks, over its API. */
import { Option, type Command } from 'commander';
import { repeated } from '../repeated.ts';
import { accessHelp, addAccessOptions } from './server-access.ts';
import { create, list, remove, retry, show, start, stop, watch } from './task-group-actions.ts';
import { allGroupStatusNames } from './task-group-text.ts';
import { keysHelp, urlsHelp, withMigrationOptions, withStoreKeys } from './task.ts';

const exampleId = '157ece42-3270-4824-a3d2-f0187a03ca01';

export function addTaskGroupCommands(group: Command): void {
  group.addHelpText('after', `
${accessHelp}

Examples:
  haulier task-group create aws:eu-west-1/photos hec:my-store/photos --watch
  haulier task-group list
  haulier task-group stop ${exampleId}`);
  addCreate(group);
  addReading(group);
  addChanging(group);
}

function addCreate(group: Command): void {
  const command = withStoreKeys(addAccessOptions(group.command('create <SRC> <DST>').description('Create a group that migrates SRC to DST; it starts by itself.')))
    .option('--prefix <prefix>', 'only keys that begin with this; may be repeated', repeated)
    .option('--list-file <bucket/key>', 'migrate the keys listed in this .txt object beside the destination, or in all whose names begin so');
  withMigrationOptions(command)
    .option('--watch', 'follow the group to its end')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `
SRC and DST are CLOUD:REGION/BUCKET[/PREFIX], as for haulier task create. ${urlsHelp}
Where KEY is how the names of several lists begin, all of them are meant.
${keysHelp}

Examples:
  haulier task-group create aws:eu-west-1/logs hec:cn-north-4/archive --prefix 2024/ --prefix 2025/
  haulier task-group create --list-file lists/hw/ aws:eu-west-1/photos hec:my-store/photos
  haulier task-group create url:lists/downloads/ hec:my-store/mirror/`)
    .action(create);
}

function addReading(group: Command): void {
  addAccessOptions(group.command('list').description('List task groups, newest first.'))
    .addOption(new Option('--status <status>', 'only groups in this state').choices(allGroupStatusNames))
    .option('--limit <n>', 'groups at most, 1 to 100', '20')
    .option('--offset <n>', 'groups to pass over', '0')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `\nExamples:\n  haulier task-group list --status failed`)
    .action(list);
  addAccessOptions(group.command('show <ID>').description('Show a task group.'))
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `\nExamples:\n  haulier task-group show ${exampleId}`)
    .action(show);
  addAccessOptions(group.command('watch <ID>').description('Follow a task group with a progress bar until it goes on no further.'))
    .option('--json', 'print the last answer as JSON, and no bar')
    .addHelpText('after', `
Exit codes: 0 it succeeded, 1 it failed or was paused, 130 interrupted (the group goes on).

Examples:
  haulier task-group watch ${exampleId} && echo arrived`)
    .action(watch);
}

function addChanging(group: Command): void {
  addAccessOptions(group.command('stop <ID>').description('Pause all tasks of a group, and the making of more.'))
    .addHelpText('after', `\nExamples:\n  haulier task-group stop ${exampleId}`)
    .action(stop);
  withStoreKeys(addAccessOptions(group.command('start <ID>').description('Resume a paused group, with keys given anew.')))
    .addHelpText('after', `${keysHelp}\n\nExamples:\n  haulier task-group start ${exampleId}`)
    .action(start);
  addAccessOptions(group.command('retry <ID>').description('Start the failed tasks of a group again, with the keys that it has.'))
    .option('--failed-only', 'migrate only the objects that failed')
    .addHelpText('after', `\nExamples:\n  haulier task-group retry --failed-only ${exampleId}`)
    .action(retry);
  addAccessOptions(group.command('delete <ID>').description('Delete a group that does not run, and its tasks.'))
    .addHelpText('after', `\nExamples:\n  haulier task-group delete ${exampleId}`)
    .action(remove);
}
