/** Wires what server migrations are set up with: migration projects, templates, agreements, configuration. */
import { migrationProjectRoutes } from '../api/sms/migration-project-routes.ts';
import type { SmsRoutes } from '../api/sms/routes.ts';
import { serviceRoutes } from '../api/sms/service-routes.ts';
import { templateRoutes } from '../api/sms/template-routes.ts';
import { createPgIdentityStore } from '../database/identity/pg-identity-store.ts';
import { createPgMigrationProjects } from '../database/server-migration/pg-migration-projects.ts';
import { createPgServerPrivacyAgreements } from '../database/server-migration/pg-privacy-agreements.ts';
import { createPgTemplates } from '../database/server-migration/pg-templates.ts';
import { createMigrationProjects } from '../server-migration/migration-projects.ts';
import { createServerTemplates } from '../server-migration/templates.ts';
import { randomness } from './environment.ts';
import type { Installation } from './installation.ts';

export function serverSettingsRoutes({ db, key }: Pick<Installation, 'db' | 'key'>): readonly SmsRoutes[] {
  const identity = createPgIdentityStore(db);
  const newId = randomness.uuid;
  return [
    migrationProjectRoutes(createMigrationProjects({ repository: createPgMigrationProjects(db), newId })),
    templateRoutes(createServerTemplates({ repository: createPgTemplates(db), box: key, newId })),
    serviceRoutes({
      agreements: createPgServerPrivacyAgreements(db),
      /** As Terraform has it: a project of a region's name is where its servers go. */
      regions: async ({ domain }) => (await identity.projects(domain)).map(({ name }) => name),
    }),
  ];
}
