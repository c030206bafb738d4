/** Debian's `openstack` and `cinder`: clients of disks that nobody of this project wrote. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bringUp, runScript } from '../stores/bed.ts';
import { runToEnd, type Account, type Ended } from '../support/serve.ts';

/** One person's settings of the clients: an account, a project of it, an address. */
export interface OpenStackClients {
  /** Never rejects for an exit code. */
  readonly openstack: (...args: readonly string[]) => Promise<Ended>;
  /** With `-f json`, whose parsed output it resolves to; rejects when the command fails. */
  readonly openstackJson: (...args: readonly string[]) => Promise<unknown>;
  readonly cinder: (...args: readonly string[]) => Promise<Ended>;
  /** The rows of a table with the columns Property and Value; rejects when the command fails. */
  readonly cinderProperties: (...args: readonly string[]) => Promise<Readonly<Record<string, string>>>;
  /** The rows of any other table, by its columns; rejects when the command fails. */
  readonly cinderRows: (...args: readonly string[]) => Promise<readonly Readonly<Record<string, string>>[]>;
}

export interface ClientFolder extends AsyncDisposable {
  /** @param authUrl what OS_AUTH_URL is set to; @param project by name */
  clientsOf(account: Pick<Account, 'userName' | 'password' | 'domainName'>, project: string, authUrl: string): OpenStackClients;
}

/** Installs the clients where they are missing, and gives them a home of their own, so that no settings of the machine count. */
export async function openClients(): Promise<ClientFolder> {
  await bringUp('OpenStack clients', () => runScript('install-openstack-clients.sh'));
  const home = await mkdtemp(join(tmpdir(), 'haulier-openstack-'));
  return {
    clientsOf: (account, project, authUrl) => clientsWith({
      PATH: process.env['PATH'] ?? '/usr/bin', HOME: home, LANG: 'C.UTF-8', PYTHONWARNINGS: 'ignore', OS_AUTH_URL: authUrl, OS_IDENTITY_API_VERSION: '3', OS_USERNAME: account.userName,
      OS_PASSWORD: account.password, OS_USER_DOMAIN_NAME: account.domainName, OS_PROJECT_DOMAIN_NAME: account.domainName, OS_PROJECT_NAME: project,
    }),
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  };
}

function clientsWith(env: NodeJS.ProcessEnv): OpenStackClients {
  const call = (command: string) => (...args: readonly string[]) => runToEnd(command, args, env);
  const outputOf = async (command: string, args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await runToEnd(command, args, env);
    if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
    return stdout;
  };
  return {
    openstack: call('openstack'),
    cinder: call('cinder'),
    openstackJson: async (...args) => JSON.parse(await outputOf('openstack', [...args, '-f', 'json'])) as unknown,
    cinderProperties: async (...args) => Object.fromEntries(tableOf(await outputOf('cinder', args)).map(({ Property = '', Value = '' }) => [Property, Value])),
    cinderRows: async (...args) => tableOf(await outputOf('cinder', args)),
  };
}

/** What lies between the lines of `+----+`. */
function tableOf(text: string): readonly Readonly<Record<string, string>>[] {
  const [columns = [], ...rows] = text.split('\n').filter((line) => line.startsWith('|')).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
  return rows.map((cells) => Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ''])));
}
