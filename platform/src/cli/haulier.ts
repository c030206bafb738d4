/** `haulier`: one command line for the server, its upkeep and its users. Each command loads only what it needs. */
import { Command } from 'commander';
import { commands } from './commands.ts';
import { runProgram } from './run-program.ts';

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
  haulier check                         whether the clouds of disks can be used as configured
  haulier task list                     what a server is doing
  haulier volume list                   the disks of a server's project
  haulier server overview --watch       source servers on their way
  haulier explain OMS.1018              what an error code means, and what to do`);

const [first, second] = process.argv.slice(2);
const asked = first === 'help' ? second : first;
for (const { usage, description, load } of commands) {
  const command = program.command(usage).description(description);
  if (command.name() === asked) (await load())(command);
}

await runProgram(program);
