/** `haulier migrate`: the engine without a server. */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Option, type Command } from 'commander';
import type { CheckMode, MigrationPlan, OverwriteMode } from '../engine/plan.ts';
import type { RunLimits } from '../engine/run.ts';
import type { End } from './migrate/end.ts';
import { parseLocation } from './migrate/location.ts';
import { Meter } from './migrate/meter.ts';
import { arrived, summaryJson, summaryTable, type Finished } from './migrate/summary.ts';
import { openProgressView } from './progress-view.ts';
import { exitCode } from './run-program.ts';
import { readConfig } from './server-options.ts';
import { parseBytes } from './units.ts';
import { UsageError } from './usage-error.ts';

interface MigrateFlags {
  readonly config?: string;
  readonly srcProfile?: string;
  readonly dstProfile?: string;
  readonly overwrite: OverwriteMode;
  readonly check: Exclude<CheckMode, 'none'>;
  readonly since?: string;
  readonly metadata: boolean;
  readonly records: boolean;
  readonly bandwidth?: string;
  readonly transfers: string;
  readonly restore?: true;
  readonly quiet?: true;
  readonly json?: true;
}

export function addMigrateCommand(command: Command): void {
  command
    .option('-c, --config <file>', 'configuration file; its regions are added to the public ones')
    .option('--src-profile <name>', 'profile with the keys of SRC')
    .option('--dst-profile <name>', 'profile with the keys of DST')
    .addOption(new Option('--overwrite <mode>', 'objects that DST has already').choices(['never', 'size-or-time', 'crc64', 'always']).default('size-or-time'))
    .addOption(new Option('--check <mode>', 'how a copy is checked where no digest can be compared').choices(['size-and-time', 'crc64']).default('size-and-time'))
    .option('--since <time>', 'only objects modified after this, e.g. 2026-01-31 or 2026-01-31T08:00:00Z')
    .option('--no-metadata', 'carry no metadata but Content-Type and Content-Encoding')
    .option('--no-records', 'write no list of failed objects into DST')
    .option('--restore', 'restore archived objects, wait until they can be read, and copy them')
    .option('--bandwidth <rate>', 'bytes per second at most, e.g. 50M')
    .option('--transfers <n>', 'objects in flight at once, at most; a store that is slow or says so gets fewer', '512')
    .option('--quiet', 'no progress and no summary')
    .option('--json', 'print the summary as one line of JSON')
    .addHelpText('after', `
SRC and DST are CLOUD:REGION/BUCKET[/PREFIX] or local:FOLDER. Objects keep their whole key; the prefix of DST is put before it.
Lists of what was copied, skipped and failed are written into DST under oms/.

Keys come from HAULIER_SRC_ACCESS_KEY, HAULIER_SRC_SECRET_KEY, HAULIER_SRC_SECURITY_TOKEN and the same with DST, or from a profile in
$HAULIER_PROFILES (default ~/.config/haulier/profiles.yaml: name: { access_key: …, secret_key: … }), or are asked for.
In their place: HAULIER_SRC_CONNECTION_STRING (profile: connection_string) for Azure, where a shared access signature may also be the
security token beside the account's name; HAULIER_SRC_JSON_AUTH_FILE (json_auth_file), the path of a key file, for Google.

Exit codes: 0 everything arrived, 1 something did not, 2 usage or configuration, 130 interrupted.

Examples:
  haulier migrate local:/mnt/nas/photos hec:cn-north-4/photos
  haulier migrate aws:eu-west-1/logs/2025/ hec:cn-north-4/archive/aws/ --src-profile aws --dst-profile obs
  haulier migrate --bandwidth 50M --json aws:eu-west-1/logs local:/backup/logs`)
    .action(migrate);
}

