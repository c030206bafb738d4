/**
 * The configuration, parsed once at the door. Precedence: command line, environment (HAULIER_*), file, defaults.
 */
import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Value } from 'typebox/value';
import { parse as parseYaml, YAMLParseError } from 'yaml';
import type { RegionEntry } from '../providers/region-catalogue.ts';
import { ConfigError, problemsOf } from './config-problem.ts';
import { ConfigFile, type ConfiguredRegion } from './config-schema.ts';
import { volumesConfig, type VolumesConfig } from './volume-config.ts';

export { ConfigError } from './config-problem.ts';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface WorkerLimits {
  /** Migration tasks this machine works on at once. */
  readonly tasks: number;
  /** The rest bounds each task; see `RunLimits` of the engine. */
  readonly objects: number;
  readonly largeObjects: number;
  readonly parts: number;
  readonly ranges: number;
}

export interface Config {
  /** Port 0 takes a free one. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly tls: { readonly certificateFile: string; readonly keyFile: string } | undefined;
  /** IP addresses and networks. */
  readonly proxies: readonly string[];
  /** Absolute. */
  readonly dataFolder: string;
  /** Undefined: Haulier supervises a private PostgreSQL in the data folder. May carry a password: never logged. */
  readonly databaseUrl: string | undefined;
  readonly logLevel: LogLevel;
  /** IANA name. */
  readonly zone: string;
  readonly tokenLifetimeMs: number;
  readonly worker: WorkerLimits;
  /** The most that one task of a task group is given. */
  readonly groups: { readonly objects: number; readonly bytes: number };
  /** An agent that has not been heard of for so long is not connected. */
  readonly servers: { readonly silentAfterMs: number };
  /** The user's own regions, in the order of the file. */
  readonly regions: readonly RegionEntry[];
  readonly volumes: VolumesConfig;
  readonly topics: NonNullable<ConfigFile['topics']>;
  readonly templates: NonNullable<ConfigFile['templates']>;
  /** The file that was read, for people. */
  readonly file: string | undefined;
}

/** What the command line may say. Secrets are never among it. */
export interface ConfigFlags {
  readonly config?: string;
  readonly data?: string;
  readonly listen?: string;
  readonly logLevel?: string;
}

export interface ConfigSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
}

/** Finds, reads and checks the configuration. Throws {@link ConfigError}; nothing else is wrong with a configuration later. */
export function loadConfig(flags: ConfigFlags, surroundings: ConfigSurroundings): Config {
  const file = findFile(flags, surroundings);
  const fromFile = file === undefined ? {} : readConfigFile(file);
  const overrides = parseOverrides(flags, surroundings.environment);
  const base = file === undefined ? surroundings.workingFolder : dirname(file);
  return Object.freeze(assemble(overrides, fromFile, { base, file, ...surroundings }));
}

interface AssembleContext extends ConfigSurroundings {
  /** Relative paths of the file start here. */
  readonly base: string;
  readonly file: string | undefined;
}

function assemble(over: ConfigFile, file: ConfigFile, context: AssembleContext): Config {
  const fromFolder = (path: string) => resolve(context.base, path);
  const fromHere = (path: string) => resolve(context.workingFolder, path);
  const tls = over.tls === undefined ? mapTls(file.tls, fromFolder) : mapTls(over.tls, fromHere);
  const zone = over.zone ?? file.zone;
  if (zone !== undefined && !isZone(zone)) throw new ConfigError(`${context.file ?? 'HAULIER_ZONE'}: zone: expected an IANA time zone such as Europe/Berlin, not ${zone}`);
  return {
    listen: parseListen(over.listen ?? file.listen ?? '127.0.0.1:8642'),
    tls,
    proxies: (file.proxies ?? []).map((address, index) => checkAddress(address, `${context.file ?? 'proxies'}: proxies[${index}]`)),
    dataFolder: over.data === undefined ? (file.data === undefined ? defaultDataFolder(context.environment) : fromFolder(file.data)) : fromHere(over.data),
    databaseUrl: over.database ?? file.database,
    logLevel: over.log?.level ?? file.log?.level ?? 'info',
    // Only servers want it, and to find it out takes longer than all the rest here.
    get zone() { return zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone; },
    tokenLifetimeMs: (over.tokens?.hours ?? file.tokens?.hours ?? 24) * 3_600_000,
    worker: { tasks: 4, objects: 256, largeObjects: 4, parts: 4, ranges: 4, ...file.worker, ...over.worker },
    groups: groupBounds({ objects: 100_000, gigabytes: 500, ...file.groups, ...over.groups }),
    servers: { silentAfterMs: (over.servers?.silentSeconds ?? file.servers?.silentSeconds ?? 60) * 1000 },
    regions: (file.regions ?? []).map((region, index) => mapRegion(region, `${context.file ?? 'regions'}: regions[${index}]`, fromFolder)),
    volumes: volumesConfig(file.volumes, context.file ?? 'haulier.yaml', fromFolder),
    topics: file.topics ?? [],
    templates: file.templates ?? [],
    file: context.file,
  };
}

function checkAddress(text: string, place: string): string {
  const [address = '', bits, ...more] = text.split('/');
  const most = isIP(address) === 4 ? 32 : 128;
  const isNetwork = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= most);
  if (isIP(address) === 0 || !isNetwork || more.length > 0) throw new ConfigError(`${place}: expected an IP address, or a network as 10.0.0.0/8, not ${text}`);
  return text;
}

