/** File systems that behave unlike the machine's own. Both need root. */
import { bringUp, runScript, type Standing } from './bed.ts';

/** Makes an empty XFS of 1 GiB, whose files can share blocks, and mounts it on a folder. */
export async function mountXfs(folder: string): Promise<Standing> {
  await bringUp('XFS', () => runScript('start-xfs.sh', [folder]));
  return { stop: () => runScript('start-xfs.sh', ['stop', folder]) };
}

/** Makes an empty exFAT of 64 MB and mounts it on `mnt` in a folder. */
export async function mountExfat(folder: string): Promise<Standing> {
  await bringUp('exFAT', () => runScript('start-exfat.sh', [folder]));
  return { stop: () => runScript('start-exfat.sh', ['stop', folder]) };
}
