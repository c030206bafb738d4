import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfigError, loadConfig, type Config, type ConfigFlags } from './config.ts';
import { volumesConfig } from './volume-config.ts';

const defaultVolumes = volumesConfig({}, '', (path) => path);

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'haulier-config-')); });
afterEach(() => rmSync(folder, { recursive: true }));

function load(yaml: string | undefined, environment: Record<string, string> = {}, flags: ConfigFlags = {}): Config {
  if (yaml !== undefined) writeFileSync(join(folder, 'haulier.yaml'), yaml);
  return loadConfig(flags, { environment: { XDG_DATA_HOME: join(folder, 'share'), ...environment }, workingFolder: folder });
}

function problem(yaml: string | undefined, environment: Record<string, string> = {}, flags: ConfigFlags = {}): string {
  try {
    load(yaml, environment, flags);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.replaceAll(folder, '');
    throw error;
  }
  return 'none';
}

describe('a configuration', () => {
  test('has a default for everything', () => {
    expect(load(undefined)).toEqual({
      listen: { host: '127.0.0.1', port: 8642 }, tls: undefined, proxies: [], dataFolder: join(folder, 'share', 'haulier'), databaseUrl: undefined, logLevel: 'info',
      zone: Intl.DateTimeFormat().resolvedOptions().timeZone, tokenLifetimeMs: 86_400_000,
      worker: { tasks: 4, objects: 256, largeObjects: 4, parts: 4, ranges: 4 }, groups: { objects: 100_000, bytes: 500_000_000_000 }, servers: { silentAfterMs: 60_000 }, regions: [], volumes: defaultVolumes, topics: [], templates: [], file: undefined,
    });
  });

  test('is taken from the file, whose relative paths start at the file', () => {
    mkdirSync(join(folder, 'etc'));
    writeFileSync(join(folder, 'etc', 'h.yaml'), `
listen: "[::1]:80"
tls: { certificate: cert.pem, key: /k.pem }
proxies: [10.0.0.0/8, "::1"]
data: data
database: postgres://u:p@h/d
log: { level: debug }
zone: Europe/Berlin
tokens: { hours: 1 }
worker: { tasks: 2, parts: 8 }
servers: { silentSeconds: 300 }
regions:
  - { cloud: HEC, region: my-store, endpoint: "https://store:9000", caFile: ca.pem }
  - { cloud: Local, region: nas, endpoint: "file:///mnt/nas" }
`);
    expect(load(undefined, {}, { config: 'etc/h.yaml' })).toEqual({
      listen: { host: '::1', port: 80 }, tls: { certificateFile: join(folder, 'etc', 'cert.pem'), keyFile: '/k.pem' }, proxies: ['10.0.0.0/8', '::1'], dataFolder: join(folder, 'etc', 'data'),
      databaseUrl: 'postgres://u:p@h/d', logLevel: 'debug', zone: 'Europe/Berlin', tokenLifetimeMs: 3_600_000,
      worker: { tasks: 2, objects: 256, largeObjects: 4, parts: 8, ranges: 4 }, file: join(folder, 'etc', 'h.yaml'),
      regions: [
        { cloud: 'HEC', region: 'my-store', endpoint: 'https://store:9000', addressing: 'path', signature: 'v4', caFile: join(folder, 'etc', 'ca.pem') },
        { cloud: 'Local', region: 'nas', endpoint: 'file:///mnt/nas', addressing: 'path', signature: 'v4' },
      ],
      volumes: defaultVolumes, topics: [], templates: [], groups: { objects: 100_000, bytes: 500_000_000_000 }, servers: { silentAfterMs: 300_000 },
    });
  });

  test('is found in the working folder, then in the data folder; a named file comes first', () => {
    mkdirSync(join(folder, 'd'));
    writeFileSync(join(folder, 'd', 'haulier.yaml'), 'zone: Asia/Tokyo');
    expect(load(undefined, {}, { data: 'd' }).zone).toBe('Asia/Tokyo');
    expect(load('zone: Asia/Seoul', { HAULIER_DATA: 'd' }).zone).toBe('Asia/Seoul');
    expect(load(undefined, { HAULIER_CONFIG: 'd/haulier.yaml' }).zone).toBe('Asia/Tokyo');
  });

  test('lets the environment win over the file, and the command line over both', () => {
    const yaml = 'listen: a:1\nlog: { level: warn }\nworker: { tasks: 2, objects: 3 }';
    expect(load(yaml, { HAULIER_LISTEN: 'b:2', HAULIER_WORKER_TASKS: '9', HAULIER_LOG_LEVEL: '' })).toMatchObject({ listen: { host: 'b', port: 2 }, logLevel: 'warn', worker: { tasks: 9, objects: 3 } });
    expect(load(yaml, { HAULIER_LISTEN: 'b:2' }, { listen: 'c:3', logLevel: 'error' })).toMatchObject({ listen: { host: 'c', port: 3 }, logLevel: 'error' });
  });

  test('cannot be changed', () => {
    expect(Object.isFrozen(load(undefined))).toBe(true);
  });
});

