/**
 * Global setup of the end-to-end tests: stores are started by the first test that needs one, shared by all runs on the
 * machine, and stopped by the run that ends last. `HAULIER_KEEP_STORES=1` leaves them for the next run.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runScript, storesFolder } from './rgw.ts';

export async function setup(): Promise<() => Promise<void>> {
  const users = join(storesFolder, 'users');
  const user = join(users, String(process.pid));
  await mkdir(users, { recursive: true });
  await writeFile(user, '');
  return async () => {
    await rm(user, { force: true });
    if (process.env['HAULIER_KEEP_STORES'] !== '1') await runScript('stop-rgw.sh', ['if-unused']);
  };
}
