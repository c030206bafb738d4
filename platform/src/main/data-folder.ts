import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What lies where in the data folder. */
export interface DataFolder {
  readonly path: string;
  /** Opens what is sealed in the database. Without it the credentials in there are lost. */
  readonly keyFile: string;
  /** A `file:` URL; its sub-folders are buckets. */
  readonly localStore: string;
  /** Holds a folder for each backend that keeps disks as files. */
  readonly volumes: string;
  /** Says which machine this is. */
  readonly hostFile: string;
}

/** Others may pass through it, as the database's own user has to, and see nothing of it. */
const folderMode = 0o711;

export function dataFolder(path: string): DataFolder {
  return { path, keyFile: join(path, 'key'), localStore: pathToFileURL(join(path, 'stores', 'local')).href, volumes: join(path, 'volumes'), hostFile: join(path, 'host') };
}

/** Makes what is missing of the folder, an empty local store included. */
export function prepareDataFolder(path: string): DataFolder {
  mkdirSync(path, { recursive: true, mode: folderMode });
  mkdirSync(join(path, 'stores', 'local'), { recursive: true, mode: folderMode });
  return dataFolder(path);
}
