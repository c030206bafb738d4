/** The versions of the APIs of disks: they need no token, and no version to be agreed on. */
import { VersionsResponse, type Version } from '@haulier/wire/evs/catalogue.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RequestFault } from './faults.ts';
import { baseOf } from './links.ts';
import { leastVersion, mostVersion } from './microversion.ts';

/** Hosts whose first label says that they are EVS's. */
export const evsHost = /^(evs|volume)\./;

export function discoveryRoutes(app: FastifyInstance): void {
  cinderDiscovery(app);
  evsDiscovery(app);
}

/** Where the catalogue's endpoint has its root. */
function cinderDiscovery(app: FastifyInstance): void {
  const tags = ['Disk versions'];
  app.get('/volume', { schema: { summary: 'List the versions of the volume API', tags, security: [], response: { 300: VersionsResponse } } }, (request, reply) => (
    reply.code(300).send({ versions: [version3(`${baseOf(request)}/volume`)] })
  ));
  app.get('/volume/v3', { schema: { summary: 'Show version 3 of the volume API', tags, security: [], response: { 200: VersionsResponse } } }, (request, reply) => (
    reply.send({ versions: [version3(`${baseOf(request)}/volume`)] })
  ));
}

/** `GET /` and `GET /{version}` belong to several services: on EVS's own host name they are ListVersions and ShowVersion. */
function evsDiscovery(app: FastifyInstance): void {
  const options = { constraints: { host: evsHost }, schema: { hide: true } };
  app.get('/', options, (request, reply) => reply.send({ versions: versions(request) }));
  for (const path of ['/v3', '/:version']) {
    app.get<{ Params: { readonly version?: string } }>(path, options, (request, reply) => {
      const wanted = request.params.version ?? 'v3';
      const found = versions(request).filter(({ id }) => id.startsWith(`${wanted}.`));
      if (found.length === 0) throw new RequestFault({ kind: 'http', problem: 'not-found' });
      return reply.send({ versions: found });
    });
  }
}

function versions(request: FastifyRequest): Version[] {
  const base = baseOf(request);
  return [version('v1.0', base, 'v1'), version('v2.0', base, 'v2'), version3(base)];
}

function version3(base: string): Version {
  return { ...version('v3.0', base, 'v3'), status: 'CURRENT', version: mostVersion, min_version: leastVersion };
}

function version(id: string, base: string, path: string): Version {
  return {
    id,
    'links': [{ rel: 'self', href: `${base}/${path}/` }],
    'media-types': [{ base: 'application/json', type: `application/vnd.openstack.volume+json;version=${path.slice(1)}` }],
    'min_version': '',
    'status': 'SUPPORTED',
    'updated': '2022-08-31T00:00:00Z',
    'version': '',
  };
}
