/** `haulier`: one command line for the server, its upkeep and its users. Each command loads only what it needs. */
import { Command } from 'commander';
import { addExplainCommand } from './explain.ts';
import { addInitCommand } from './init.ts';
import { addMigrateCommand } from './migrate.ts';
import { addPreflightCommand } from './preflight.ts';
import { addQuickstartCommand } from './quickstart.ts';
import { addServerCommands } from './remote/server.ts';
import { addSyncCommands } from './remote/sync.ts';
import { addTaskGroupCommands } from './remote/task-group.ts';
import { addTaskCommands } from './remote/task.ts';
import { addTransferCommands } from './remote/transfer.ts';
import { addVolumeCommands } from './remote/volume.ts';
import { addServeCommand } from './serve.ts';
import { runProgram } from './run-program.ts';
import { addVerifyCommand } from './verify.ts';
import { addWorkCommand } from './work.ts';

const program = new Command('haulier')
  .description('Moves buckets between object stores, hands disks from project to project, and directs the migration of servers.')
  .showHelpAfterError('(add --help for usage and examples)')
  .addHelpText('after', `
Exit codes: 0 done, 1 failed, 2 usage or configuration.

Examples:
  haulier migrate SRC DST               move a bucket or a folder once, without a server
  haulier preflight SRC DST             what a migration would meet, before there is one
  haulier verify SRC DST                read both sides again and compare
  haulier quickstart                    try everything on this machine
  haulier init                          make a data folder, an account and its keys
  haulier serve                         run the API and a worker
  haulier task list                     what a server is doing
  haulier volume list                   the disks of a server's project
  haulier server overview --watch       source servers on their way
  haulier explain OMS.1018              what an error code means, and what to do`);

addMigrateCommand(program);
addQuickstartCommand(program);
addInitCommand(program);
addServeCommand(program);
addWorkCommand(program);
addVerifyCommand(program);
addPreflightCommand(program);
addSyncCommands(program);
addTaskCommands(program);
addExplainCommand(program);
addTaskGroupCommands(program);
addVolumeCommands(program);
addTransferCommands(program);
addServerCommands(program);

await runProgram(program);
