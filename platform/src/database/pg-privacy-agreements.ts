import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { PrivacyAgreements } from '../object-migration/privacy-agreements.ts';
import type { Database } from './schema.ts';

/** Agreements as rows of the database. */
export function createPgPrivacyAgreements(db: Kysely<Database>): PrivacyAgreements {
  return {
    async accept({ project, domainId, userId }) {
      await db.insertInto('privacy_agreement')
        .values({ project_id: project, domain_id: domainId, user_id: userId })
        .onConflict((conflict) => conflict.column('project_id').doUpdateSet({ domain_id: domainId, user_id: userId, agreed_at: sql`clock_timestamp()` }))
        .execute();
    },
  };
}
