/** File systems that behave unlike the machine's own, or that tests may break. All need root. */
import { bringUp, runScript, type Standing } from './bed.ts';

export interface Image extends Standing {
  /** A loss of power: what was not brought to disk is gone. It is mounted again. */
  cut(): Promise<void>;
  remount(how: 'ro' | 'rw'): Promise<void>;
  unplug(): Promise<void>;
  plug(): Promise<void>;
}

/** Makes an empty file system and mounts it on a folder. The files of an XFS can share blocks. */
export async function mountImage(folder: string, kind: 'xfs' | 'ext4', size = '1G'): Promise<Image> {
  const run = (...args: readonly string[]) => runScript('mount-image.sh', args);
  await bringUp(`a file system of its own (${kind})`, () => run(folder, kind, size));
  return {
    cut: () => run('cut', folder),
    remount: (how) => run('remount', folder, how),
    unplug: () => run('unplug', folder),
    plug: () => run('plug', folder),
    stop: () => run('stop', folder),
  };
}

/** Of 1 GiB. */
export const mountXfs = (folder: string): Promise<Standing> => mountImage(folder, 'xfs');

/** Makes an empty exFAT of 64 MB and mounts it on `mnt` in a folder. */
export async function mountExfat(folder: string): Promise<Standing> {
  await bringUp('exFAT', () => runScript('start-exfat.sh', [folder]));
  return { stop: () => runScript('start-exfat.sh', ['stop', folder]) };
}
