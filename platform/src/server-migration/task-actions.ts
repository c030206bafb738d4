/** What is asked of a task as a whole: actions and deletion. The rest of a task is in `server-tasks.ts`. */
import { ServerRefusal, type ServerTasks } from './server-migration.ts';
import type { TaskActionRepository } from './source-repository.ts';

export type TaskActions = Pick<ServerTasks, 'act' | 'remove'>;

export function createTaskActions(repository: TaskActionRepository): TaskActions {
  return {
    async act({ domain }, id, action, { template, switchHce, consistencyCheck }) {
      if (switchHce === true) throw new ServerRefusal({ kind: 'unsupported', option: 'switch_hce: the operating system is migrated as it is' });
      if (template !== undefined && action !== 'clone_test') throw new ServerRefusal({ kind: 'unsupported', option: `template_id with ${action}: only a clone has a template of its own` });
      await repository.act(domain, id, action, {
        ...(template === undefined ? {} : { cloneTemplate: template }),
        ...(consistencyCheck === undefined ? {} : { consistencyCheck }),
      });
    },
    remove: ({ domain }, ids) => repository.remove(domain, [...new Set(ids)]),
  };
}
