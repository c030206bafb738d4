/** `haulier volume …`: the disks of a server's project, over its API. */
import type { Command } from 'commander';
import { repeated } from '../repeated.ts';
import { accessHelp, addAccessOptions } from './server-access.ts';
import * as snapshots from './snapshot-actions.ts';
import { adopt, create, extend, list, quota, remove, show, types, update } from './volume-actions.ts';

const namesHelp = `
DISK is the ID of a disk, or its name where only one disk has it.`;

const waitHelp = `
Waits until it is done; with --no-wait until the server has taken it on. Ctrl-C ends the waiting alone.`;

export function addVolumeCommands(volume: Command): void {
  volume.addHelpText('after', `
${namesHelp}
${accessHelp}

Examples:
  haulier volume create photos --size 20
  haulier volume snapshot create photos before-the-upgrade
  haulier transfer create photos          hand it over to another project`);
  addMaking(volume);
  addReading(volume);
  addChanging(volume);
  addSnapshots(volume.command('snapshot').description('Keep and restore snapshots of disks.').addHelpText('after', `
${accessHelp}

Examples:
  haulier volume snapshot create photos before-the-upgrade
  haulier volume snapshot rollback before-the-upgrade`));
}

function addMaking(volume: Command): void {
  withWaiting(addAccessOptions(volume.command('create <NAME>').description('Make a disk, empty or from a snapshot.')))
    .option('--size <GiB>', 'its size; needed unless it comes from a snapshot, whose size it has then')
    .option('--type <type>', "one of `haulier volume types` (default: that of the snapshot's disk, or the first)")
    .option('--zone <zone>', 'an availability zone (default: the first that has this type)')
    .option('--snapshot <snapshot>', 'ID or name of the snapshot whose data it begins with')
    .option('--description <text>', 'a description')
    .option('--metadata <key=value>', 'a word of your own with it; may be repeated', repeated)
    .addHelpText('after', `
${waitHelp} Prints its ID.
${accessHelp}

Examples:
  haulier volume create photos --size 20
  haulier volume create copy --snapshot before-the-upgrade
  id=$(haulier volume create scratch --size 1 --no-wait)`)
    .action(create);
  addAccessOptions(volume.command('adopt <ID>').description('Take over a volume that the cloud behind a type has already, with its snapshots.'))
    .requiredOption('--type <type>', 'a type whose disks are kept by that cloud')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `\nThe disk has the ID that the volume has at its cloud.\n\nExamples:\n  haulier volume adopt 757be963-54a5-4625-ab8f-5398db11e795 --type CLOUD`)
    .action(adopt);
}

function addReading(volume: Command): void {
  addAccessOptions(volume.command('list').description('List disks, newest first.'))
    .option('--name <text>', 'only disks with this in their name')
    .option('--status <status>', 'only disks in this state, e.g. available, in-use, awaiting-transfer, error')
    .option('--limit <n>', 'disks at most, 1 to 1000', '100')
    .option('--offset <n>', 'disks to pass over', '0')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `\nExamples:\n  haulier volume list --status error\n  haulier volume list --json | jq -r '.volumes[].id'`)
    .action(list);
  addAccessOptions(volume.command('show <DISK>').description('Show a disk.'))
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `${namesHelp}\n\nExamples:\n  haulier volume show photos`)
    .action(show);
  addAccessOptions(volume.command('types').description('List the types of disks that there are.'))
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `\nExamples:\n  haulier volume types`)
    .action(types);
  addAccessOptions(volume.command('quota').description('Show how much the project may have, and has.'))
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `\nExamples:\n  haulier volume quota`)
    .action(quota);
}

function addChanging(volume: Command): void {
  addAccessOptions(volume.command('update <DISK>').description('Give a disk another name or description.'))
    .option('--name <name>', 'its new name')
    .option('--description <text>', 'its new description')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `${namesHelp}\n\nExamples:\n  haulier volume update photos --name pictures`)
    .action(update);
  withWaiting(addAccessOptions(volume.command('extend <DISK> <GiB>').description('Make a disk larger; its data stays, and what is added is zeroes.')))
    .addHelpText('after', `${namesHelp}\n${waitHelp}\n\nExamples:\n  haulier volume extend photos 40`)
    .action(extend);
  addAccessOptions(volume.command('delete <DISK...>').description('Delete disks and what is on them.'))
    .option('--no-wait', 'do not wait until they are gone')
    .addHelpText('after', `${namesHelp}\n${waitHelp} A disk with snapshots is refused: delete those first.\n\nExamples:\n  haulier volume delete scratch`)
    .action(remove);
}

function addSnapshots(snapshot: Command): void {
  withWaiting(addAccessOptions(snapshot.command('create <DISK> <NAME>').description('Keep what is on a disk now.')))
    .option('--description <text>', 'a description')
    .option('--force', 'also of a disk that a server uses; what the server has not written yet is not in it')
    .addHelpText('after', `${namesHelp}\n${waitHelp} Prints its ID.\n\nExamples:\n  haulier volume snapshot create photos before-the-upgrade`)
    .action(snapshots.create);
  addAccessOptions(snapshot.command('list').description('List snapshots, newest first.'))
    .option('--disk <disk>', 'only those of this disk')
    .option('--limit <n>', 'snapshots at most, 1 to 1000', '100')
    .option('--offset <n>', 'snapshots to pass over', '0')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `\nExamples:\n  haulier volume snapshot list --disk photos`)
    .action(snapshots.list);
  addAccessOptions(snapshot.command('show <SNAPSHOT>').description('Show a snapshot, by its ID or name.'))
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `\nExamples:\n  haulier volume snapshot show before-the-upgrade`)
    .action(snapshots.show);
  addAccessOptions(snapshot.command('rollback <SNAPSHOT>').description('Put the data of a snapshot back onto its disk; what was written since is lost.'))
    .option('--no-wait', 'do not wait until the disk is available again')
    .addHelpText('after', `${waitHelp}\n\nExamples:\n  haulier volume snapshot rollback before-the-upgrade`)
    .action(snapshots.rollback);
  addAccessOptions(snapshot.command('delete <SNAPSHOT...>').description('Delete snapshots; their disks stay as they are.'))
    .option('--no-wait', 'do not wait until they are gone')
    .addHelpText('after', `${waitHelp}\n\nExamples:\n  haulier volume snapshot delete before-the-upgrade`)
    .action(snapshots.remove);
}

function withWaiting(command: Command): Command {
  return command.option('--no-wait', 'do not wait until it is done').option('--json', 'print the answer as JSON');
}
