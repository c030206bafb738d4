/** What server migrations are set up with: migration projects, templates of targets, agreements. */
import type { ColumnType, Generated } from 'kysely';

export interface ServerMigrationSettingsTables {
  server_migration_project: MigrationProjectTable;
  server_template: TemplateTable;
  server_privacy_agreement: ServerPrivacyAgreementTable;
}

/** At most one row of a domain is its default; see `../server-migration/default-project.ts`. */
interface MigrationProjectTable {
  readonly id: string;
  readonly domain_id: string;
  /** Unique in the domain. */
  readonly name: string;
  readonly is_default: boolean;
  /** `projectColumn` of `../server-migration/template-columns.ts`. */
  readonly settings: ColumnType<unknown, string, string>;
  /** Counts upwards as projects are made. */
  readonly number: Generated<number>;
}

interface TemplateTable {
  readonly id: string;
  readonly domain_id: string;
  /** The whole of `TemplateSettings` as JSON with all digits, which a column of type json would not give back. */
  readonly settings: string;
  /** What lists are filtered by, again. */
  readonly name: string;
  readonly region: string | null;
  readonly zone: string | null;
  /** Sealed. */
  readonly password: Buffer | null;
  readonly number: Generated<number>;
}

/** One row a user. */
interface ServerPrivacyAgreementTable {
  readonly domain_id: string;
  readonly user_id: string;
  /** When they agreed last. */
  readonly agreed_at: Generated<Date>;
}
