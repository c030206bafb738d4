/** A token for one project of a cloud: "Password authentication with scoped authorization" of the Identity API v3. */
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { BackendFailure } from '../../volumes/volume-backend.ts';
import { exchange } from './exchange.ts';

/** One of the cloud's projects, and who acts in it. */
export interface CloudProject {
  /** Its id at Keystone. */
  readonly id: string;
  /** Name of the domain that the user is in. */
  readonly userDomain: string;
  /** Asked for at each token, so that a changed password is taken up. Undefined where it is not set. */
  readonly credentials: () => { readonly user: string; readonly password: string } | undefined;
}

export interface Cloud {
  /** E.g. `https://cloud.example.com:5000/v3`. */
  readonly identity: string;
  /** Of the catalogue; undefined takes the first endpoint. */
  readonly region: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface Session {
  readonly token: string;
  /** The volume service's address for this project, without a slash at the end. */
  readonly volumes: string;
  /** When to ask for another; milliseconds since the epoch. */
  readonly until: number;
}

const earlyMs = 5 * 60_000;

const Answer = Type.Object({
  token: Type.Object({
    expires_at: Type.String(),
    catalog: Type.Array(Type.Object({
      type: Type.String(),
      endpoints: Type.Array(Type.Object({ interface: Type.String(), region: Type.Optional(Type.Union([Type.String(), Type.Null()])), url: Type.String() })),
    })),
  }),
});

/** Fails as `refused` for wrong credentials, and where the catalogue has no volume service. */
export async function openSession({ identity, region, now }: Cloud, project: CloudProject, signal: AbortSignal): Promise<Session> {
  const known = project.credentials();
  if (known === undefined) throw new BackendFailure('refused', `the environment variables with user and password of the cloud project ${project.id} are not set`);
  const user = { name: known.user, domain: { name: project.userDomain }, password: known.password };
  const auth = { identity: { methods: ['password'], password: { user } }, scope: { project: { id: project.id } } };
  const { status, headers, body } = await exchange({ method: 'POST', url: `${identity}/auth/tokens`, headers: {}, body: { auth } }, signal);
  if (status === 401 || status === 403) throw new BackendFailure('refused', `Keystone does not let the configured user into the cloud project ${project.id}`, { detail: `user ${known.user}` });
  const token = headers.get('x-subject-token');
  if (status !== 201 || token === null || !Value.Check(Answer, body)) throw new BackendFailure('unavailable', `Keystone gave no token for the cloud project ${project.id}: status ${status}`);
  const volumes = endpointOf(body.token.catalog, region);
  if (volumes === undefined) throw new BackendFailure('refused', `the cloud's catalogue has no public endpoint of a volume service${region === undefined ? '' : ` in region ${region}`}`);
  const expires = Date.parse(body.token.expires_at);
  return { token, volumes, until: Number.isNaN(expires) ? now() : expires - earlyMs };
}

/** The service is called `volumev3` or, as the service types authority has it, `block-storage`. */
function endpointOf(catalog: readonly { readonly type: string; readonly endpoints: readonly { readonly interface: string; readonly region?: string | null; readonly url: string }[] }[], region: string | undefined): string | undefined {
  for (const type of ['volumev3', 'block-storage']) {
    const endpoints = catalog.filter((service) => service.type === type).flatMap((service) => service.endpoints);
    const found = endpoints.find((endpoint) => endpoint.interface === 'public' && (region === undefined || endpoint.region === region));
    if (found !== undefined) return found.url.replace(/\/+$/, '');
  }
  return undefined;
}
