/** Where a client finds each API of this server, as Keystone tells it: under the address by which the caller came. */
import type { CatalogueEntry } from '@haulier/wire/iam/catalogue.ts';
import { createHash } from 'node:crypto';
import type { Project } from '../../identity/model.ts';

interface Service {
  /** What clients look it up by. */
  readonly type: string;
  readonly name: string;
  /** `{project}` stands for the id of the token's project. */
  readonly path: string;
}

/** Clients to whom the volume services are versions of one take the last of them. */
const services: readonly Service[] = [
  { type: 'identity', name: 'keystone', path: '/v3' },
  { type: 'iam', name: 'iam', path: '/v3.0' },
  { type: 'volumev2', name: 'cinderv2', path: '/v2/{project}' },
  { type: 'volumev3', name: 'cinderv3', path: '/volume/v3/{project}' },
  { type: 'evs', name: 'evs', path: '/v2/{project}' },
  { type: 'oms', name: 'oms', path: '/v2/{project}' },
  { type: 'sms', name: 'sms', path: '/v3' },
  { type: 'image', name: 'glance', path: '/image' },
];

/**
 * Without a project it has no service that is addressed by one, as in Keystone.
 * @param base scheme and host by which the caller reached us
 */
export function serviceCatalogue(base: string, project: Project | undefined): CatalogueEntry[] {
  const region = project === undefined ? '*' : regionOf(project);
  return services.flatMap(({ type, name, path }) => {
    const url = urlOf(base, path, project);
    return url === undefined ? [] : [{ id: idOf(type), type, name, endpoints: [{ id: idOf(`${type} public`), interface: 'public', region, region_id: region, url }] }];
  });
}

function urlOf(base: string, path: string, project: Project | undefined): string | undefined {
  if (project !== undefined) return base + path.replace('{project}', project.id);
  return path.includes('{project}') ? undefined : base + path;
}

/** In the documents a project is called after its region, or `region_name` when it is one of several there. */
function regionOf({ name }: Project): string {
  const [region = name] = name.split('_', 1);
  return region === '' ? name : region;
}

/** 32 hex digits, the same on every server. */
function idOf(what: string): string {
  return createHash('sha256').update(`service ${what}`).digest('hex').slice(0, 32);
}
