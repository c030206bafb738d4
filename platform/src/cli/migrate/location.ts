/** Parses the SRC and DST of `haulier migrate`. */
import { basename, dirname, resolve } from 'node:path';
import { UsageError } from '../usage-error.ts';

/** One end of a migration as the user named it. */
export type Location =
  /** `CLOUD:REGION/BUCKET[/PREFIX]`; the cloud in lower case, as the region catalogue knows it in any case. */
  | { readonly kind: 'cloud'; readonly cloud: string; readonly region: string; readonly bucket: string; readonly prefix: string }
  /** `local:PATH`: the folder `root`/`bucket` is the bucket. */
  | { readonly kind: 'local'; readonly root: string; readonly bucket: string; readonly prefix: '' };

const grammar = 'expected CLOUD:REGION/BUCKET[/PREFIX], e.g. aws:eu-west-1/photos/2024/, or local:PATH, e.g. local:/mnt/nas/photos';

/**
 * The prefix is everything after the bucket's slash, exactly as it stands: `a//b` and `a/../b` are keys, not paths.
 *
 * @throws UsageError
 */
export function parseLocation(text: string, workingFolder: string): Location {
  const colon = text.indexOf(':');
  if (colon <= 0) throw new UsageError(`"${text}" names no cloud: ${grammar}`);
  const cloud = text.slice(0, colon).toLowerCase();
  const rest = text.slice(colon + 1);
  if (cloud === 'local') return parseLocal(text, rest, workingFolder);
  const [region = '', bucket = '', ...prefix] = rest.split('/');
  if (region === '' || bucket === '') throw new UsageError(`"${text}" lacks a ${region === '' ? 'region' : 'bucket'}: ${grammar}`);
  return { kind: 'cloud', cloud, region, bucket, prefix: prefix.join('/') };
}

function parseLocal(text: string, path: string, workingFolder: string): Location {
  if (path === '') throw new UsageError(`"${text}" names no folder: ${grammar}`);
  const folder = resolve(workingFolder, path);
  const bucket = basename(folder);
  if (bucket === '') throw new UsageError(`"${text}" is the root of the file system; name a folder in it`);
  return { kind: 'local', root: dirname(folder), bucket, prefix: '' };
}
