/** A Ceph RADOS Gateway: an S3 store that nobody of this project wrote. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../support/serve.ts';
import { bringUp, runScript, storesFolder } from './bed.ts';

const run = promisify(execFile);

export interface RgwUser {
  readonly accessKey: string;
  readonly secretKey: string;
}

export interface Rgw {
  /** Without TLS, path style. */
  readonly endpoint: string;
  /** With a certificate for 127.0.0.1 and, for virtual-host style, `*.s3.localhost`. */
  readonly tlsEndpoint: string;
  /** File of the CA that signed it. */
  readonly ca: string;
  /** Two accounts that see nothing of each other. The first may use the admin API. */
  readonly users: readonly [RgwUser, RgwUser];
  /** For `radosgw-admin`, as the environment variable CEPH_CONF. */
  readonly cephConf: string;
}

/** Starts the gateway when it is not up, which takes some 15 s, and more while its packages have to be installed. */
export async function startRgw(): Promise<Rgw> {
  const [http, https, mon] = await Promise.all([freePort(), freePort(), freePort()]);
  const ports = { RGW_PORT: String(http), RGW_TLS_PORT: String(https), MON_PORT: String(mon) };
  await bringUp('Ceph', () => runScript('start-rgw.sh', [], ports));
  const settings = new Map((await readFile(join(storesFolder, 'rgw/env'), 'utf8')).trim().split('\n').map((line) => splitOnce(line, '=')));
  const setting = (name: string): string => {
    const value = settings.get(name);
    if (value === undefined) throw new Error(`start-rgw.sh wrote no ${name}`);
    return value;
  };
  const user = (name: string): RgwUser => {
    const [accessKey, secretKey] = splitOnce(setting(name), ' ');
    return { accessKey, secretKey };
  };
  return { endpoint: setting('ENDPOINT'), tlsEndpoint: setting('TLS_ENDPOINT'), ca: setting('CA'), users: [user('ALICE'), user('BOB')], cephConf: setting('CEPH_CONF') };
}

/** Makes an empty bucket of a new name with curl, so that no code under test is needed for it. */
export async function makeBucket(rgw: Rgw, user: RgwUser = rgw.users[0]): Promise<string> {
  const bucket = `test-${randomUUID()}`;
  await run('curl', ['--silent', '--show-error', '--fail', ...signedBy(user), '--request', 'PUT', `${rgw.endpoint}/${bucket}`]);
  return bucket;
}

/** Options that make curl sign a request without a body. */
export function signedBy({ accessKey, secretKey }: RgwUser): string[] {
  return ['--aws-sigv4', 'aws:amz:us-east-1:s3', '--user', `${accessKey}:${secretKey}`, '--header', 'x-amz-content-sha256: UNSIGNED-PAYLOAD'];
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + separator.length)];
}
