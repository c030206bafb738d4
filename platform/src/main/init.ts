import { createPgIdentityStore } from '../database/identity/pg-identity-store.ts';
import { createKeyFile } from '../database/secrets/key-file.ts';
import type { FirstAccount, FirstNames } from '../identity/accounts.ts';
import { createIdentity, type Identity } from '../identity/identity.ts';
import { IdentityError } from '../identity/model.ts';
import type { Config } from './config.ts';
import { prepareDataFolder } from './data-folder.ts';
import { clock, randomness } from './environment.ts';
import { openInstallation, type Installation } from './installation.ts';
import { createLogger } from './log.ts';
import { publishSharedSettings } from './shared-settings.ts';
import { StartProblem } from './start-problem.ts';

export type { FirstAccount };

/** Makes data folder, key file, database and first account. Undefined when there is an account: then nothing was changed. */
export async function initialise(config: Config, names: FirstNames): Promise<FirstAccount | undefined> {
  createKeyFile(prepareDataFolder(config.dataFolder).keyFile);
  const installation = await openInstallation(config, createLogger('silent'));
  try {
    await publishSharedSettings(installation, config);
    return await identityOf(installation, config).accounts.initialise(names);
  } catch (error) {
    if (error instanceof IdentityError && error.refusal === 'already-initialised') return undefined;
    if (error instanceof IdentityError && error.refusal === 'weak-password') throw new StartProblem('HAULIER_INIT_PASSWORD: expected 8 to 32 characters of at least two kinds (a-z, A-Z, 0-9, others), not the user name.');
    throw error;
  } finally {
    await installation.close();
  }
}

export function identityOf({ db, key }: Installation, { tokenLifetimeMs }: Config): Identity {
  return createIdentity({ store: createPgIdentityStore(db), box: key, random: randomness.bytes, now: () => clock.now(), tokenLifetimeMs });
}
