/** `haulier serve`: wires the API and a worker, and runs them until told to stop. */
import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { authenticate } from '../api/auth/authenticate.ts';
import { evsSurface } from '../api/evs/surface.ts';
import { iamSurface } from '../api/iam/surface.ts';
import { omsSurface } from '../api/oms/surface.ts';
import { smsVersionRoutes } from '../api/sms/service-routes.ts';
import { sourceRoutes } from '../api/sms/source-routes.ts';
import { smsSurface } from '../api/sms/surface.ts';
import { taskRoutes } from '../api/sms/task-routes.ts';
import { createMetrics, type Metrics, type StoreConcurrency } from '../api/ops/metrics.ts';
import { buildServer } from '../api/server.ts';
import { createPgNotices } from '../database/notices/pg-notices.ts';
import { createPgPrivacyAgreements } from '../database/pg-privacy-agreements.ts';
import type { Buckets } from '../object-migration/buckets/buckets.ts';
import { deliverNotices } from '../object-migration/notices/deliver.ts';
import type { Topics } from '../object-migration/notices/notice.ts';
import type { TaskGroups } from '../object-migration/groups/group.ts';
import type { SyncTasks } from '../object-migration/sync/sync-tasks.ts';
import type { MigrationTasks } from '../object-migration/task.ts';
import type { LimitersByEndpoint } from '../providers/index.ts';
import { openBuckets } from './buckets.ts';
import { ConfigError, type Config } from './config.ts';
import { clock, productVersion, randomness } from './environment.ts';
import { identityOf } from './init.ts';
import { openInstallation, type Installation } from './installation.ts';
import { createLogger } from './log.ts';
import { openMigration, type Migration } from './migration.ts';
import { notifierOf } from './notifier.ts';
import { runObserver, storeObserver, syncObserver, volumeObserver } from './observers.ts';
import { openServerMigration } from './server-migration.ts';
import { serverSettingsRoutes } from './server-settings.ts';
import { publishSharedSettings } from './shared-settings.ts';
import { StartProblem } from './start-problem.ts';
import type { VolumeRoom } from '../worker/volumes/volume-room.ts';
import { aborted } from './stop-signals.ts';
import { createStoreRuntime } from './store-runtime.ts';
import { openSynchronisation, type Synchronisation } from './synchronisation.ts';
import { openVolumes, type OpenVolumes } from './volumes.ts';

/** Resolves when everything has stopped in its own time after `stop` was aborted. */
export async function serve(config: Config, stop: AbortSignal): Promise<void> {
  const log = createLogger(config.logLevel);
  const installation = await openInstallation(config, log);
  try {
    const notifier = notifierOf(config, process.env);
    const { migration, synchronisation, volumes, metrics, buckets } = await openMeteredMigration(config, installation, notifier.topics, log);
    try {
      const app = await createServer({ config, installation, tasks: migration.room.tasks, syncTasks: synchronisation.room.syncTasks, groups: migration.room.groups, disks: volumes.room, buckets, metrics, log });
      const notices = { notices: createPgNotices(installation.db), send: notifier.send, clock, log };
      let delivering: Promise<void> | undefined;
      await runServer(app, config, () => {
        migration.room.start();
        synchronisation.room.start();
        volumes.room.start();
        delivering = deliverNotices(notices, noticesEveryMs, stop);
      }, stop, log);
      await delivering;
    } finally {
      await Promise.all([migration.close(), synchronisation.room.stop(), volumes.room.stop()]);
    }
  } finally {
    await installation.close();
    log.info('stopped');
  }
}

const noticesEveryMs = 1_000;

/** Answers requests and works until `stop`; then answers those under way. */
async function runServer(app: FastifyInstance, config: Config, startWork: () => void, stop: AbortSignal, log: Logger): Promise<void> {
  try {
    await listenOn(app, config);
    startWork();
    await aborted(stop);
    log.info('stopping');
  } finally {
    await app.close();
  }
}

