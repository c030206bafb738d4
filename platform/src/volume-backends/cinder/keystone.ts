/** A token for one project of a cloud: "Password authentication with scoped authorization" and "Authenticating with an Application Credential" of the Identity API v3. */
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { BackendFailure } from '../../volumes/volume-backend.ts';
import { exchange, type Answer } from './exchange.ts';

/** One of the cloud's projects, and who acts in it. */
export interface CloudProject {
  /** Its id at Keystone. */
  readonly id: string;
  /** Asked for at each token. Throws {@link BackendFailure} where they are not known. */
  readonly credentials: () => CloudCredentials;
}

export type CloudCredentials =
  /** `userDomain`: the name of the domain that the user is in. */
  | { readonly kind: 'password'; readonly user: string; readonly userDomain: string; readonly password: string }
  /** Of one project alone, for which it was made. */
  | { readonly kind: 'application'; readonly id: string; readonly secret: string };

export interface Cloud {
  /** E.g. `https://cloud.example.com:5000/v3`. */
  readonly identity: string;
  /** Of the catalogue; undefined takes the first endpoint. */
  readonly region: string | undefined;
  /** PEM certificates to trust instead of the system's own. */
  readonly ca: string | undefined;
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

/** A token is replaced this long before it ends; one of a short life in the middle of that. */
const earlyMs = 5 * 60_000;

const Catalogue = Type.Array(Type.Object({
  type: Type.String(),
  endpoints: Type.Array(Type.Object({ interface: Type.String(), region: Type.Optional(Type.Union([Type.String(), Type.Null()])), url: Type.String() })),
}));
const Granted = Type.Object({ token: Type.Object({ expires_at: Type.String(), project: Type.Object({ id: Type.String() }), catalog: Catalogue }) });

/** Fails as `refused` for wrong credentials, and where the catalogue has no volume service. */
export async function openSession(cloud: Cloud, project: CloudProject, signal: AbortSignal): Promise<Session> {
  const credentials = project.credentials();
  const { status, headers, body } = await askForToken(cloud, authOf(credentials, project.id), signal);
  if (status === 401 || status === 403) throw await refusalOf(cloud, credentials, project.id, signal);
  const token = headers['x-subject-token'];
  if (status !== 201 || typeof token !== 'string' || !Value.Check(Granted, body)) {
    throw new BackendFailure('unavailable', `Keystone gave no token for the cloud project ${project.id}, but status ${status}`, { detail: `is ${cloud.identity} the identity service of the cloud?` });
  }
  const { expires_at: expiresAt, project: { id }, catalog } = body.token;
  if (id !== project.id) throw new BackendFailure('refused', `the configured credentials are for the cloud project ${id}, not for ${project.id}`, { detail: nameOf(credentials) });
  return { token, volumes: endpointOf(catalog, cloud.region), until: untilOf(Date.parse(expiresAt), cloud.now()) };
}

function askForToken({ identity, ca }: Cloud, auth: unknown, signal: AbortSignal): Promise<Answer> {
  return exchange({ method: 'POST', url: `${identity}/auth/tokens`, headers: {}, body: { auth }, ca }, signal);
}

/** An application credential brings its project along: Keystone refuses one that asks for a scope. */
function authOf(credentials: CloudCredentials, project: string): unknown {
  if (credentials.kind === 'password') return { ...passwordOf(credentials), scope: { project: { id: project } } };
  const { id, secret } = credentials;
  return { identity: { methods: ['application_credential'], application_credential: { id, secret } } };
}

function passwordOf({ user, userDomain, password }: CloudCredentials & { readonly kind: 'password' }) {
  return { identity: { methods: ['password'], password: { user: { name: user, domain: { name: userDomain }, password } } } };
}

/** Keystone answers a wrong password and a project that is not the user's alike; whether it gives a token for no project tells them apart. */
async function refusalOf(cloud: Cloud, credentials: CloudCredentials, project: string, signal: AbortSignal): Promise<BackendFailure> {
  const detail = `${nameOf(credentials)} at ${cloud.identity}`;
  if (credentials.kind === 'application') {
    return new BackendFailure('refused', `Keystone refuses the configured application credential for the cloud project ${project}: its id or secret is wrong, or it has expired or was deleted`, { detail });
  }
  const { status } = await askForToken(cloud, { ...passwordOf(credentials), scope: 'unscoped' }, signal);
  const why = status === 201
    ? `the configured user has no role in the cloud project ${project}, or there is no such project`
    : `Keystone refuses the configured user for the cloud project ${project}: name, domain or password is wrong, or the user is disabled`;
  return new BackendFailure('refused', why, { detail });
}

function nameOf(credentials: CloudCredentials): string {
  return credentials.kind === 'password' ? `user ${credentials.user} of the domain ${credentials.userDomain}` : `application credential ${credentials.id}`;
}

/** The service is called `volumev3` or, as the service types authority has it, `block-storage`. */
function endpointOf(catalogue: Static<typeof Catalogue>, region: string | undefined): string {
  const offered = ['volumev3', 'block-storage'].flatMap((name) => catalogue.filter(({ type }) => type === name)).flatMap(({ endpoints }) => endpoints);
  const open = offered.filter((endpoint) => endpoint.interface === 'public');
  const found = open.find((endpoint) => region === undefined || endpoint.region === region);
  if (found !== undefined && URL.canParse(found.url)) return found.url.replace(/\/+$/, '');
  if (found !== undefined) throw new BackendFailure('refused', "the cloud's catalogue names something as its volume service that is no URL", { detail: found.url });
  throw new BackendFailure('refused', whyNoEndpoint([...new Set(open.map((endpoint) => endpoint.region ?? 'none'))], region));
}

function whyNoEndpoint(regions: readonly string[], region: string | undefined): string {
  if (regions.length === 0) return "the cloud's catalogue has no public endpoint of a volume service (volumev3 or block-storage) for this project";
  return `the cloud has no volume service in the region ${region ?? ''}, but in ${regions.join(', ')}`;
}

function untilOf(expires: number, now: number): number {
  return Number.isNaN(expires) ? now : expires - Math.min(earlyMs, (expires - now) / 2);
}
