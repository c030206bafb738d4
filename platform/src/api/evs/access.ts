import type { VolumeProjectId } from '../../volumes/volume.ts';
import { AuthenticationError } from '../auth/authentication-error.ts';
import { projectAccess } from '../project-access.ts';
import { RequestFault } from './faults.ts';

export const { checkProject, checkAccess, ownProject, ownerOf } = projectAccess<VolumeProjectId>({
  unauthenticated: () => new AuthenticationError('missing'),
  otherProject: () => new RequestFault({ kind: 'http', problem: 'wrong-scope' }),
  readOnly: () => new RequestFault({ kind: 'read-only' }),
});
