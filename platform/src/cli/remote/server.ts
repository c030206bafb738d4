/** `haulier server …`: source servers that a server migrates, and their migration tasks, over its API. */
import { Option, type Command } from 'commander';
import { migrationCycles, sourceStates, taskStates } from '@haulier/wire/sms/enums.ts';
import { accessHelp, addAccessOptions } from './server-access.ts';
import { failures, list, overview, remove, rename, show } from './server-actions.ts';
import { act, create, list as listTasks, progress, remove as removeTasks, show as showTask, taskVerbs } from './server-task-actions.ts';

const someId = '1cce5dab-df33-4abe-b2ac-e94fa05d6a01';

const watchHelp = `With --watch, what is shown is drawn again every second until Ctrl-C (exit code 130), as much of it as the terminal has room for; with --json, a
line for each change. A restart of the server is waited for; after a minute without an answer the exit code is 1.`;

const namesHelp = 'Servers and tasks are named by their IDs, or by their names where no other has the same.';

export function addServerCommands(server: Command): void {
  server.addHelpText('after', `
${accessHelp}

${namesHelp}

Examples:
  haulier server overview --watch
  haulier server list --state syncing
  haulier server errors
  haulier server task create ${someId} --template 5ef1b2a4-… --sync --start
  haulier server task progress ${someId} --watch`);
  addReading(server);
  addChanging(server);
  addTaskCommands(server);
}

function addReading(server: Command): void {
  paged(withPrinting(addAccessOptions(server.command('list').description('List source servers, newest first.'))))
    .addOption(new Option('--state <state>', 'only servers in this state').choices(sourceStates))
    .addOption(new Option('--stage <stage>', 'only servers at this stage of migration').choices(migrationCycles))
    .option('--name <text>', 'only servers whose name has this in it')
    .option('--silent', 'only servers whose agent is not connected')
    .option('--enterprise-project <id>', 'only servers of this enterprise project')
    .addHelpText('after', `\n${watchHelp}\n\nExamples:\n  haulier server list --state syncing\n  haulier server list --watch\n  haulier server list --silent\n  haulier server list --all --json | jq -r '.source_servers[].id'`)
    .action(list);
  paged(withPrinting(addAccessOptions(server.command('errors').description('List the servers whose migration has failed, and why, the latest failure first.'))))
    .option('--enterprise-project <id>', 'only servers of this enterprise project')
    .addHelpText('after', `\n${watchHelp}\n\nExamples:\n  haulier server errors\n  haulier server errors --all --json | jq -r '.migration_errors[].source_id'`)
    .action(failures);
  withPrinting(addAccessOptions(server.command('show <SERVER>').description('Show a source server, its checks and its disks.')))
    .addHelpText('after', `\n${watchHelp}\n\nExamples:\n  haulier server show ${someId}\n  haulier server show web-1 --watch`)
    .action(show);
  withPrinting(addAccessOptions(server.command('overview').description('Count source servers by state.')))
    .option('--enterprise-project <id>', 'only servers of this enterprise project')
    .addHelpText('after', `\n${watchHelp}\n\nExamples:\n  haulier server overview --watch`)
    .action(overview);
}

function addChanging(server: Command): void {
  addAccessOptions(server.command('rename <SERVER> <NAME>').description('Rename a source server.'))
    .addHelpText('after', `\nExamples:\n  haulier server rename ${someId} web-1`)
    .action(rename);
  addAccessOptions(server.command('delete <SERVER...>').description('Delete source servers: all of them or none.'))
    .addHelpText('after', `\nOne whose task runs is not deleted: haulier server task stop TASK comes first.\n\nExamples:\n  haulier server delete ${someId}\n  haulier server delete web-1 web-2`)
    .action(remove);
}

