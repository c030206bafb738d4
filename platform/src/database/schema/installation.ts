import type { Generated, JSONColumnType } from 'kysely';

export interface InstallationTables {
  installation: InstallationTable;
}

/** One row: what every machine of the installation shares. */
interface InstallationTable {
  /** Always true; the primary key that keeps it one row. */
  readonly single: Generated<boolean>;
  readonly installation_id: Generated<string>;
  /** Which key file the sealed values were sealed with. */
  readonly key_id: string;
  /** The user's own regions, as `main` parses them. */
  readonly regions: JSONColumnType<readonly object[]>;
  /** IANA name; bandwidth windows are in its local time. */
  readonly zone: string;
}
