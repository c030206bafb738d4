/**
 * Global setup of the end-to-end tests: stores are started by the first test that needs one, shared by all runs on the
 * machine, and stopped by the run that ends last. `HAULIER_KEEP_STORES=1` leaves them for the next run.
 */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runScript, storesFolder } from './rgw.ts';

const users = join(storesFolder, 'users');

export async function setup(): Promise<() => Promise<void>> {
  await mkdir(users, { recursive: true });
  await writeFile(join(users, String(process.pid)), '');
  return leave;
}

async function leave(): Promise<void> {
  await rm(join(users, String(process.pid)), { force: true });
  for (const name of await readdir(users)) {
    if (isRunning(Number(name))) return;
    await rm(join(users, name), { force: true });
  }
  if (process.env['HAULIER_KEEP_STORES'] !== '1') await runScript('stop-rgw.sh');
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
