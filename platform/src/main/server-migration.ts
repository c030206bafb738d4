/** Wires source servers and their migration tasks. */
import { createPgServerTasks } from '../database/server-migration/pg-server-tasks.ts';
import { createPgSourceRepository } from '../database/server-migration/pg-source-repository.ts';
import { createPgTaskActions } from '../database/server-migration/pg-task-actions.ts';
import { createPgTemplates } from '../database/server-migration/pg-templates.ts';
import { readSources } from '../database/server-migration/source-rows.ts';
import type { ServerTasks, SourceServers } from '../server-migration/server-migration.ts';
import { createServerTasks } from '../server-migration/server-tasks.ts';
import { createSourceServers } from '../server-migration/source-servers.ts';
import { createTaskActions } from '../server-migration/task-actions.ts';
import { clock, randomness } from './environment.ts';
import type { Config } from './config.ts';
import type { Installation } from './installation.ts';

export interface ServerMigration {
  readonly sources: SourceServers;
  readonly tasks: ServerTasks;
}

export function openServerMigration({ db, key }: Pick<Installation, 'db' | 'key'>, silence: Config['servers']): ServerMigration {
  const newId = randomness.uuid;
  return {
    sources: createSourceServers({ repository: createPgSourceRepository(db, silence), newId }),
    tasks: createServerTasks({
      store: createPgServerTasks(db), actions: createTaskActions(createPgTaskActions(db, silence)), sourcesOf: (domain, ids) => readSources(db, silence, domain, ids),
      templates: createPgTemplates(db), secrets: key, clock, newId, randomBytes: randomness.bytes,
    }),
  };
}
