/** `haulier bucket …`: what a server sees of buckets with the keys that one gives it, over its API. */
import type { Command } from 'commander';
import { list, objects } from './bucket-actions.ts';
import { accessHelp, addAccessOptions } from './server-access.ts';

const keysHelp = `
The keys come from HAULIER_SRC_ACCESS_KEY and HAULIER_SRC_SECRET_KEY, or in place of them HAULIER_SRC_JSON_AUTH_FILE (Google) or
HAULIER_SRC_CONNECTION_STRING (Azure), or from a profile, or are asked for. The server keeps them no longer than the answer takes.
${accessHelp}`;

export function addBucketCommands(bucket: Command): void {
  bucket.addHelpText('after', `
${accessHelp}

Examples:
  haulier bucket list aws
  haulier bucket objects aws:eu-west-1/photos/2024/`);
  withKeys(bucket.command('list <CLOUD>').description('List the buckets of an account, in the cloud’s default region or wherever one list has all.'))
    .addHelpText('after', `
${keysHelp}

Examples:
  haulier bucket list aws --src-profile aws
  haulier bucket list local`)
    .action(list);
  withKeys(bucket.command('objects <PLACE>').description('List what is directly in a bucket or in a folder of it, with sizes.'))
    .option('--limit <n>', 'names at most', '1000')
    .addHelpText('after', `
PLACE is CLOUD:REGION/BUCKET or CLOUD:REGION/BUCKET/FOLDER/; the clouds and regions are those of the server.
${keysHelp}

Examples:
  haulier bucket objects aws:eu-west-1/photos
  haulier bucket objects hec:my-store/photos/2024/ --json | jq -r '.[].name'`)
    .action(objects);
}

function withKeys(command: Command): Command {
  return addAccessOptions(command)
    .option('--src-profile <name>', 'profile with the keys of the bucket')
    .option('--app-id <id>', 'APPID of the account, at Tencent')
    .option('--json', 'print the names as JSON');
}
