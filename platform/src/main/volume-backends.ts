/** The backends of disks that the configuration names. */
import { join } from 'node:path';
import { cinderBackend } from '../volume-backends/cinder/cinder-backend.ts';
import type { CloudProject } from '../volume-backends/cinder/keystone.ts';
import { openFileBackend } from '../volume-backends/files/file-backend.ts';
import { BackendFailure, type VolumeBackend } from '../volumes/volume-backend.ts';
import { volumeProjectId } from '../volumes/volume-ids.ts';
import type { DataFolder } from './data-folder.ts';
import { clock, randomness } from './environment.ts';
import { StartProblem } from './start-problem.ts';
import type { ConfiguredBackend } from './volume-config.ts';

type ConfiguredCinder = ConfiguredBackend & { readonly kind: 'cinder' };

/** Throws {@link StartProblem}. A cloud is not asked before the first disk is. */
export async function openVolumeBackend(configured: ConfiguredBackend, { volumes }: Pick<DataFolder, 'volumes'>, environment: NodeJS.ProcessEnv): Promise<VolumeBackend> {
  if (configured.kind === 'cinder') return openCinder(configured, environment);
  const { name, folder, format, qemuImg } = configured;
  try {
    return await openFileBackend({ name, folder: folder ?? join(volumes, name), format: format ?? 'auto', qemuImg: qemuImg ?? 'qemu-img', uniqueName: randomness.uuid });
  } catch (error) {
    if (!(error instanceof BackendFailure)) throw error;
    throw new StartProblem(`The backend ${name} of the disks cannot be used: ${error.message}${error.detail === undefined ? '' : ` (${error.detail})`}`);
  }
}

function openCinder({ name, identity, region, volumeType, availabilityZone, projects }: ConfiguredCinder, environment: NodeJS.ProcessEnv): VolumeBackend {
  const byProject = new Map(projects.map((configured) => [volumeProjectId(configured.project), cloudProjectOf(configured, environment)]));
  return cinderBackend({ name, identity, region, volumeType, availabilityZone, projects: byProject, clock });
}

function cloudProjectOf({ cloudProject, userDomain, userVariable, passwordVariable }: ConfiguredCinder['projects'][number], environment: NodeJS.ProcessEnv): CloudProject {
  return {
    id: cloudProject,
    userDomain: userDomain ?? 'Default',
    credentials() {
      const [user, password] = [environment[userVariable] ?? '', environment[passwordVariable] ?? ''];
      return user === '' || password === '' ? undefined : { user, password };
    },
  };
}
