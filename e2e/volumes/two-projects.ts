/** A running server with an account that has two projects, and Debian's clients for each. */
import { ask, signIn } from '../support/iam.ts';
import { createInstallation, type TestInstallation } from '../support/serve.ts';
import { until } from '../worker/until.ts';
import { openClients, type OpenStackClients } from './openstack-clients.ts';

export interface TwoProjects extends AsyncDisposable {
  readonly installation: TestInstallation;
  /** Of the account's first project. */
  readonly mine: OpenStackClients;
  /** Of another one, named `other`. */
  readonly theirs: OpenStackClients;
  readonly otherProjectId: string;
  /** Makes an empty disk of 1 GiB in the first project, by the API alone; resolves to its ID once it can be used. */
  makeDisk(name: string): Promise<string>;
  makeSnapshot(volume: string, name: string): Promise<string>;
  /** Looks at a disk of the first project, until it is in that state; throws when it ends in an error state. */
  untilDiskIs(status: string, id: string): Promise<void>;
}

export async function openTwoProjects(): Promise<TwoProjects> {
  const [clients, installation] = await Promise.all([openClients(), createInstallation()]);
  await installation.serve();
  const { url, account } = installation;
  const token = await signIn(url, account);
  const root = `/v3/${account.projectId}`;
  const mine = clients.clientsOf(account, account.projectName, url);

  const untilIs = async (status: string, path: string): Promise<void> => {
    const seen = await until(async () => statusIn((await ask(url, 'GET', path, { token })).body), (each) => each === status || each?.startsWith('error') === true);
    if (seen !== status) throw new Error(`${path} is in the state ${String(seen)}`);
  };
  const make = async (collection: 'volumes' | 'snapshots', body: unknown): Promise<string> => {
    const { status, body: made } = await ask(url, 'POST', `${root}/${collection}`, { token, body });
    const id = /"id":"([0-9a-f-]{36})"/.exec(JSON.stringify(made))?.[1];
    if (id === undefined) throw new Error(`${collection} answered ${status}: ${JSON.stringify(made)}`);
    await untilIs('available', `${root}/${collection}/${id}`);
    return id;
  };
  return {
    installation, mine,
    theirs: clients.clientsOf(account, 'other', url),
    otherProjectId: fieldOf(await mine.openstackJson('project', 'create', 'other'), 'id'),
    makeDisk: (name) => make('volumes', { volume: { name, size: 1 } }),
    makeSnapshot: (volume, name) => make('snapshots', { snapshot: { volume_id: volume, name } }),
    untilDiskIs: (status, id) => untilIs(status, `${root}/volumes/${id}`),
    async [Symbol.asyncDispose]() {
      await installation.remove();
      await clients[Symbol.asyncDispose]();
    },
  };
}

/** A field of an answer that is a text. */
export function fieldOf(answer: unknown, name: string): string {
  const value: unknown = typeof answer === 'object' && answer !== null ? Object.entries(answer).find(([key]) => key === name)?.[1] : undefined;
  if (typeof value !== 'string') throw new Error(`no ${name} in ${JSON.stringify(answer)}`);
  return value;
}

function statusIn(body: unknown): string | undefined {
  return /"status":"([\w-]+)"/.exec(JSON.stringify(body))?.[1];
}