function groupBounds({ objects, gigabytes }: { readonly objects: number; readonly gigabytes: number }): Config['groups'] {
  return { objects, bytes: gigabytes * 1_000_000_000 };
}

function mapRegion(region: ConfiguredRegion, place: string, absolute: (path: string) => string): RegionEntry {
  if ((region.cloud === 'Local') !== region.endpoint.startsWith('file:')) throw new ConfigError(`${place}.endpoint: expected file:///absolute/folder for cloud Local, and for no other`);
  return { addressing: 'path', signature: 'v4', ...region, ...(region.caFile === undefined ? {} : { caFile: absolute(region.caFile) }) };
}

function mapTls(tls: ConfigFile['tls'], absolute: (path: string) => string): Config['tls'] {
  return tls === undefined ? undefined : { certificateFile: absolute(tls.certificate), keyFile: absolute(tls.key) };
}

function findFile(flags: ConfigFlags, { environment, workingFolder }: ConfigSurroundings): string | undefined {
  const named = flags.config ?? environment['HAULIER_CONFIG'];
  if (named !== undefined && named !== '') return resolve(workingFolder, named);
  const data = flags.data ?? environment['HAULIER_DATA'];
  const folder = data === undefined || data === '' ? defaultDataFolder(environment) : resolve(workingFolder, data);
  return [join(workingFolder, 'haulier.yaml'), join(folder, 'haulier.yaml')].find((file) => existsSync(file));
}

function readConfigFile(file: string): ConfigFile {
  let value: unknown;
  try {
    value = parseYaml(readFileSync(file, 'utf8')) ?? {};
  } catch (error) {
    if (error instanceof YAMLParseError) throw new ConfigError(`${file}: ${error.message}`);
    throw new ConfigError(`${file}: cannot be read (${error instanceof Error ? error.message : String(error)})`);
  }
  return check(value, file);
}

function check(value: unknown, source: string): ConfigFile {
  if (Value.Check(ConfigFile, value)) return value;
  throw new ConfigError(problemsOf(ConfigFile, value).map((problem) => `${source}: ${problem}`).join('\n'));
}

/** Environment variables by the field they set; numbers are written in decimal. */
const variables: readonly (readonly [name: string, path: readonly [string] | readonly [string, string], kind: 'text' | 'number'])[] = [
  ['HAULIER_LISTEN', ['listen'], 'text'],
  ['HAULIER_TLS_CERTIFICATE', ['tls', 'certificate'], 'text'],
  ['HAULIER_TLS_KEY', ['tls', 'key'], 'text'],
  ['HAULIER_DATA', ['data'], 'text'],
  ['HAULIER_DATABASE_URL', ['database'], 'text'],
  ['HAULIER_LOG_LEVEL', ['log', 'level'], 'text'],
  ['HAULIER_ZONE', ['zone'], 'text'],
  ['HAULIER_TOKEN_HOURS', ['tokens', 'hours'], 'number'],
  ['HAULIER_WORKER_TASKS', ['worker', 'tasks'], 'number'],
  ['HAULIER_WORKER_OBJECTS', ['worker', 'objects'], 'number'],
  ['HAULIER_WORKER_LARGE_OBJECTS', ['worker', 'largeObjects'], 'number'],
  ['HAULIER_WORKER_PARTS', ['worker', 'parts'], 'number'],
  ['HAULIER_WORKER_RANGES', ['worker', 'ranges'], 'number'],
  ['HAULIER_GROUP_OBJECTS', ['groups', 'objects'], 'number'],
  ['HAULIER_GROUP_GIGABYTES', ['groups', 'gigabytes'], 'number'],
  ['HAULIER_SERVER_SILENT_SECONDS', ['servers', 'silentSeconds'], 'number'],
];

/** The names that configure a server, for `--help`. */
export const environmentVariables: readonly string[] = ['HAULIER_CONFIG', ...variables.map(([name]) => name)];

function parseOverrides(flags: ConfigFlags, environment: ConfigSurroundings['environment']): ConfigFile {
  const value: Record<string, unknown> = {};
  for (const [name, path, kind] of variables) {
    const raw = environment[name];
    if (raw !== undefined && raw !== '') place(value, path, kind === 'number' ? Number(raw) : raw);
  }
  const fromEnvironment = check(value, 'environment (HAULIER_*)');
  return check({
    ...fromEnvironment,
    ...(flags.data === undefined ? {} : { data: flags.data }),
    ...(flags.listen === undefined ? {} : { listen: flags.listen }),
    ...(flags.logLevel === undefined ? {} : { log: { level: flags.logLevel } }),
  }, 'command line');
}

function place(target: Record<string, unknown>, [outer, inner]: readonly [string] | readonly [string, string], value: unknown): void {
  if (inner === undefined) target[outer] = value;
  else target[outer] = { ...(typeof target[outer] === 'object' ? target[outer] : {}), [inner]: value };
}

function parseListen(listen: string): Config['listen'] {
  const colon = listen.lastIndexOf(':');
  const port = Number(listen.slice(colon + 1));
  if (port > 65_535) throw new ConfigError(`listen: expected a port from 0 to 65535, not ${port}`);
  return { host: listen.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port };
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function defaultDataFolder(environment: ConfigSurroundings['environment']): string {
  const base = environment['XDG_DATA_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.local', 'share') : base, 'haulier');
}
