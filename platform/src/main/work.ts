/** `haulier work`: a worker on its own. */
import type { Config } from './config.ts';
import { openInstallation } from './installation.ts';
import { createLogger } from './log.ts';
import { followSharedSettings } from './shared-settings.ts';

/** Resolves when everything has stopped in its own time after `stop` was aborted. */
export async function work(config: Config, stop: AbortSignal): Promise<void> {
  const log = createLogger(config.logLevel);
  const installation = await openInstallation(config, log);
  try {
    await followSharedSettings(installation, config);
    await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
  } finally {
    await installation.close();
  }
}
