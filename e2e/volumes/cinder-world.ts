/** The real binary with disks at Debian's Cinder, which it reaches over TLS with an authority of its own: two projects here and two there. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, signIn, type Answer } from '../support/iam.ts';
import { createInstallation, haulier, type Ended, type TestInstallation, type TestProcess } from '../support/serve.ts';
import { askCinder, startCinder, type CinderProject, type RealCinder } from '../stores/cinder.ts';
import { openCinderAdmin, type CinderAdmin } from '../stores/cinder-admin.ts';
import { newFrontAuthority, openSecureFront, type SecureFront } from '../stores/secure-front.ts';
import { openClients, type OpenStackClients } from './openstack-clients.ts';

/** The projects of this installation. */
export type Side = 'mine' | 'theirs';

interface CloudVolume {
  readonly id: string;
  readonly name: string;
  readonly status: string;
}

export interface CinderWorld extends AsyncDisposable {
  readonly installation: TestInstallation;
  readonly admin: CinderAdmin;
  /** Before the volume service. */
  readonly front: SecureFront;
  /** The cloud's projects behind this installation's. */
  readonly giver: CinderProject;
  readonly taker: CinderProject;
  /** Debian's clients at this installation, in its two projects. */
  readonly mine: OpenStackClients;
  readonly theirs: OpenStackClients;
  /** Asks this installation's API below either project. */
  ask(project: Side, method: string, path: string, body?: unknown): Promise<Answer>;
  /** `haulier …` in either project of this installation. */
  haulier(project: Side, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  /** A volume of the cloud's project behind mine, made without Haulier. */
  makeAtCloud(name: string): Promise<string>;
  volumesAt(project: CinderProject): Promise<readonly CloudVolume[]>;
  offersAt(project: CinderProject): Promise<number>;
  /** The server that runs now. */
  server(): TestProcess;
  killAndStart(): Promise<void>;
}

/** A backend's part of the configuration, over what a sound one has. */
export type Spoilt = Readonly<Record<string, unknown>>;

/** @param spoiltOnes more backends, by their names: what differs in each from one that is sound, in the backend and in its only project */
export async function openCinderWorld(spoiltOnes: (sound: { readonly admin: CinderAdmin; readonly cinder: RealCinder; readonly front: SecureFront; readonly giver: CinderProject; readonly taker: CinderProject }) => Promise<Readonly<Record<string, { readonly backend?: Spoilt; readonly project?: Spoilt; readonly env?: Readonly<Record<string, string>> }>>>): Promise<CinderWorld> {
  const [cinder, clients, authority, folder] = await Promise.all([startCinder(), openClients(), newFrontAuthority(), mkdtemp(join(tmpdir(), 'haulier-cinder-'))]);
  const admin = await openCinderAdmin(cinder);
  const [front, identityFront] = await Promise.all([openSecureFront(authority, cinder.origin), openSecureFront(authority, new URL(cinder.identity).origin)]);
  const [giver, taker, region] = await Promise.all([admin.newProject(), admin.newProject(), admin.newRegion(`${front.origin}/v3/$(project_id)s`)]);
  const credential = await admin.newApplicationCredential(taker);
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, authority.certificate);
  const spoilt = await spoiltOnes({ admin, cinder, front, giver, taker });
  const env = { GIVER_USER: giver.user, GIVER_PASSWORD: giver.password, TAKER_ID: credential.id, TAKER_SECRET: credential.secret, ...Object.assign({}, ...Object.values(spoilt).map((each) => each.env)) as Record<string, string> };
  const installation = await createInstallation({ env });
  const { url, account, configFile } = installation;

  const first = await installation.serve();
  const { body } = await ask(url, 'POST', '/v3/projects', { token: await signIn(url, account), body: { project: { name: 'other' } } });
  const otherId = (body as { project: { id: string } }).project.id;
  await first.stop();

  const sound = { kind: 'cinder', identity: `${identityFront.origin}/v3`, caFile, region, volumeType: 'folder' };
  const mineThere = { project: account.projectId, cloudProject: giver.id, userVariable: 'GIVER_USER', passwordVariable: 'GIVER_PASSWORD' };
  const theirsThere = { project: otherId, cloudProject: taker.id, credentialIdVariable: 'TAKER_ID', credentialSecretVariable: 'TAKER_SECRET' };
  const backends = [
    { name: 'files', kind: 'file' },
    { name: 'cloud', ...sound, projects: [mineThere, theirsThere] },
    ...Object.entries(spoilt).map(([name, { backend, project }]) => ({ name, ...sound, ...backend, projects: [{ ...mineThere, ...project }] })),
  ];
  const settings = JSON.parse(await readFile(configFile, 'utf8')) as object;
  await writeFile(configFile, JSON.stringify({ ...settings, volumes: { backends, types: [{ name: 'SSD', backend: 'files' }, { name: 'CLOUD', backend: 'cloud' }] } }));
  let server = await installation.serve();
  const idOf = { mine: account.projectId, theirs: otherId };
  const tokens = { mine: await signIn(url, account), theirs: await signIn(url, { ...account, projectId: otherId }) };

  return {
    installation, admin, front, giver, taker,
    mine: clients.clientsOf(account, account.projectName, url),
    theirs: clients.clientsOf(account, 'other', url),
    ask: (project, method, path, body) => ask(url, method, `/v3/${idOf[project]}${path}`, { token: tokens[project], body }),
    haulier: (project, args, more = {}) => haulier(args, {
      ...env, HAULIER_ENDPOINT: url, HAULIER_ACCESS_KEY: account.accessKey, HAULIER_SECRET_KEY: account.secretKey, HAULIER_PROJECT_ID: idOf[project], ...more,
    }),
    async makeAtCloud(name) {
      const { volume } = await askCinder(cinder, giver, 'POST', '/volumes', { volume: { size: 1, name } }) as { volume: CloudVolume };
      for (;;) if ((await askCinder(cinder, giver, 'GET', `/volumes/${volume.id}`) as { volume: CloudVolume }).volume.status === 'available') return volume.id;
    },
    volumesAt: async (project) => (await askCinder(cinder, project, 'GET', '/volumes/detail') as { volumes: CloudVolume[] }).volumes,
    offersAt: async (project) => (await askCinder(cinder, project, 'GET', '/volume-transfers') as { transfers: object[] }).transfers.length,
    server: () => server,
    async killAndStart() {
      await server.kill();
      server = await installation.serve();
    },
    async [Symbol.asyncDispose]() {
      await installation.remove();
      await Promise.all([front, identityFront, clients].map((each) => each[Symbol.asyncDispose]()));
      await rm(folder, { recursive: true });
    },
  };
}
