import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { ServerPrivacyAgreements } from '../../server-migration/privacy-agreements.ts';
import type { Database } from '../schema.ts';

/** Agreements as rows of the database. */
export function createPgServerPrivacyAgreements(db: Kysely<Database>): ServerPrivacyAgreements {
  return {
    async accept({ domain, userId }) {
      await db.insertInto('server_privacy_agreement').values({ domain_id: domain, user_id: userId })
        .onConflict((conflict) => conflict.columns(['domain_id', 'user_id']).doUpdateSet({ agreed_at: sql`clock_timestamp()` })).execute();
    },
    async hasAccepted({ domain, userId }) {
      return await db.selectFrom('server_privacy_agreement').where('domain_id', '=', domain).where('user_id', '=', userId).select('user_id').executeTakeFirst() !== undefined;
    },
  };
}