async function migrate(srcText: string, dstText: string, flags: MigrateFlags): Promise<void> {
  const [source, destination] = [parseLocation(srcText, process.cwd()), parseLocation(dstText, process.cwd())];
  const [bandwidth, limits, migrateSince] = [parseBandwidth(flags.bandwidth), parseLimits(flags.transfers), parseSince(flags.since)];
  const config = readConfig({ ...(flags.config === undefined ? {} : { config: flags.config }) });
  const { openCatalogue } = await import('../main/open-catalogue.ts');
  const { openEnd } = await import('./migrate/end.ts');
  const { refuseOverlap } = await import('./migrate/overlap.ts');
  const { createStoreRuntime } = await import('../main/store-runtime.ts');
  const stores = { catalogue: openCatalogue(config), runtime: createStoreRuntime() };
  const src = await openEnd('src', source, flags.srcProfile, stores);
  const dst = await openEnd('dst', destination, flags.dstProfile, stores);
  await refuseOverlap(src, dst);
  if (flags.restore === true && src.store.restore === undefined) throw new UsageError(`--restore: ${src.cloud} has no archived objects to restore`);
  if (destination.kind === 'local') await mkdir(join(destination.root, destination.bucket), { recursive: true });
  const name = pairName(src, dst);
  const plan: MigrationPlan = {
    recordName: `${name}/${new Date().toISOString().replaceAll(':', '-')}`,
    selection: { kind: 'prefixes', prefixes: [source.prefix] },
    savePrefix: destination.prefix,
    overwrite: flags.overwrite, check: flags.check, migrateSince,
    carryMetadata: flags.metadata, recordFailures: flags.records,
    storageClass: { kind: 'default' }, restoreDays: flags.restore === true ? restoreDays : undefined, encryption: undefined,
  };
  const notesFile = join(stateFolder(), 'migrations', `${name}.json`);
  process.exitCode = await runAndReport({ src, dst, plan, limits, bandwidth, notesFile }, flags);
}

/** As a server's tasks keep restored objects. */
const restoreDays = 7;

interface Job {
  readonly src: End;
  readonly dst: End;
  readonly plan: MigrationPlan;
  readonly limits: RunLimits;
  readonly bandwidth: number | undefined;
  readonly notesFile: string;
}

async function runAndReport({ src, dst, plan, limits, bandwidth, notesFile }: Job, flags: MigrateFlags): Promise<number> {
  const { migrateStandalone } = await import('../main/standalone.ts');
  const view = flags.quiet === true || flags.json === true ? undefined : openProgressView(process.stderr, Date.now);
  const meter = new Meter(view, process.stderr);
  const interrupt = new AbortController();
  const onSignal = (): void => interrupt.abort(new Error('interrupted'));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const started = performance.now();
  try {
    const result = await migrateStandalone({
      source: src.store, destination: dst.store, plan, limits, bandwidth, notesFile,
      observe: { bytes: (count) => meter.bytes(count), outcome() {}, recordFailed: (failure) => meter.recordFailed(failure) },
      progress: (tally, total) => meter.show(tally, total),
    }, interrupt.signal);
    view?.stop();
    const failures = (await result.failures(undefined, 10)).map(({ sourceKey, reason }) => ({ key: sourceKey, reason }));
    print({ result, seconds: (performance.now() - started) / 1000, failures }, flags);
    return result.end.kind === 'interrupted' ? exitCode.interrupted : arrived(result) ? exitCode.done : exitCode.failed;
  } finally {
    view?.stop();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    await Promise.all([src.store.close(), dst.store.close()]);
  }
}

function print(finished: Finished, flags: MigrateFlags): void {
  if (flags.json === true) process.stdout.write(summaryJson(finished));
  else if (flags.quiet !== true || !arrived(finished.result)) process.stderr.write(summaryTable(finished));
}

function parseBandwidth(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const bytes = parseBytes(text);
  if (bytes === undefined || bytes === 0) throw new UsageError(`--bandwidth: expected a rate such as 50M, not "${text}"`);
  return bytes;
}

function parseLimits(transfers: string): RunLimits {
  const objects = Number(transfers);
  if (!Number.isInteger(objects) || objects < 1 || objects > 4096) throw new UsageError(`--transfers: expected a whole number from 1 to 4096, not "${transfers}"`);
  return { objects, largeObjects: 4, parts: 4, ranges: 4 };
}

function parseSince(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new UsageError(`--since: expected a date or time such as 2026-01-31T08:00:00Z, not "${text}"`);
  return time;
}

/** Names what two runs over the same ends share; each run has a folder of records of its own. */
function pairName(...ends: readonly End[]): string {
  const names = ends.flatMap(({ location: { prefix }, store: { location: { endpoint, bucket } } }) => [endpoint, bucket, prefix]);
  return `migrate-${createHash('sha256').update(JSON.stringify(names)).digest('hex').slice(0, 16)}`;
}

function stateFolder(): string {
  return join(process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'haulier');
}
