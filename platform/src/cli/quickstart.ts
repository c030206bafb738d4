/** `haulier quickstart`: shows the whole product on one machine, from an empty folder to a verified migration. */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import type { ObjectStore } from '../object-store/object-store.ts';
import { ApiClient, type Account, type TaskAnswer } from './quickstart/api-client.ts';
import { compareBuckets } from './quickstart/compare-buckets.ts';
import { fillSampleBucket, sampleObjects } from './quickstart/sample-bucket.ts';
import { freePort, initialise, startServer } from './quickstart/server-process.ts';
import { openProgressView } from './progress-view.ts';
import { exitCode } from './run-program.ts';
import { formatBytes } from './units.ts';

interface QuickstartFlags {
  readonly data: string;
  readonly port: string;
  readonly exit?: true;
}

const checkout = join(import.meta.dirname, '..', '..', '..');
const binary = join(checkout, 'bin', 'haulier');

export function addQuickstartCommand(command: Command): void {
  command
    .option('-d, --data <folder>', 'where everything lives; delete it to start afresh', join(checkout, '.data', 'quickstart'))
    .option('--port <port>', 'port of the API on 127.0.0.1; a free one when it is taken', '8642')
    .option('--exit', 'stop at the end instead of leaving the server running')
    .action(quickstart);
}

async function quickstart(flags: QuickstartFlags): Promise<void> {
  const place = await preparePlace(resolve(flags.data));
  say(`Starting Haulier with its own database in ${place.folder}`);
  const account = await readAccount(place);
  const server = await startServer(binary, place.configFile, await freePort(Number(flags.port)));
  const interrupted = new AbortController();
  const onSignal = (): void => interrupt(interrupted);
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    const passed = await demonstrate(place, await ApiClient.signIn(server.url, account), interrupted.signal);
    process.exitCode = passed ? exitCode.done : exitCode.failed;
    tellHowToGoOn(server.url, place, account);
    if (flags.exit !== true) await Promise.race([server.ended, aborted(interrupted.signal)]);
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    say('Stopping');
    await server.stop();
  }
}

interface Place {
  readonly folder: string;
  readonly configFile: string;
  readonly accountFile: string;
  readonly sources: string;
  readonly destinations: string;
}

/** Two object stores, each a folder of buckets, known to the server as regions of its catalogue. */
async function preparePlace(folder: string): Promise<Place> {
  const [sources, destinations] = [join(folder, 'stores', 'source'), join(folder, 'stores', 'destination')];
  await mkdir(folder, { recursive: true, mode: 0o711 });
  await mkdir(join(sources, 'photos'), { recursive: true });
  await mkdir(destinations, { recursive: true });
  const configFile = join(folder, 'haulier.yaml');
  await writeFile(configFile, `# Made by bin/quickstart.
data: ${JSON.stringify(folder)}
regions:
  - { cloud: Local, region: source, endpoint: ${JSON.stringify(pathToFileURL(sources).href)} }
  - { cloud: Local, region: destination, endpoint: ${JSON.stringify(pathToFileURL(destinations).href)} }
`);
  return { folder, configFile, accountFile: join(folder, 'account.json'), sources, destinations };
}

/** The account of an earlier run, or a new one; its secrets are shown once, so they are kept for the next run. */
async function readAccount({ accountFile, configFile }: Place): Promise<Account> {
  const known = await readFile(accountFile, 'utf8').catch(() => undefined);
  const text = known ?? (await initialise(binary, configFile));
  if (known === undefined) await writeFile(accountFile, text, { mode: 0o600 });
  return JSON.parse(text) as Account;
}

async function demonstrate(place: Place, api: ApiClient, signal: AbortSignal): Promise<boolean> {
  const { createLocalStore } = await import('../providers/local/local-store.ts');
  const source = createLocalStore({ root: place.sources, bucket: 'photos', uniqueName: randomUUID });
  const bucket = `photos-${(await readdir(place.destinations)).filter((name) => name.startsWith('photos-')).length + 1}`;
  await mkdir(join(place.destinations, bucket));
  const destination = createLocalStore({ root: place.destinations, bucket, uniqueName: randomUUID });
  try {
    await fill(source, signal);
    say(`Migrating the bucket photos to ${bucket} (POST /v2/{project_id}/tasks)`);
    const id = await api.createTask({
      task_type: 'prefix',
      src_node: { cloud_type: 'Local', region: 'source', bucket: 'photos', ak: 'none', sk: 'none', object_key: [''] },
      dst_node: { region: 'destination', bucket, ak: 'none', sk: 'none' },
      description: 'quickstart', enable_metadata_migration: true,
    });
    const task = await watch(api, id, signal);
    say(`Task ${id} ${task.status === 5 ? 'succeeded' : `ended with status ${task.status}`}: ${task.successful_num} objects, ${formatBytes(task.complete_size)}`);
    return (await verify(source, destination, signal)) && task.status === 5;
  } finally {
    await Promise.all([source.close(), destination.close()]);
  }
}

async function fill(store: ObjectStore, signal: AbortSignal): Promise<void> {
  const total = sampleObjects.reduce((sum, { size }) => sum + size, 0);
  say(`Filling the bucket photos: ${sampleObjects.length} objects, ${formatBytes(total)}`);
  await fillSampleBucket(store, () => undefined, signal);
}

const ended = new Set([3, 4, 5]);

async function watch(api: ApiClient, id: number, signal: AbortSignal): Promise<TaskAnswer> {
  const view = openProgressView(process.stderr, Date.now);
  try {
    for (;;) {
      signal.throwIfAborted();
      const task = await api.showTask(id);
      view.update({
        objects: task.successful_num + task.skipped_num + task.failed_num, bytes: task.complete_size, failed: task.failed_num,
        total: task.is_query_over ? { objects: task.total_num, bytes: task.total_size } : undefined,
        rate: task.migrate_speed, secondsLeft: task.left_time / 1000,
      });
      if (ended.has(task.status)) return task;
      await sleep(200);
    }
  } finally {
    view.stop();
  }
}

async function verify(source: ObjectStore, destination: ObjectStore, signal: AbortSignal): Promise<boolean> {
  say('Comparing every byte of both buckets');
  const { identical, different } = await compareBuckets(source, destination, signal);
  say(`${identical} objects identical, ${different.length} different${different.length > 0 ? `: ${different.slice(0, 5).join(', ')}` : ''}`);
  return different.length === 0;
}

function tellHowToGoOn(url: string, { configFile }: Place, account: Account): void {
  process.stdout.write(`
The API is at ${url} (OpenAPI: ${url}/openapi.json, metrics: ${url}/metrics).

  export HAULIER_ENDPOINT=${url} HAULIER_PROJECT_ID=${account.project_id}
  export HAULIER_ACCESS_KEY=${account.access_key} HAULIER_SECRET_KEY=${account.secret_key}
  bin/haulier task list

Regions of your own stores go into ${configFile}; bin/haulier serve --help shows how. Ctrl-C stops the server.
`);
}

function interrupt(controller: AbortController): void {
  controller.abort(new Error('interrupted'));
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => signal.addEventListener('abort', () => done(), { once: true }));
}

function say(text: string): void {
  process.stderr.write(`${process.stderr.isTTY ? '\u001b[1m==>\u001b[0m' : '==>'} ${text}\n`);
}
