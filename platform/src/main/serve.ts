/** `haulier serve`: wires the API and a worker, and runs them until told to stop. */
import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { iamSurface } from '../api/iam/surface.ts';
import { createMetrics, type Metrics } from '../api/ops/metrics.ts';
import { buildServer } from '../api/server.ts';
import type { Config } from './config.ts';
import { clock, productVersion, randomness } from './environment.ts';
import { identityOf } from './init.ts';
import { openInstallation, type Installation } from './installation.ts';
import { createLogger } from './log.ts';
import { publishSharedSettings } from './shared-settings.ts';

/** Resolves when everything has stopped in its own time after `stop` was aborted. */
export async function serve(config: Config, stop: AbortSignal): Promise<void> {
  const log = createLogger(config.logLevel);
  const installation = await openInstallation(config, log);
  try {
    await publishSharedSettings(installation, config);
    const metrics = createMetrics({ queueDepth: () => Promise.resolve(0) });
    const app = await createServer(config, installation, metrics, log);
    await app.listen({ ...config.listen, listenTextResolver: (address) => `listening on ${address}` });
    await aborted(stop);
    log.info('stopping');
    await app.close();
  } finally {
    await installation.close();
    log.info('stopped');
  }
}

function createServer(config: Config, installation: Installation, metrics: Metrics, logger: Logger): Promise<FastifyInstance> {
  const identity = identityOf(installation, config);
  const authentication = { ...identity, now: () => clock.now() };
  return buildServer({
    logger,
    tls: config.tls === undefined ? undefined : { cert: readFileSync(config.tls.certificateFile), key: readFileSync(config.tls.keyFile) },
    version: productVersion(),
    newRequestId: randomness.id,
    metrics,
    readiness: [{ name: 'database', check: () => databaseAnswers(installation) }],
    surfaces: [iamSurface(authentication)],
  });
}

/** The database was migrated before the server began to listen. */
async function databaseAnswers({ db }: Installation): Promise<undefined> {
  await sql`select 1`.execute(db);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
