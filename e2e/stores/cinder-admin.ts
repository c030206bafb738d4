/** What an administrator of the cloud does: projects and users of a test's own, endpoints, quotas, tokens revoked. */
import { randomBytes } from 'node:crypto';
import type { CinderProject, RealCinder } from './cinder.ts';

export interface CinderAdmin {
  /** A new project with a user who is a member of it. */
  newProject(): Promise<CinderProject>;
  /** A user with no role anywhere. */
  newUser(): Promise<Pick<CinderProject, 'user' | 'password'>>;
  /** Of the project's user, for the project. */
  newApplicationCredential(project: CinderProject): Promise<{ readonly id: string; readonly secret: string }>;
  /** Registers another address of the volume service, in a region of its own, whose name it resolves to. */
  newRegion(volumes: string): Promise<string>;
  setQuota(project: CinderProject, quota: Readonly<Record<string, number>>): Promise<void>;
  revoke(token: string): Promise<void>;
}

export async function openCinderAdmin({ identity, origin, adminPassword }: RealCinder): Promise<CinderAdmin> {
  const { token, projectId } = await logIn('admin', adminPassword, { project: { name: 'admin', domain: { id: 'default' } } });
  const users = new Map<string, string>();

  async function logIn(name: string, password: string, scope: unknown) {
    const user = { name, domain: { id: 'default' }, password };
    const answer = await fetch(`${identity}/auth/tokens`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ auth: { identity: { methods: ['password'], password: { user } }, scope } }) });
    const opened = await answer.json() as { token: { project: { id: string } } };
    return { token: answer.headers.get('x-subject-token') ?? '', projectId: opened.token.project.id };
  }

  async function ask(method: string, url: string, { body, as = token, headers = {} }: { readonly body?: unknown; readonly as?: string; readonly headers?: Readonly<Record<string, string>> } = {}): Promise<unknown> {
    const answer = await fetch(url, { method, headers: { 'content-type': 'application/json', 'x-auth-token': as, ...headers }, body: body === undefined ? null : JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  async function newUser(): Promise<{ readonly user: string; readonly password: string; readonly id: string }> {
    const [name, password] = [`user-${randomBytes(6).toString('hex')}`, randomBytes(12).toString('hex')];
    const { user } = await ask('POST', `${identity}/users`, { body: { user: { name, domain_id: 'default', password } } }) as { user: { id: string } };
    users.set(name, user.id);
    return { user: name, password, id: user.id };
  }

  return {
    newUser,
    async newProject() {
      const { project } = await ask('POST', `${identity}/projects`, { body: { project: { name: `project-${randomBytes(6).toString('hex')}`, domain_id: 'default' } } }) as { project: { id: string } };
      const { roles } = await ask('GET', `${identity}/roles?name=member`) as { roles: { id: string }[] };
      const { user, password, id } = await newUser();
      await ask('PUT', `${identity}/projects/${project.id}/users/${id}/roles/${roles[0]?.id ?? ''}`);
      return { id: project.id, user, password };
    },
    async newApplicationCredential({ id, user, password }) {
      const { token: as } = await logIn(user, password, { project: { id } });
      const made = await ask('POST', `${identity}/users/${users.get(user) ?? ''}/application_credentials`, { as, body: { application_credential: { name: `haulier-${randomBytes(6).toString('hex')}` } } }) as { application_credential: { id: string; secret: string } };
      return made.application_credential;
    },
    async newRegion(volumes) {
      const region = `region-${randomBytes(6).toString('hex')}`;
      const { services } = await ask('GET', `${identity}/services?type=volumev3`) as { services: { id: string }[] };
      await ask('POST', `${identity}/endpoints`, { body: { endpoint: { service_id: services[0]?.id, interface: 'public', region, url: volumes } } });
      return region;
    },
    async setQuota(project, quota) {
      await ask('PUT', `${origin}/v3/${projectId}/os-quota-sets/${project.id}`, { body: { quota_set: quota } });
    },
    async revoke(subject) {
      await ask('DELETE', `${identity}/auth/tokens`, { headers: { 'x-subject-token': subject } });
    },
  };
}
