/** The one row that all machines of an installation share. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { InstallationTables } from '../schema/installation.ts';

/** What a server publishes for the workers on other machines. */
export interface SharedSettings {
  /** The user's own regions, as `main` parses them. */
  readonly regions: readonly object[];
  /** IANA name. */
  readonly zone: string;
}

export interface InstallationRow extends SharedSettings {
  /** Which key file the sealed values were sealed with. */
  readonly keyId: string;
}

/** Undefined before the first start. */
export async function readInstallation(db: Kysely<InstallationTables>): Promise<InstallationRow | undefined> {
  const row = await db.selectFrom('installation').select(['key_id', 'regions', 'zone']).executeTakeFirst();
  return row === undefined ? undefined : { keyId: row.key_id, regions: row.regions, zone: row.zone };
}

/** Writes the row if there is none. The key's id stays what it was first. */
export async function publishSettings(db: Kysely<InstallationTables>, keyId: string, { regions, zone }: SharedSettings): Promise<void> {
  const values = { regions: JSON.stringify(regions), zone };
  await db.insertInto('installation').values({ single: sql`true`, key_id: keyId, ...values }).onConflict((conflict) => conflict.column('single').doUpdateSet(values)).execute();
}