function addTaskCommands(server: Command): void {
  const task = server.command('task').description('Migrate source servers.').addHelpText('after', `\nExamples:\n  haulier server task list --state RUNNING\n  haulier server task start 1dcbf9f2-9f2a-4df5-88dc-27a5614a1187`);
  addTaskCreate(task);
  paged(withPrinting(addAccessOptions(task.command('list').description('List migration tasks, newest first.'))))
    .addOption(new Option('--state <state>', 'only tasks in this state').choices(taskStates))
    .option('--source <server>', 'only tasks of this source server')
    .addHelpText('after', `\n${watchHelp}\n\nExamples:\n  haulier server task list --watch`)
    .action(listTasks);
  withPrinting(addAccessOptions(task.command('show <TASK>').description('Show a migration task.')))
    .addHelpText('after', `\n${watchHelp}\n\nExamples:\n  haulier server task show 1dcbf9f2-9f2a-4df5-88dc-27a5614a1187`)
    .action(showTask);
  withPrinting(addAccessOptions(task.command('progress <TASK>').description('Show the steps of a migration task.')))
    .addHelpText('after', `
With --watch, they are drawn again every second until the task goes on no further. One that keeps synchronising is watched until Ctrl-C.

Exit codes with --watch: 0 it succeeded, 1 it failed or was stopped, or the server has not answered for a minute, 130 interrupted (the task goes on).

Examples:
  haulier server task progress 1dcbf9f2-9f2a-4df5-88dc-27a5614a1187 --watch`)
    .action(progress);
  addTaskVerbs(task);
}

function addTaskCreate(task: Command): void {
  addAccessOptions(task.command('create <SERVER>').description('Create the migration task of a source server. It waits until it is started.'))
    .option('--name <name>', 'a name (default: that of the source server)')
    .addOption(new Option('--type <type>', 'what is copied (default: file for Linux, block for Windows)').choices(['file', 'block']))
    .option('--template <id>', 'the template that the target is made from')
    .option('--vm <id>', 'the virtual machine that is the target, where it exists')
    .option('--vm-name <name>', 'its name (default: its id)')
    .option('--ip <address>', 'where the agent reaches the target')
    .option('--region <region>', 'region of the target (default: the name of the project)')
    .option('--sync', 'go on synchronising after the full copy, until the cutover')
    .option('--start', 'start it at once')
    .option('--speed-limit <mbit>', 'Mbit/s at most')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `
The target gets the disks of the source as they are planned. Name it with --template or --vm.

Examples:
  haulier server task create ${someId} --template 38d53ae9-70e3-4587-89c9-6219d3d4e962 --sync --start
  haulier server task create ${someId} --vm 4b3e0c52-… --ip 10.0.0.9 --type block`)
    .action(create);
}

function addTaskVerbs(task: Command): void {
  for (const [name, { description }] of Object.entries(taskVerbs)) {
    const command = addAccessOptions(task.command(`${name} <TASK...>`).description(description))
      .addHelpText('after', `\nSeveral are asked one after the other, also when one of them refuses; the exit code is 1 then.\n\nExamples:\n  haulier server task ${name} 1dcbf9f2-9f2a-4df5-88dc-27a5614a1187\n  haulier server task ${name} web-1 web-2`);
    if (name === 'clone') command.option('--template <id>', 'the template that the clone is made from');
    command.action(act(name));
  }
  addAccessOptions(task.command('delete <TASK...>').description('Delete migration tasks that do not run: all of them or none.'))
    .addHelpText('after', `\nOne that runs is not deleted: haulier server task stop TASK comes first.\n\nExamples:\n  haulier server task delete 1dcbf9f2-9f2a-4df5-88dc-27a5614a1187`)
    .action(removeTasks);
}

function withPrinting(command: Command): Command {
  return command.option('--watch', 'draw it again every second').option('--json', 'print the answer as JSON');
}

function paged(command: Command): Command {
  return command.option('--limit <n>', 'at most so many, 1 to 200', '50').option('--offset <n>', 'how many to pass over', '0').option('--all', 'all of them, however many there are');
}