async function listenOn(app: FastifyInstance, { listen: { host, port }, tls }: Config): Promise<void> {
  const scheme = tls === undefined ? 'http:' : 'https:';
  try {
    await app.listen({ host, port, listenTextResolver: (address) => `listening on ${address.replace(/^https?:/, scheme)}` });
  } catch (error) {
    throw new StartProblem(`${host}:${port} cannot be listened on (${error instanceof Error ? error.message : String(error)}). Choose another address with --listen.`);
  }
}

interface OpenMigration {
  readonly migration: Migration;
  readonly synchronisation: Synchronisation;
  readonly volumes: OpenVolumes;
  readonly metrics: Metrics;
  readonly buckets: Buckets;
}

async function openMeteredMigration(config: Config, installation: Installation, topics: Topics, log: Logger): Promise<OpenMigration> {
  const shared = await publishSharedSettings(installation, config);
  const metrics = createMetrics();
  const runtime = createStoreRuntime(storeObserver(metrics));
  const volumes = await openVolumes({ config, installation, observe: volumeObserver(metrics), log });
  const migration = await openMigration({ config, installation, shared, runtime, topics, observe: runObserver(metrics), log });
  const synchronisation = openSynchronisation({ config, installation, shared, runtime, observe: syncObserver(metrics), log });
  metrics.watch({ queueDepth: () => migration.queue.depth(), storeConcurrency: () => concurrencyOf(runtime.limiters), syncBacklog: synchronisation.backlog, volumeBacklog: volumes.backlog });
  return { migration, synchronisation, volumes, metrics, buckets: openBuckets(shared.catalogue, runtime) };
}

function* concurrencyOf(limiters: LimitersByEndpoint): Iterable<StoreConcurrency> {
  for (const [endpoint, { reads, others }] of limiters.all()) {
    yield { endpoint, direction: 'reads', limit: reads.limit, underWay: reads.inUse };
    yield { endpoint, direction: 'others', limit: others.limit, underWay: others.inUse };
  }
}

interface ServerParts {
  readonly config: Config;
  readonly installation: Installation;
  readonly tasks: MigrationTasks;
  readonly syncTasks: SyncTasks;
  readonly buckets: Buckets;
  readonly groups: TaskGroups;
  readonly disks: Pick<VolumeRoom, 'volumes' | 'transfers'>;
  readonly metrics: Metrics;
  readonly log: Logger;
}

function createServer({ config, installation, tasks, syncTasks, groups, disks, buckets, metrics, log }: ServerParts): Promise<FastifyInstance> {
  const authentication = { ...identityOf(installation, config), now: () => clock.now() };
  const servers = openServerMigration(installation, config.servers);
  return buildServer({
    logger: log,
    tls: config.tls === undefined ? undefined : { cert: readPem('tls.certificate', config.tls.certificateFile), key: readPem('tls.key', config.tls.keyFile) },
    proxies: config.proxies,
    version: productVersion(),
    newRequestId: randomness.id,
    metrics,
    readiness: [{ name: 'database', check: () => databaseAnswers(installation) }],
    surfaces: [
      omsSurface({ tasks, syncTasks, groups, buckets, agreements: createPgPrivacyAgreements(installation.db), authenticate: authenticate(authentication) }),
      iamSurface(authentication),
      smsSurface({ authenticate: authenticate(authentication), open: [smsVersionRoutes], routes: [sourceRoutes(servers.sources), taskRoutes(servers.tasks), ...serverSettingsRoutes(installation)] }),
      evsSurface({ ...disks, authenticate: authenticate(authentication) }),
    ],
  });
}

function readPem(field: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new ConfigError(`${field}: ${file} cannot be read (${error instanceof Error ? error.message : String(error)})`);
  }
}

/** The database was migrated before the server began to listen. */
async function databaseAnswers({ db }: Installation): Promise<undefined> {
  await sql`select 1`.execute(db);
}
