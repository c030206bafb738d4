/** `haulier task …`: what a server migrates, over its API. */
import { Option, type Command } from 'commander';
import { cdnAuthenticationTypes, consistencyChecks, dstStoragePolicies, objectOverwriteModes, smnLanguages, taskPriorities } from '@haulier/wire/oms/task-enums.ts';
import { repeated } from '../repeated.ts';
import { notifyEnds } from './migration-fields.ts';
import { create, list, remove, show, start, stop, watch } from './task-actions.ts';
import { accessHelp, addAccessOptions } from './server-access.ts';
import { allStatusNames } from './task-text.ts';

export const keysHelp = `
The keys of the buckets come from HAULIER_SRC_ACCESS_KEY, HAULIER_SRC_SECRET_KEY, HAULIER_SRC_SECURITY_TOKEN and the same
with DST, or from profiles, or are asked for. In place of them, for a source: HAULIER_SRC_JSON_AUTH_FILE, the path of a key
file of Google, or HAULIER_SRC_CONNECTION_STRING of Azure. HAULIER_SRC_CDN_KEY is the key of a CDN. In profiles they are called
access_key, secret_key, security_token, json_auth_file, connection_string and cdn_key. The server keeps them sealed while the
task needs them.
${accessHelp}`;

export const urlsHelp = `SRC may also be url:BUCKET/KEY: the URLs listed in this
object beside the destination, one a line, with a tab and the name of the copy after it if need be.`;

export function addTaskCommands(task: Command): void {
  task.addHelpText('after', `
${accessHelp}

Examples:
  haulier task create aws:eu-west-1/photos hec:my-store/photos
  haulier task list --status migrating
  haulier task watch 180890111968184`);
  addCreate(task);
  addList(task);
  addReading(task);
  addChanging(task);
}

function addCreate(task: Command): void {
  const command = withStoreKeys(addAccessOptions(task.command('create <SRC> <DST>').description('Create a task that migrates SRC to DST; it starts by itself.')))
    .option('--object <key>', 'a single object, or a folder where the key ends in /; may be repeated', repeated)
    .option('--prefix <prefix>', 'only keys that begin with this; may be repeated', repeated)
    .option('--list-file <bucket/key>', 'migrate the keys listed in this object beside the destination, one a line');
  withMigrationOptions(command)
    .addOption(new Option('--priority <priority>', 'which task goes first').choices(taskPriorities))
    .option('--watch', 'follow the task to its end')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `
SRC and DST are CLOUD:REGION/BUCKET[/PREFIX]; the clouds and regions are those of the server. DST is hec:REGION/… or
local:REGION/…; its prefix is put before each key. ${urlsHelp}
${keysHelp}

Examples:
  haulier task create aws:eu-west-1/logs/2025/ hec:cn-north-4/archive/aws/ --src-profile aws --dst-profile obs
  haulier task create local:local/photos hec:my-store/photos --watch
  haulier task create --object a.txt --object folder/ aws:eu-west-1/photos hec:my-store/photos
  haulier task create url:lists/downloads.txt hec:my-store/mirror/ --check no_check
  haulier task create --bandwidth 08:00-17:59=5M --bandwidth 18:00-07:59=50M aws:eu-west-1/logs hec:my-store/logs
  haulier task create --cdn https://cdn.example.com --cdn-auth ALIYUN_OSS_A aliyun:oss-cn-beijing/photos hec:my-store/photos
  haulier task create --notify urn:smn:cn-north-4:my-project:operations --notify-on failure aws:eu-west-1/logs hec:my-store/logs`)
    .action(create);
}

function addList(task: Command): void {
  addAccessOptions(task.command('list').description('List tasks, newest first.'))
    .addOption(new Option('--status <status>', 'only tasks in this state').choices(allStatusNames))
    .option('--limit <n>', 'tasks at most, 1 to 100', '20')
    .option('--offset <n>', 'tasks to pass over', '0')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `
${accessHelp}

Examples:
  haulier task list --status failed
  haulier task list --json | jq '.tasks[].id'`)
    .action(list);
}

function addReading(task: Command): void {
  addAccessOptions(task.command('show <ID>').description('Show a task.'))
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `\nExamples:\n  haulier task show 180890111968184`)
    .action(show);
  addAccessOptions(task.command('watch <ID>').description('Follow a task with a progress bar until it goes on no further.'))
    .option('--json', 'print the last answer as JSON, and no bar')
    .addHelpText('after', `
Exit codes: 0 it succeeded, 1 it failed or was paused, 130 interrupted (the task goes on).

Examples:
  haulier task watch 180890111968184 && echo arrived`)
    .action(watch);
}

function addChanging(task: Command): void {
  addAccessOptions(task.command('stop <ID>').description('Pause a task: what is in flight is finished or given up cleanly.'))
    .addHelpText('after', `\nExamples:\n  haulier task stop 180890111968184`)
    .action(stop);
  withStoreKeys(addAccessOptions(task.command('start <ID>').description('Start a paused or failed task again, with keys given anew.')))
    .option('--failed-only', 'migrate only the objects that failed')
    .addHelpText('after', `
${keysHelp}

Examples:
  haulier task start 180890111968184
  haulier task start --failed-only 180890111968184`)
    .action(start);
  addAccessOptions(task.command('delete <ID>').description('Delete a task that does not run.'))
    .addHelpText('after', `\nExamples:\n  haulier task delete 180890111968184`)
    .action(remove);
}

/** What tasks and task groups have in common; see `MigrationFlags`. */
export function withMigrationOptions(command: Command): Command {
  return command
    .option('--description <text>', 'a description')
    .addOption(new Option('--overwrite <mode>', 'objects that DST has already').choices(objectOverwriteModes))
    .addOption(new Option('--check <mode>', 'how a copy is checked').choices(consistencyChecks))
    .option('--since <time>', 'only objects modified after this, e.g. 2026-01-31T08:00:00Z')
    .option('--bandwidth <rule>', 'bytes per second at most, as 20M or, at a time of day, 08:00-17:59=5M; may be repeated', repeated)
    .option('--app-id <id>', 'APPID of the account of SRC, at Tencent')
    .option('--cdn <url>', 'read the objects of SRC through the CDN at this https://HOST or http://HOST')
    .addOption(new Option('--cdn-auth <type>', 'how the CDN knows who may read (default: NONE)').choices(cdnAuthenticationTypes))
    .option('--notify <topic>', 'URN of the topic whose subscribers are told of the end')
    .addOption(new Option('--notify-on <end>', 'of which end they are told (default: both)').choices(notifyEnds))
    .addOption(new Option('--notify-language <language>', 'in which language (default: en-us)').choices(smnLanguages))
    .option('--notify-template <name>', 'with which message template')
    .addOption(new Option('--storage-class <policy>', 'storage class at DST').choices(dstStoragePolicies))
    .option('--restore', 'restore archived objects, wait until they can be read, and copy them')
    .option('--kms', 'have the destination encrypt with its key service')
    .option('--requester-pays', 'pay for requests and traffic where the owner of SRC does not')
    .option('--no-metadata', 'carry no metadata but Content-Type and Content-Encoding')
    .option('--no-records', 'write no list of failed objects into DST');
}

export function withStoreKeys(command: Command): Command {
  return command.option('--src-profile <name>', 'profile with the keys of the source').option('--dst-profile <name>', 'profile with the keys of the destination');
}
