/**
 * Global setup of the end-to-end tests: stores are started by the first test that needs one, shared by all runs on the
 * machine, and stopped by the run that ends last. `HAULIER_KEEP_STORES=1` leaves them for the next run.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failuresOf, runScript, runVariable, storesFolder } from './bed.ts';

export async function setup(): Promise<() => Promise<void>> {
  const users = join(storesFolder, 'users');
  const run = String(process.pid);
  const user = join(users, run);
  await mkdir(users, { recursive: true });
  await writeFile(user, '');
  await rm(failuresOf(run), { recursive: true, force: true });
  process.env[runVariable] = run;
  return async () => {
    await rm(failuresOf(run), { recursive: true, force: true });
    await rm(user, { force: true });
    if (process.env['HAULIER_KEEP_STORES'] !== '1') await runScript('stop-rgw.sh', ['if-unused']);
  };
}
