/** `haulier work`: a worker on its own. */
import type { RunObserver } from '../engine/run.ts';
import type { Config } from './config.ts';
import { openInstallation } from './installation.ts';
import { createLogger } from './log.ts';
import { openMigration } from './migration.ts';
import { notifierOf } from './notifier.ts';
import { followSharedSettings } from './shared-settings.ts';
import { aborted } from './stop-signals.ts';
import { createStoreRuntime } from './store-runtime.ts';
import { openSynchronisation, type SynchronisationDeps } from './synchronisation.ts';
import { openVolumes } from './volumes.ts';

/** Resolves when everything has stopped in its own time after `stop` was aborted. */
export async function work(config: Config, stop: AbortSignal): Promise<void> {
  const log = createLogger(config.logLevel);
  const installation = await openInstallation(config, log);
  try {
    const shared = await followSharedSettings(installation, config);
    const runtime = createStoreRuntime();
    const volumes = await openVolumes({ config, installation, observe: { settled() {} }, log });
    const migration = await openMigration({ config, installation, shared, runtime, topics: notifierOf(config, process.env).topics, observe: unobserved, log });
    const synchronisation = openSynchronisation({ config, installation, shared, runtime, observe: unobserved, log });
    migration.room.start();
    synchronisation.room.start();
    volumes.room.start();
    log.info('working');
    await aborted(stop);
    log.info('stopping');
    await Promise.all([migration.close(), synchronisation.room.stop(), volumes.room.stop()]);
  } finally {
    await installation.close();
    log.info('stopped');
  }
}

/** Nobody scrapes a worker: it has no address. */
const unobserved: RunObserver & SynchronisationDeps['observe'] = { bytes() {}, outcome() {}, recordFailed() {}, accepted() {}, settled() {} };
