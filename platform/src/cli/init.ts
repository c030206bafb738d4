import type { Command } from 'commander';
import type { FirstAccount } from '../main/init.ts';
import { addServerOptions, configurationHelp, readConfig, type ServerFlags } from './server-options.ts';

interface InitFlags extends ServerFlags {
  readonly domain: string;
  readonly project: string;
  readonly user: string;
  readonly json?: true;
}

/** `haulier init`. */
export function addInitCommand(command: Command): void {
  addServerOptions(command)
    .option('--domain <name>', 'name of the account', 'haulier')
    .option('--project <name>', 'name of its first project; SDKs look for the name of their region', 'default')
    .option('--user <name>', 'name of its administrator', 'admin')
    .option('--json', 'print the account as JSON')
    .addHelpText('after', `
HAULIER_INIT_PASSWORD sets the administrator's password; otherwise one is made.
A second run changes nothing, says so, and ends with 0; its JSON is {"initialised": false}.
${configurationHelp}

Examples:
  haulier init
  haulier init --data /var/lib/haulier --project cn-north-1
  haulier init --json > account.json && chmod 600 account.json`)
    .action(init);
}

async function init(flags: InitFlags): Promise<void> {
  const config = readConfig(flags);
  const { initialise } = await import('../main/init.ts');
  const { domain, project, user } = flags;
  const account = await initialise(config, { domain, project, user, password: process.env['HAULIER_INIT_PASSWORD'] });
  if (flags.json === true) process.stdout.write(`${JSON.stringify(account === undefined ? { initialised: false } : accountJson(account))}\n`);
  else process.stdout.write(account === undefined ? `There is an account in ${config.dataFolder} already; nothing was changed.\n` : describe(account, config.dataFolder));
}

/** What `--json` prints; names as in the API. */
export function accountJson({ domain, project, user, password, accessKey, secretKey }: FirstAccount): Record<string, string | boolean> {
  return {
    initialised: true, domain_id: domain.id, domain_name: domain.name, project_id: project.id, project_name: project.name,
    user_id: user.id, user_name: user.name, password, access_key: accessKey, secret_key: secretKey,
  };
}

function describe({ domain, project, user, password, accessKey, secretKey }: FirstAccount, folder: string): string {
  return `Haulier is ready in ${folder}. These secrets are shown this once:

  account (domain)   ${domain.name}   ${domain.id}
  project            ${project.name}   ${project.id}
  user               ${user.name}
  password           ${password}
  access key (AK)    ${accessKey}
  secret key (SK)    ${secretKey}

Next: haulier serve
`;
}
