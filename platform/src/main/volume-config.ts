/** The part of `haulier.yaml` about disks, and what it means. */
import { Type } from 'typebox';
import type { Static } from 'typebox';
import type { VolumeType } from '../volumes/volume.ts';
import { ConfigError } from './config-problem.ts';

const text = (description: string, pattern?: string) => Type.String({ minLength: 1, maxLength: 255, description, ...(pattern === undefined ? {} : { pattern }) });
const quota = (what: string) => Type.Integer({ minimum: 0, maximum: 1_000_000_000, description: `a whole number from 0 to 1000000000: ${what}` });
const closed = { additionalProperties: false } as const;

const fileBackend = Type.Object({
  name: text('the name that types call this backend by'),
  kind: Type.Literal('file'),
  folder: Type.Optional(text('the folder of the disks; without it volumes/<name> in the data folder')),
  format: Type.Optional(Type.Enum(['auto', 'raw', 'qcow2'], { description: 'auto (default), raw or qcow2' })),
  qemuImg: Type.Optional(text('the qemu-img program, default qemu-img')),
}, { ...closed, description: 'a backend: kind file with name and, if need be, folder, format, qemuImg' });

const variable = (what: string) => text(`the name of the environment variable that holds ${what}`, '^[A-Za-z_][A-Za-z0-9_]*$');

const eachProject = 'project, cloudProject, and userVariable with passwordVariable (and, if need be, userDomain) or credentialIdVariable with credentialSecretVariable';

const cloudProject = Type.Object({
  project: text('the id of a project of Haulier, 32 hex digits', '^[0-9a-f]{32}$'),
  cloudProject: text('the id of the project of the cloud that has its disks'),
  userVariable: Type.Optional(variable('a user of that project')),
  passwordVariable: Type.Optional(variable("that user's password")),
  userDomain: Type.Optional(text("the name of the user's domain at the cloud (default Default)")),
  credentialIdVariable: Type.Optional(variable('the id of an application credential of that project')),
  credentialSecretVariable: Type.Optional(variable("that application credential's secret")),
}, { ...closed, description: `a project: ${eachProject}` });

const cinderBackend = Type.Object({
  name: text('the name that types call this backend by'),
  kind: Type.Literal('cinder'),
  identity: text('https://host[:port]/v3 of the Keystone of an OpenStack cloud', '^https?://[^/?#@\\s]+(/[^?#\\s]*)?/v3$'),
  region: Type.Optional(text("the cloud's region; without it the first of its catalogue")),
  caFile: Type.Optional(text('a PEM file with the certificate authority of the cloud')),
  volumeType: Type.Optional(text("the cloud's type of new volumes; without it the cloud's default")),
  availabilityZone: Type.Optional(text("the cloud's availability zone of new volumes; without it the cloud's default")),
  projects: Type.Array(cloudProject, { minItems: 1, description: `a list of projects that have disks there, each with ${eachProject}` }),
}, { ...closed, description: 'a backend: kind cinder with name, identity, projects and, if need be, region, caFile, volumeType, availabilityZone' });

const backend = Type.Union([fileBackend, cinderBackend], {
  description: 'a backend: kind file with name and, if need be, folder, format, qemuImg; or kind cinder with name, identity, projects and, if need be, region, caFile, volumeType, availabilityZone',
});

const volumeType = Type.Object({
  name: text('the name of the type, e.g. SSD'),
  description: Type.Optional(Type.String({ maxLength: 255, description: 'a line about this type' })),
  zones: Type.Optional(Type.Array(text('an availability zone'), { minItems: 1, description: 'the availability zones that have this type; without it all' })),
  backend: Type.Optional(text('the name of the backend that keeps disks of this type; without it the first')),
  quotas: Type.Optional(Type.Object({
    volumes: Type.Optional(quota('disks of this type that a project may have')),
    gigabytes: Type.Optional(quota('GiB of all disks of this type of a project')),
    snapshots: Type.Optional(quota('snapshots of disks of this type of a project')),
  }, { ...closed, description: 'volumes, gigabytes, snapshots' })),
}, { ...closed, description: 'a type: name and, if need be, description, zones, backend, quotas' });

export const VolumesFile = Type.Object({
  zones: Type.Optional(Type.Array(text('an availability zone'), { minItems: 1, description: 'a list of availability zones (default az-1)' })),
  types: Type.Optional(Type.Array(volumeType, { minItems: 1, description: 'a list of volume types (default SSD, GPSSD, SAS, SATA, ESSD)' })),
  backends: Type.Optional(Type.Array(backend, { minItems: 1, description: 'a list of backends (default one of kind file)' })),
  quotas: Type.Optional(Type.Object({
    volumes: Type.Optional(quota('disks of a project (default 1000)')),
    gigabytes: Type.Optional(quota('GiB of all disks of a project (default 1048576)')),
    snapshots: Type.Optional(quota('snapshots of a project (default 1000)')),
    perVolumeGigabytes: Type.Optional(quota('GiB of one disk (default 32768)')),
  }, { ...closed, description: 'volumes, gigabytes, snapshots, perVolumeGigabytes' })),
  transferHours: Type.Optional(Type.Integer({ minimum: 1, maximum: 24 * 365, description: 'hours until a transfer cannot be accepted any more, 1 to 8760 (default 168)' })),
}, { ...closed, description: 'zones, types, backends, quotas, transferHours' });

