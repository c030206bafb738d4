/** Requests to the volume service in the name of one project of the cloud. */
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { BackendFailure, type BackendFailureKind } from '../../volumes/volume-backend.ts';
import { exchange } from './exchange.ts';
import { openSession, type Cloud, type CloudProject, type Session } from './keystone.ts';

export interface CinderRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the project, e.g. `/volumes`. */
  readonly path: string;
  readonly body?: unknown;
}

export interface CinderClient {
  /** The cloud's id of the project. */
  readonly projectId: string;
  /** What it answers with a 2xx; any other is thrown as a {@link BackendFailure}. */
  ask(request: CinderRequest, signal: AbortSignal): Promise<unknown>;
  /** The part after `3.` of the highest microversion that is spoken with it. */
  minorVersion(signal: AbortSignal): Promise<number>;
}

/** Nothing newer is needed; 3.55 is the first that hands snapshots over with their volume. */
const highestNeeded = 55;

const Versions = Type.Object({ versions: Type.Array(Type.Object({ id: Type.String(), version: Type.String() })) });

export function cinderClient(cloud: Cloud, project: CloudProject): CinderClient {
  let session: Session | undefined;
  let minor: number | undefined;

  async function current(signal: AbortSignal): Promise<Session> {
    if (session === undefined || cloud.now() >= session.until) session = await openSession(cloud, project, signal);
    return session;
  }

  async function send(at: (session: Session) => string, request: CinderRequest, version: number | undefined, signal: AbortSignal) {
    const once = (opened: Session) => {
      const headers = { 'x-auth-token': opened.token, ...(version === undefined ? {} : { 'openstack-api-version': `volume 3.${version}` }) };
      return exchange({ ...request, url: at(opened), headers, ca: cloud.ca }, signal);
    };
    const opened = await current(signal);
    const first = await once(opened);
    if (first.status !== 401) return first;
    // The token was revoked, or ended early. Who asked at the same time may have another already.
    if (session === opened) session = undefined;
    return once(await current(signal));
  }

  async function findMinor(signal: AbortSignal): Promise<number> {
    const { status, body } = await send(({ volumes }) => `${volumes.replace(/(\/v3)\/.*$/, '$1')}/`, { method: 'GET', path: '' }, undefined, signal);
    if (status >= 400) throw failureOf({ method: 'GET', path: '/v3/' }, status, body);
    const offered = Value.Check(Versions, body) ? body.versions.find(({ id }) => id.startsWith('v3'))?.version : undefined;
    return Math.min(Number(/^3\.(\d+)$/.exec(offered ?? '')?.[1] ?? 0), highestNeeded);
  }

  async function minorVersion(signal: AbortSignal): Promise<number> {
    minor ??= await findMinor(signal);
    return minor;
  }

  return {
    projectId: project.id,
    minorVersion,
    async ask(request, signal) {
      const version = await minorVersion(signal);
      const { status, body } = await send(({ volumes }) => volumes + request.path, request, version, signal);
      if (status >= 200 && status < 300) return body;
      throw failureOf(request, status, body);
    },
  };
}

/** In the name of a project that is not configured. */
export function refusingClient(why: string): CinderClient {
  const refuse = () => Promise.reject(new BackendFailure('refused', why));
  return { projectId: '', ask: refuse, minorVersion: refuse };
}

const kinds: Readonly<Record<number, BackendFailureKind>> = {
  400: 'refused', 401: 'refused', 403: 'refused', 404: 'absent', 406: 'unsupported', 409: 'unavailable', 413: 'full', 429: 'unavailable',
};

/** 413 is a quota, but for the rate limit of old clouds. A 400 says of a volume that it is not in the state for it. */
function failureOf({ method, path }: CinderRequest, status: number, body: unknown): BackendFailure {
  const said = messageIn(body);
  const isRateLimit = status === 413 && /rate.limit/i.test(said);
  const kind = isRateLimit ? 'unavailable' : kinds[status] ?? (status >= 500 ? 'unavailable' : 'refused');
  return new BackendFailure(kind, `Cinder answers ${method} ${path.replace(/\?.*$/, '')} with status ${status}${said === '' ? '' : `: ${said}`}`);
}

/** Its errors are `{"badRequest": {"code": 400, "message": …}}`, with a name of its own for each code. */
function messageIn(body: unknown): string {
  if (typeof body !== 'object' || body === null) return '';
  const fault = Object.values(body).find((value: unknown): value is object => typeof value === 'object' && value !== null);
  return fault !== undefined && 'message' in fault && typeof fault.message === 'string' ? fault.message.slice(0, 500) : '';
}
