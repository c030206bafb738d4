/** A server that is killed while people ask it, and what they hear of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, signIn, type Answer } from '../support/iam.ts';
import { createInstallation, type InstallationOptions, type TestInstallation, type TestProcess } from '../support/serve.ts';

/** A project, asked in its own name. `{p}` in a path stands for it. */
export interface Customer {
  readonly project: string;
  /** Asks until there is an answer. */
  look(path: string): Promise<Answer>;
  /** Asks once: of a change whose answer was lost nobody knows whether it was made. */
  change(method: string, path: string, body?: unknown): Promise<Answer | 'unheard'>;
}

export interface MortalServer extends AsyncDisposable {
  readonly installation: TestInstallation;
  readonly customers: readonly [Customer, Customer, Customer];
  /** Changes that were asked for. */
  changes(): number;
  /** SIGKILL, and up again. */
  killAndStart(): Promise<void>;
  /** With a good end. */
  restart(): Promise<void>;
}

export async function openMortalServer(options: InstallationOptions): Promise<MortalServer> {
  const installation = await createInstallation(options);
  const { url, account } = installation;
  let server: TestProcess = await installation.serve();
  /** Nobody asks a server that they know to be down. */
  let open: Promise<unknown> = Promise.resolve();
  let changes = 0;
  let isClosed = false;

  function checkOpen(): void {
    if (isClosed) throw new Error('the server is closed for good');
  }

  async function changeServer(end: () => Promise<unknown>): Promise<void> {
    checkOpen();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    open = promise;
    await end();
    server = await installation.serve();
    resolve(undefined);
  }

  async function customer(project: string): Promise<Customer> {
    const token = await signIn(url, { ...account, projectId: project });
    async function once(method: string, path: string, body?: unknown): Promise<Answer | 'unheard'> {
      await open;
      checkOpen();
      try {
        return await ask(url, method, path.replaceAll('{p}', project), { token, ...(body === undefined ? {} : { body }) });
      } catch {
        return 'unheard';
      }
    }
    return {
      project,
      async look(path) {
        for (;;) {
          const answer = await once('GET', path);
          if (answer !== 'unheard') return answer;
          await sleep(50);
        }
      },
      change(method, path, body) {
        changes += 1;
        return once(method, path, body);
      },
    };
  }

  const first = await customer(account.projectId);
  const another = async (name: string): Promise<Customer> => {
    const made = await first.change('POST', '/v3/projects', { project: { name: `${account.projectName}_${name}`, domain_id: account.domainId } });
    const { project } = (made === 'unheard' ? undefined : made.body) as { readonly project: { readonly id: string } };
    return customer(project.id);
  };
  return {
    installation,
    customers: [first, await another('second'), await another('third')],
    changes: () => changes,
    killAndStart: () => changeServer(() => server.kill()),
    restart: () => changeServer(() => server.stop()),
    async [Symbol.asyncDispose]() {
      isClosed = true;
      await installation.remove();
    },
  };
}
