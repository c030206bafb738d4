/** `haulier preflight`: what a migration would meet, before there is one. */
import type { Command } from 'commander';
import { readConfig } from './server-options.ts';
import { parseLocation } from './migrate/location.ts';
import { exitCode } from './run-program.ts';
import { formatBytes, formatDuration } from './units.ts';
import type { Preflight } from '../engine/preflight/preflight.ts';

interface PreflightFlags {
  readonly config?: string;
  readonly srcProfile?: string;
  readonly dstProfile?: string;
  readonly json?: true;
}

export function addPreflightCommand(command: Command): void {
  command
    .option('-c, --config <file>', 'configuration file; its regions are added to the public ones')
    .option('--src-profile <name>', 'profile with the keys of SRC')
    .option('--dst-profile <name>', 'profile with the keys of DST')
    .option('--json', 'print all of it as JSON')
    .addHelpText('after', `
SRC and DST are those of haulier migrate. Nothing is written: whether DST takes objects is asked by an upload that is begun
and aborted.

Exit codes: 0 nothing stands in the way, 1 something is refused or would fail, 2 usage or configuration, 130 interrupted.

Examples:
  haulier preflight aws:eu-west-1/photos hec:cn-north-4/photos
  haulier preflight --json local:/mnt/nas/photos hec:cn-north-4/photos | jq .survey.troubles`)
    .action(run);
}

async function run(srcText: string, dstText: string, flags: PreflightFlags): Promise<void> {
  const [source, destination] = [parseLocation(srcText, process.cwd()), parseLocation(dstText, process.cwd())];
  const config = readConfig({ ...(flags.config === undefined ? {} : { config: flags.config }) });
  const { openCatalogue } = await import('../main/open-catalogue.ts');
  const { createStoreRuntime } = await import('../main/store-runtime.ts');
  const { preflightStandalone } = await import('../main/standalone.ts');
  const { openEnd } = await import('./migrate/end.ts');
  const { providerOf } = await import('../providers/index.ts');
  const stores = { catalogue: openCatalogue(config), runtime: createStoreRuntime() };
  const src = await openEnd('src', source, flags.srcProfile, stores);
  const dst = await openEnd('dst', destination, flags.dstProfile, stores);
  const interrupt = new AbortController();
  const onSignal = (): void => interrupt.abort(new Error('interrupted'));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    const { storageClasses } = providerOf(src.cloud);
    const found = await preflightStandalone({ source: src.store, destination: dst.store, prefix: source.prefix, savePrefix: destination.prefix, storageClasses, progress: progressOn(process.stderr, flags) }, interrupt.signal);
    process.stdout.write(flags.json === true ? `${JSON.stringify(found)}\n` : table(found));
    process.exitCode = isClear(found) ? exitCode.done : exitCode.failed;
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    process.exitCode = exitCode.interrupted;
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    await Promise.all([src.store.close(), dst.store.close()]);
  }
}

/** A line that is written over, in a terminal only. */
function progressOn(stream: NodeJS.WriteStream, flags: PreflightFlags): (objects: number, bytes: number) => void {
  if (!stream.isTTY || flags.json === true) return () => {};
  let shownAt = 0;
  return (objects, bytes) => {
    if (Date.now() - shownAt < 500) return;
    shownAt = Date.now();
    stream.write(`\r\x1b[K${objects} objects, ${formatBytes(bytes)} so far`);
  };
}

/** Troubles that make an object fail; the others are told, and are none for a store that keeps keys as they are. */
const failing: ReadonlySet<string> = new Set(['too-long', 'too-large']);

function isClear({ verbs, survey }: Preflight): boolean {
  return verbs.every(({ allowed }) => allowed !== 'no') && survey?.troubles.every(({ trouble }) => !failing.has(trouble)) === true;
}

function table({ verbs, survey, complete, estimate }: Preflight): string {
  const lines = ['Permissions', ...verbs.map(({ side, verb, allowed, why }) => `  ${side.padEnd(12)} ${verb.padEnd(6)} ${allowed}${why === undefined ? '' : `: ${why}`}`)];
  if (survey === undefined) return `${[...lines, '', 'The source cannot be listed: nothing more can be said.'].join('\n')}\n`;
  const counted = (name: string, objects: number, bytes: number) => `  ${name.padEnd(14)} ${String(objects).padStart(12)}  ${formatBytes(bytes).padStart(10)}`;
  lines.push('', complete ? 'Objects' : 'Objects (there are more than were looked at)', counted('all', survey.objects, survey.bytes));
  for (const { size, objects, bytes } of survey.bySize) if (objects > 0) lines.push(counted(size, objects, bytes));
  lines.push('', 'Storage classes');
  for (const { storageClass, objects, bytes } of survey.byStorageClass) lines.push(counted(storageClass === '' ? '(not told)' : storageClass, objects, bytes));
  if (survey.archived.objects > 0) lines.push('', `Archived: ${survey.archived.objects} objects (${formatBytes(survey.archived.bytes)}) have to be restored first: haulier migrate --restore, or enable_restore of a task.`);
  if (survey.troubles.length > 0) lines.push('', 'Keys to look at', ...survey.troubles.map(({ trouble, objects, examples }) => `  ${trouble.padEnd(20)} ${objects}: ${examples.map((key) => JSON.stringify(key)).join(', ')}`));
  lines.push('', estimate === undefined ? 'Time: nothing could be measured.' : `Time: between ${formatDuration(estimate.from)} and ${formatDuration(estimate.to)}, if the destination keeps up.`, '');
  return lines.join('\n');
}
