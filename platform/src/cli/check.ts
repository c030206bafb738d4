/** `haulier check`: whether the clouds that keep disks can be used as they are configured. */
import type { Command } from 'commander';
import { exitCode } from './run-program.ts';
import { readConfig } from './server-options.ts';
import { InterruptedError } from './usage-error.ts';

interface CheckFlags {
  readonly config?: string;
  readonly json?: true;
}

export function addCheckCommand(command: Command): void {
  command
    .option('-c, --config <file>', 'configuration file (default: $HAULIER_CONFIG, ./haulier.yaml, then haulier.yaml in the data folder)')
    .option('--json', 'print all of it as JSON')
    .addHelpText('after', `
Each backend of kind cinder is asked in the name of each of its projects: with the credentials of this environment, for a token, for its
region in the catalogue, and for the project's volumes. Folders are looked at by every start of a server.

Exit codes: 0 nothing stands in the way, 1 something does, 2 usage or configuration, 130 interrupted.

Examples:
  haulier check --config /etc/haulier.yaml
  haulier check --json | jq -r '.[].problems[]?'`)
    .action(run);
}

async function run(flags: CheckFlags): Promise<void> {
  const config = readConfig(flags.config === undefined ? {} : { config: flags.config });
  const { checkBackends } = await import('../main/check-backends.ts');
  const interrupt = new AbortController();
  const onSignal = (): void => interrupt.abort(new InterruptedError('interrupted'));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    const checked = [];
    for await (const backend of checkBackends(config, process.env, interrupt.signal)) {
      checked.push(backend);
      if (flags.json !== true) process.stdout.write(textOf(backend));
    }
    if (flags.json === true) process.stdout.write(`${JSON.stringify(checked)}\n`);
    process.exitCode = checked.every(({ problems = [] }) => problems.length === 0) ? exitCode.done : exitCode.failed;
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

function textOf({ name, problems }: { readonly name: string; readonly problems: readonly string[] | undefined }): string {
  if (problems === undefined) return `${name}: a folder of this machine\n`;
  if (problems.length === 0) return `${name}: the cloud answers in the name of all projects\n`;
  return problems.map((problem) => `${name}: ${problem}\n`).join('');
}