describe('a wrong configuration says where and what is expected', () => {
  test.each([
    ['listen: 8642', '/haulier.yaml: listen: expected host:port, e.g. 127.0.0.1:8642; port 0 takes a free one'],
    ['proxies: [10.0.0.0/33]', '/haulier.yaml: proxies[0]: expected an IP address, or a network as 10.0.0.0/8, not 10.0.0.0/33'],
    ['proxies: [10.0.0.1, proxy.example]', '/haulier.yaml: proxies[1]: expected an IP address, or a network as 10.0.0.0/8, not proxy.example'],
    ['listen: h:70000', 'listen: expected a port from 0 to 65535, not 70000'],
    ['tls: { key: k }', '/haulier.yaml: tls.certificate: expected a PEM file with the certificate chain'],
    ['lissen: x', '/haulier.yaml: lissen: no such field; known here: listen, tls, proxies, data, database, log, zone, tokens, worker, groups, servers, regions, volumes, topics and templates'],
    ['worker: { objects: 0 }', '/haulier.yaml: worker.objects: expected a whole number from 1 to 10000: objects in flight at once for each task (default 256)'],
    ['groups: { objects: 0 }', '/haulier.yaml: groups.objects: expected a whole number from 1 to 100000000: objects one task of a task group is given at most (default 100000)'],
    ['worker: { speed: 1 }', '/haulier.yaml: worker.speed: no such field; known here: tasks, objects, largeObjects, parts, ranges'],
    ['zone: Europe/Nowhere', '/haulier.yaml: zone: expected an IANA time zone such as Europe/Berlin, not Europe/Nowhere'],
    ['regions: [{ cloud: HEC, region: a, endpoint: "https://h" }, { cloud: HEC, region: b, endpoint: "https://h/path" }]', '/haulier.yaml: regions[1].endpoint: expected https://host[:port] or http://host[:port]; for cloud Local file:///absolute/folder'],
    ['regions: [{ cloud: HEC, region: b, endpoint: "file:///x" }]', '/haulier.yaml: regions[0].endpoint: expected file:///absolute/folder for cloud Local, and for no other'],
    ['- a', '/haulier.yaml: the file: expected listen, tls, proxies, data, database, log, zone, tokens, worker, groups, servers, regions, volumes, topics and templates'],
  ])('%s', (yaml, expected) => {
    expect(problem(yaml)).toBe(expected);
  });

  test('in the environment, on the command line, and for a file that is missing or no YAML', () => {
    expect(problem(undefined, { HAULIER_WORKER_PARTS: 'many' })).toBe('environment (HAULIER_*): worker.parts: expected a whole number from 1 to 10000: parts of one large object in flight at once (default 4)');
    expect(problem(undefined, {}, { logLevel: 'loud' })).toBe('command line: log.level: expected trace, debug, info, warn, error or silent');
    expect(problem(undefined, {}, { config: 'none.yaml' })).toMatch(/^\/none\.yaml: cannot be read \(ENOENT/);
    expect(problem('a: [')).toMatch(/^\/haulier\.yaml: .* at line 1/);
  });

  test('never shows a database URL, which may carry a password', () => {
    expect(problem('database: mysql://u:SECRET@h')).not.toContain('SECRET');
    expect(problem(undefined, { HAULIER_DATABASE_URL: 'SECRET' })).not.toContain('SECRET');
  });
});