type VolumesFile = Static<typeof VolumesFile>;
type BackendOfFile = NonNullable<VolumesFile['backends']>[number];
type FileOfFile = Extract<BackendOfFile, { readonly kind: 'file' }>;
type CinderOfFile = Extract<BackendOfFile, { readonly kind: 'cinder' }>;

export interface ConfiguredProject {
  readonly project: string;
  readonly cloudProject: string;
  /** Names of environment variables. */
  readonly credentials:
    | { readonly kind: 'password'; readonly user: string; readonly password: string; readonly userDomain: string }
    | { readonly kind: 'application'; readonly id: string; readonly secret: string };
}
export type ConfiguredCinder = Omit<CinderOfFile, 'projects'> & { readonly projects: readonly ConfiguredProject[] };
export type ConfiguredBackend = FileOfFile | ConfiguredCinder;

export interface VolumesConfig {
  readonly zones: readonly string[];
  readonly types: readonly { readonly name: string; readonly description: string; readonly zones: readonly string[]; readonly backend: string; readonly quotas: VolumeType['limits'] }[];
  /** Folders are absolute. */
  readonly backends: readonly ConfiguredBackend[];
  readonly quotas: Readonly<Record<'volumes' | 'gigabytes' | 'snapshots' | 'perVolumeGigabytes', number>>;
  readonly transferMs: number;
}

/** EVS: what a data disk can be at most is 32,768 GiB. The others are numbers of ours: EVS has different ones in each region. */
const quotas = { volumes: 1_000, gigabytes: 1_048_576, snapshots: 1_000, perVolumeGigabytes: 32_768 };

/** Those that EVS documents, but for GPSSD2 and ESSD2: their IOPS and throughput are the customer's to set. */
const documentedTypes: NonNullable<VolumesFile['types']> = [
  { name: 'SSD', description: 'Ultra-high I/O' },
  { name: 'GPSSD', description: 'General Purpose SSD' },
  { name: 'SAS', description: 'High I/O' },
  { name: 'SATA', description: 'Common I/O' },
  { name: 'ESSD', description: 'Extreme SSD' },
];

/** @param place the file, for people; `absolute` resolves a path of the file. Throws {@link ConfigError}. */
export function volumesConfig(file: VolumesFile = {}, place: string, absolute: (path: string) => string): VolumesConfig {
  const zones = file.zones ?? ['az-1'];
  const backends = (file.backends ?? [{ name: 'files', kind: 'file' as const }]).map((backend, index) => backendOf(backend, `${place}: volumes.backends[${index}]`, absolute));
  const types = (file.types ?? documentedTypes).map((type) => ({ description: '', zones, backend: backends[0]?.name ?? '', quotas: {}, ...type }));
  checkNames(place, 'backends', backends);
  checkNames(place, 'types', types);
  for (const [index, type] of types.entries()) {
    const at = `${place}: volumes.types[${index}]`;
    if (!backends.some(({ name }) => name === type.backend)) throw new ConfigError(`${at}.backend: expected one of ${backends.map(({ name }) => name).join(', ')}, not ${type.backend}`);
    const strange = type.zones.find((zone) => !zones.includes(zone));
    if (strange !== undefined) throw new ConfigError(`${at}.zones: expected some of ${zones.join(', ')}, not ${strange}`);
  }
  return { zones, types, backends, quotas: { ...quotas, ...file.quotas }, transferMs: (file.transferHours ?? 168) * 3_600_000 };
}

function backendOf(backend: BackendOfFile, place: string, absolute: (path: string) => string): ConfiguredBackend {
  if (backend.kind === 'file') return backend.folder === undefined ? backend : { ...backend, folder: absolute(backend.folder) };
  checkProjects(place, backend.projects);
  const projects = backend.projects.map((project, index) => projectOf(project, `${place}.projects[${index}]`));
  return { ...backend, projects, ...(backend.caFile === undefined ? {} : { caFile: absolute(backend.caFile) }) };
}

function projectOf({ project, cloudProject: at, userVariable, passwordVariable, userDomain, credentialIdVariable, credentialSecretVariable }: CinderOfFile['projects'][number], place: string): ConfiguredProject {
  const isByPassword = [userVariable, passwordVariable, userDomain].some((each) => each !== undefined);
  const isByApplication = [credentialIdVariable, credentialSecretVariable].some((each) => each !== undefined);
  if (!isByApplication && userVariable !== undefined && passwordVariable !== undefined) {
    return { project, cloudProject: at, credentials: { kind: 'password', user: userVariable, password: passwordVariable, userDomain: userDomain ?? 'Default' } };
  }
  if (!isByPassword && credentialIdVariable !== undefined && credentialSecretVariable !== undefined) {
    return { project, cloudProject: at, credentials: { kind: 'application', id: credentialIdVariable, secret: credentialSecretVariable } };
  }
  throw new ConfigError(`${place}: expected a project: ${eachProject}`);
}

function checkNames(place: string, list: 'backends' | 'types', named: readonly { readonly name: string }[]): void {
  for (const [index, { name }] of named.entries()) {
    if (named.findIndex((other) => other.name === name) !== index) throw new ConfigError(`${place}: volumes.${list}[${index}].name: ${name} is there twice`);
  }
}

function checkProjects(place: string, projects: readonly { readonly project: string }[]): void {
  for (const [index, { project }] of projects.entries()) {
    if (projects.findIndex((other) => other.project === project) !== index) throw new ConfigError(`${place}.projects[${index}].project: ${project} is there twice`);
  }
}
