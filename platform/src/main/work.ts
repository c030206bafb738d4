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

/** Resolves when everything has stopped in its own time after `stop` was aborted. */
export async function work(config: Config, stop: AbortSignal): Promise<void> {
  const log = createLogger(config.logLevel);
  const installation = await openInstallation(config, log);
  try {
    const shared = await followSharedSettings(installation, config);
    const migration = await openMigration({ config, installation, shared, runtime: createStoreRuntime(), topics: notifierOf(config, process.env).topics, observe: unobserved, log });
    migration.room.start();
    log.info('working');
    await aborted(stop);
    log.info('stopping');
    await migration.close();
  } finally {
    await installation.close();
    log.info('stopped');
  }
}

/** Nobody scrapes a worker: it has no address. */
const unobserved: RunObserver = { bytes() {}, outcome() {}, recordFailed() {} };
