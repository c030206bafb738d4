/** The backends of disks that the configuration names. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cinderBackend } from '../volume-backends/cinder/cinder-backend.ts';
import type { CloudCredentials } from '../volume-backends/cinder/keystone.ts';
import { openFileBackend } from '../volume-backends/files/file-backend.ts';
import { BackendFailure, type VolumeBackend } from '../volumes/volume-backend.ts';
import { volumeProjectId } from '../volumes/volume-ids.ts';
import type { DataFolder } from './data-folder.ts';
import { clock, randomness } from './environment.ts';
import { StartProblem } from './start-problem.ts';
import type { ConfiguredBackend, ConfiguredCinder, ConfiguredProject } from './volume-config.ts';

/** Throws {@link StartProblem}. @param host which machine the disks of a folder belong to */
export async function openVolumeBackend(configured: ConfiguredBackend, { volumes }: Pick<DataFolder, 'volumes'>, host: string, environment: NodeJS.ProcessEnv): Promise<VolumeBackend> {
  if (configured.kind === 'cinder') return openCloud(configured, environment);
  const { name, folder, format, qemuImg } = configured;
  try {
    return await openFileBackend({ name, folder: folder ?? join(volumes, name), format: format ?? 'auto', qemuImg: qemuImg ?? 'qemu-img', uniqueName: randomness.uuid, owner: `${host}/${name}`, now: () => clock.now() });
  } catch (error) {
    if (!(error instanceof BackendFailure)) throw error;
    throw unusable(name, error.whole);
  }
}

function unusable(name: string, why: string): StartProblem {
  return new StartProblem(`The backend ${name} of the disks cannot be used: ${why}`);
}

/** Throws {@link StartProblem}. No cloud is asked. */
export function openCloud({ name, identity, region, caFile, volumeType, availabilityZone, projects }: ConfiguredCinder, environment: NodeJS.ProcessEnv): VolumeBackend {
  const byProject = new Map(projects.map((configured) => [volumeProjectId(configured.project), { id: configured.cloudProject, credentials: () => credentialsOf(configured, environment) }]));
  return cinderBackend({ name, identity, region, ca: caFile === undefined ? undefined : readAuthority(name, caFile), volumeType, availabilityZone, projects: byProject, clock });
}

function readAuthority(backend: string, file: string): string {
  try {
    const pem = readFileSync(file, 'utf8');
    // Throws where the file holds none.
    new X509Certificate(pem).toString();
    return pem;
  } catch (error) {
    throw unusable(backend, `its caFile ${file} cannot be read as a certificate in PEM (${error instanceof Error ? error.message : String(error)})`);
  }
}

function credentialsOf({ cloudProject, credentials }: ConfiguredProject, environment: NodeJS.ProcessEnv): CloudCredentials {
  const valueOf = (variable: string): string => {
    const value = environment[variable] ?? '';
    if (value === '') throw new BackendFailure('refused', `the credentials of the cloud project ${cloudProject} are not set`, { detail: `the environment variable ${variable}` });
    return value;
  };
  return credentials.kind === 'password'
    ? { kind: 'password', user: valueOf(credentials.user), userDomain: credentials.userDomain, password: valueOf(credentials.password) }
    : { kind: 'application', id: valueOf(credentials.id), secret: valueOf(credentials.secret) };
}
