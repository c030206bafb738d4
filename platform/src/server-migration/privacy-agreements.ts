import type { Tenant } from './server.ts';

/**
 * The port to the records of who has agreed to the privacy statement of server migration: each user for themself. Nothing
 * here asks for the agreement; it is kept on record.
 */
export interface ServerPrivacyAgreements {
  /** Durable when this resolves. Agreeing again puts the latest time on record. */
  accept(tenant: Tenant): Promise<void>;
  hasAccepted(tenant: Tenant): Promise<boolean>;
}
