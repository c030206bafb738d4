/** `haulier transfer …`: disks that are handed from one project to another, over a server's API. */
import type { Command } from 'commander';
import { accessHelp, addAccessOptions } from './server-access.ts';
import { accept, create, list, remove, show } from './transfer-actions.ts';

export function addTransferCommands(transfer: Command): void {
  transfer.addHelpText('after', `
One project offers a disk and gets a key; whoever brings the key to another project takes the disk into it. Until then the disk can be used for nothing else.
${accessHelp}

Examples:
  haulier transfer create photos
  haulier transfer accept cac5c677-73a9-4288-bb9c-b2ebfb547377 --project other`);
  addOffering(transfer);
  addReading(transfer);
}

function addOffering(transfer: Command): void {
  addAccessOptions(transfer.command('create <DISK>').description('Offer a disk, by its ID or name, and get the key for it.'))
    .option('--name <name>', 'a name for the transfer')
    .option('--no-snapshots', 'leave its snapshots to this project')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `
The key is shown once. Whoever has it can take the disk, so send it by a way of its own. The offer holds for a week, unless the server is configured otherwise.

Examples:
  haulier transfer create photos
  haulier transfer create photos --json > transfer.json && chmod 600 transfer.json`)
    .action(create);
  addAccessOptions(transfer.command('accept <ID>').description('Take the disk of a transfer into this project, with its snapshots unless they were left out.'))
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `
The key comes from HAULIER_TRANSFER_KEY or is asked for: it is never taken from the command line, which every user of the machine can read.

Examples:
  haulier transfer accept cac5c677-73a9-4288-bb9c-b2ebfb547377 --project other
  HAULIER_TRANSFER_KEY=$(jq -r .auth_key transfer.json) haulier transfer accept $(jq -r .id transfer.json) --project other`)
    .action(accept);
  addAccessOptions(transfer.command('delete <ID...>').description('Withdraw transfers; their disks can be used again.'))
    .addHelpText('after', `\nExamples:\n  haulier transfer delete cac5c677-73a9-4288-bb9c-b2ebfb547377`)
    .action(remove);
}

function addReading(transfer: Command): void {
  addAccessOptions(transfer.command('list').description('List the disks that this project offers.'))
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `\nExamples:\n  haulier transfer list`)
    .action(list);
  addAccessOptions(transfer.command('show <ID>').description('Show a transfer; never its key.'))
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `\nExamples:\n  haulier transfer show cac5c677-73a9-4288-bb9c-b2ebfb547377`)
    .action(show);
}
