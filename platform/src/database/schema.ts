/** All tables, as Kysely knows them. Each area describes its own in `schema/`. */
import type { GroupTables } from './schema/groups.ts';
import type { IdentityTables } from './schema/identity.ts';
import type { InstallationTables } from './schema/installation.ts';
import type { LedgerTables } from './schema/ledger.ts';
import type { NoticeTables } from './schema/notices.ts';
import type { PrivacyAgreementTables } from './schema/privacy-agreements.ts';
import type { ServerMigrationSettingsTables } from './schema/server-migration-settings.ts';
import type { ServerMigrationTables } from './schema/server-migration.ts';
import type { ServerTaskContentsTables } from './schema/server-task-contents.ts';
import type { SyncTables } from './schema/sync.ts';
import type { TaskTables } from './schema/tasks.ts';
import type { VolumeTables } from './schema/volumes.ts';

export interface Database extends
  GroupTables, IdentityTables, InstallationTables, LedgerTables, NoticeTables, PrivacyAgreementTables, ServerMigrationSettingsTables, ServerMigrationTables,
  ServerTaskContentsTables, SyncTables, TaskTables, VolumeTables {}
