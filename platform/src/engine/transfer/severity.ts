/** How much a failure of one object says about the others, and the failed outcome made of it. */
import type { FailureKind, StoreFailure } from '../../object-store/failure.ts';
import type { Side } from '../sided-failure.ts';
import type { TransferOutcome } from './transfer.ts';

export type FailedOutcome = Extract<TransferOutcome, { readonly kind: 'failed' }>;
export type Severity = FailedOutcome['severity'];

/**
 * `fatal` is only what holds for every object of the migration. A refusal at the destination is one object's own: policies name
 * prefixes. `changed`, `corrupt` and `protocol` come here when all attempts inside the transfer are used up.
 */
const severities: Readonly<Record<FailureKind, Readonly<Record<Side, Severity>>>> = {
  /** At the destination: an upload or a fresh object that cannot be found, which passes. */
  absent: { source: 'object', destination: 'retryable' },
  'no-bucket': { source: 'fatal', destination: 'fatal' },
  denied: { source: 'object', destination: 'object' },
  'bad-credentials': { source: 'fatal', destination: 'fatal' },
  'expired-credentials': { source: 'fatal', destination: 'fatal' },
  throttled: { source: 'retryable', destination: 'retryable' },
  transient: { source: 'retryable', destination: 'retryable' },
  unreachable: { source: 'retryable', destination: 'retryable' },
  'server-away': { source: 'retryable', destination: 'retryable' },
  'no-server': { source: 'object', destination: 'object' },
  changed: { source: 'object', destination: 'object' },
  corrupt: { source: 'object', destination: 'object' },
  full: { source: 'object', destination: 'fatal' },
  archived: { source: 'object', destination: 'object' },
  'bad-key': { source: 'object', destination: 'object' },
  'wrong-region': { source: 'fatal', destination: 'fatal' },
  unsupported: { source: 'object', destination: 'object' },
  unencrypted: { source: 'object', destination: 'fatal' },
  protocol: { source: 'object', destination: 'object' },
};

export function severityOf(kind: FailureKind, side: Side): Severity {
  return severities[kind][side];
}

export function failed(failure: StoreFailure, side: Side): FailedOutcome {
  const { kind, message, retryAfterMs } = failure;
  return { kind: 'failed', failure: kind, severity: severityOf(kind, side), side, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}
