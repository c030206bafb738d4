import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { FirstAccount } from '../main/init.ts';
import { accountJson } from './init.ts';
import { addServerOptions, configurationHelp, readConfig, type ServerFlags } from './server-options.ts';

interface ServeFlags extends ServerFlags {
  readonly init?: true;
}

/** `haulier serve`. */
export function addServeCommand(command: Command): void {
  addServerOptions(command)
    .option('-l, --listen <host:port>', 'address of the API (default: 127.0.0.1:8642)')
    .option('--init', 'make the account first, as haulier init does, when there is none; its secrets go to first-account.json in the data folder')
    .addHelpText('after', `${configurationHelp}

The API answers /healthz, /readyz, /metrics and /openapi.json without a token. SIGTERM lets requests and objects in
flight finish or be given back; a second one ends at once. Nothing is lost either way.

Examples:
  haulier serve
  haulier serve --init --data ./haulier-data --listen 0.0.0.0:8642
  HAULIER_DATABASE_URL=postgres://haulier@db/haulier haulier serve --config /etc/haulier.yaml`)
    .action(serve);
}

async function serve(flags: ServeFlags): Promise<void> {
  const config = readConfig(flags);
  if (flags.init === true) {
    const { initialise } = await import('../main/init.ts');
    const account = await initialise(config, { domain: 'haulier', project: 'default', user: 'admin', password: process.env['HAULIER_INIT_PASSWORD'] });
    if (account !== undefined) writeAccount(join(config.dataFolder, 'first-account.json'), account);
  }
  const { serve: start } = await import('../main/serve.ts');
  const { untilStopped } = await import('../main/stop-signals.ts');
  await untilStopped((signal) => start(config, signal));
}

/** Into a file: what a server prints ends up in logs. */
function writeAccount(file: string, account: FirstAccount): void {
  writeFileSync(file, `${JSON.stringify(accountJson(account), undefined, 2)}\n`, { mode: 0o600 });
  process.stderr.write(`haulier: made a first account; its secrets are in ${file}: keep them and delete the file\n`);
}
