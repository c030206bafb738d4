import type { Command } from 'commander';
import { addServerOptions, configurationHelp, readConfig, type ServerFlags } from './server-options.ts';

/** `haulier work`. */
export function addWorkCommand(command: Command): void {
  addServerOptions(command)
    .addHelpText('after', `
The regions and the zone are those of the server. The key file must be the server's own: copy "key" of its data folder
into this machine's. Buckets of cloud Local belong to the machine that has their folder.
${configurationHelp}

Examples:
  HAULIER_DATABASE_URL=postgres://haulier@db/haulier haulier work --data /var/lib/haulier`)
    .action(work);
}

async function work(flags: ServerFlags): Promise<void> {
  const config = readConfig(flags);
  const { work: start } = await import('../main/work.ts');
  const { untilStopped } = await import('../main/stop-signals.ts');
  await untilStopped((signal) => start(config, signal));
}
