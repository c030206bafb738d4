import type { Generated } from 'kysely';

export interface PrivacyAgreementTables {
  privacy_agreement: PrivacyAgreementTable;
}

/** One row a project. */
interface PrivacyAgreementTable {
  readonly project_id: string;
  readonly domain_id: string;
  /** Who agreed last. */
  readonly user_id: string;
  /** When that was. */
  readonly agreed_at: Generated<Date>;
}
