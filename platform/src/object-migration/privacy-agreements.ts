import type { ProjectId } from './task.ts';

/** Who has agreed, as the API knows them. */
export interface Agreement {
  readonly project: ProjectId;
  readonly domainId: string;
  readonly userId: string;
}

/** The port to the records of agreements. */
export interface PrivacyAgreements {
  /** Durable when this resolves. Agreeing again puts the latest time on record. */
  accept(agreement: Agreement): Promise<void>;
}
