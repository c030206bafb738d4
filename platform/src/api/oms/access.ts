import type { ProjectId } from '../../object-migration/task.ts';
import { projectAccess } from '../project-access.ts';
import { brokenRule, errorOfProblem, taskRules } from './errors.ts';

export const { checkProject, checkAccess, ownProject } = projectAccess<ProjectId>({
  unauthenticated: () => errorOfProblem('unauthenticated'),
  otherProject: () => brokenRule(taskRules.project, 'project_id'),
  readOnly: () => brokenRule(taskRules.readOnly),
});
