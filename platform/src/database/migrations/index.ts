/**
 * Every migration, in order. They are never edited once released: a change is a new number. Static, so that a bundle
 * carries them and no folder is read at run time.
 */
import type { Migration } from 'kysely/migration';
import { installation } from './000-installation.ts';
import { ledger } from './001-ledger.ts';
import { identity } from './002-identity.ts';
import { tasks } from './003-tasks.ts';
import { taskGroups } from './004-task-groups.ts';
import { syncTasks } from './005-sync-tasks.ts';
import { notices } from './006-notices.ts';
import { privacyAgreements } from './007-privacy-agreements.ts';
import { restoreItems } from './008-restore-items.ts';
import { volumes } from './009-volumes.ts';
import { serverMigration } from './010-server-migration.ts';
import { serverTaskContents } from './011-server-task-contents.ts';
import { serverMigrationSettings } from './012-server-migration-settings.ts';
import { toldRuns } from './013-told-runs.ts';

export const migrations: Readonly<Record<string, Migration>> = {
  '000-installation': installation,
  '001-ledger': ledger,
  '002-identity': identity,
  '003-tasks': tasks,
  '004-task-groups': taskGroups,
  '005-sync-tasks': syncTasks,
  '006-notices': notices,
  '007-privacy-agreements': privacyAgreements,
  '008-restore-items': restoreItems,
  '009-volumes': volumes,
  '010-server-migration': serverMigration,
  '011-server-task-contents': serverTaskContents,
  '012-server-migration-settings': serverMigrationSettings,
  '013-told-runs': toldRuns,
};
