/** The use cases of migration projects over their repository. */
import { isMigrationProjectId, migrationProjectId, type MigrationProjectId, type MigrationProjectRepository, type MigrationProjects } from './migration-project.ts';
import { ServerRefusal, type Refusal } from './server-migration.ts';

export interface MigrationProjectsDeps {
  readonly repository: MigrationProjectRepository;
  /** A UUID. */
  readonly newId: () => string;
}

export function createMigrationProjects({ repository, newId }: MigrationProjectsDeps): MigrationProjects {
  const update: MigrationProjects['update'] = async ({ domain }, text, change) => {
    const id = known(text);
    const outcome = await repository.update(domain, id, change);
    if (outcome === 'name-taken') throw new ServerRefusal({ kind: 'name-taken', name: change.name ?? '' });
    if (outcome !== 'done') throw new ServerRefusal(refusalOf(outcome, id));
  };
  return {
    update,
    async create({ domain }, settings, isDefault) {
      const id = migrationProjectId(newId());
      const outcome = await repository.insert(domain, { ...settings, id, isDefault });
      if (outcome === 'name-taken') throw new ServerRefusal({ kind: 'name-taken', name: settings.name });
      return id;
    },
    list: ({ domain }, page) => repository.list(domain, page),
    async show({ domain }, text) {
      const project = await repository.find(domain, known(text));
      if (project === undefined) throw new ServerRefusal({ kind: 'no-such-project', id: text });
      return project;
    },
    makeDefault: (tenant, id) => update(tenant, id, { isDefault: true }),
    async remove({ domain }, text) {
      const id = known(text);
      const outcome = await repository.remove(domain, id);
      if (outcome !== 'done') throw new ServerRefusal(refusalOf(outcome, id));
    },
  };
}

function known(text: string): MigrationProjectId {
  const id = text.toLowerCase();
  if (!isMigrationProjectId(id)) throw new ServerRefusal({ kind: 'no-such-project', id: text });
  return id;
}

const refusals = { 'absent': 'no-such-project', 'is-default': 'default-project', 'has-servers': 'project-has-servers' } as const;

function refusalOf(outcome: keyof typeof refusals, id: string): Refusal {
  return { kind: refusals[outcome], id };
}
