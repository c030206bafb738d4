/** Debian's Keystone and Cinder: a cloud that nobody of this project wrote. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../support/serve.ts';
import { bringUp, runScript, storesFolder } from './bed.ts';

export interface CinderProject {
  /** At Keystone. */
  readonly id: string;
  readonly user: string;
  readonly password: string;
}

export interface RealCinder {
  readonly identity: string;
  /** The volume service's, without a path. */
  readonly origin: string;
  /** Of the user admin. */
  readonly adminPassword: string;
  readonly giver: CinderProject;
  readonly taker: CinderProject;
  /** Where its volumes are, as files of the NFS driver. */
  readonly volumes: string;
}

/** Starts them when they are not up, which takes some ten seconds, and more while their packages have to be installed. */
export async function startCinder(): Promise<RealCinder> {
  const [identity, volumes] = await Promise.all([freePort(), freePort()]);
  await bringUp('Cinder', () => runScript('start-cinder.sh', [], { KEYSTONE_PORT: String(identity), CINDER_PORT: String(volumes) }));
  const settings = new Map((await readFile(join(storesFolder, 'cinder/env'), 'utf8')).trim().split('\n').map((line): [string, string] => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  const setting = (name: string): string => {
    const value = settings.get(name);
    if (value === undefined) throw new Error(`start-cinder.sh wrote no ${name}`);
    return value;
  };
  const project = (name: string): CinderProject => {
    const [id = '', user = '', password = ''] = setting(name).split(' ');
    return { id, user, password };
  };
  return { identity: setting('IDENTITY'), origin: setting('CINDER'), adminPassword: setting('ADMIN'), giver: project('GIVER'), taker: project('TAKER'), volumes: setting('VOLUMES') };
}

/** Asks Cinder without any code under test. */
export async function askCinder({ identity }: Pick<RealCinder, 'identity'>, project: CinderProject, method: string, path: string, body?: unknown): Promise<unknown> {
  const user = { name: project.user, domain: { name: 'Default' }, password: project.password };
  const auth = { identity: { methods: ['password'], password: { user } }, scope: { project: { id: project.id } } };
  const opened = await fetch(`${identity}/auth/tokens`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ auth }) });
  const { token } = await opened.json() as { token: { catalog: { type: string; endpoints: { url: string }[] }[] } };
  const url = token.catalog.find(({ type }) => type === 'volumev3')?.endpoints[0]?.url ?? '';
  const answer = await fetch(url + path, {
    method, headers: { 'content-type': 'application/json', 'x-auth-token': opened.headers.get('x-subject-token') ?? '', 'openstack-api-version': 'volume 3.55' }, body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
