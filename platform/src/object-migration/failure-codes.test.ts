import { describe, expect, it } from 'vitest';
import type { FailureKind } from '../object-store/failure.ts';
import { failureReason, taskErrorMessages } from './failure-codes.ts';
import type { FailureSide } from './failure-codes.ts';

describe('the documented reason of a failure', () => {
  it.each<[FailureKind, FailureSide, string]>([
    ['no-bucket', 'source', 'TRF.0155'],
    ['no-bucket', 'destination', 'TRF.0058'],
    ['bad-credentials', 'source', 'TRF.0151'],
    ['bad-credentials', 'destination', 'TRF.0057'],
    ['denied', 'source', 'TRF.0152'],
    ['denied', 'destination', 'TRF.0051'],
    ['full', 'destination', 'TRF.0055'],
    ['throttled', 'source', 'TRF.0159'],
    ['unreachable', 'source', 'TRF.0157'],
    ['unreachable', 'destination', 'TRF.0061'],
    ['absent', 'list-file', 'TRF.0013'],
    ['corrupt', 'list-file', 'TRF.0014'],
    ['bad-key', 'list-file', 'TRF.0018'],
  ])('%s at the %s is %s', (kind, side, code) => {
    expect(failureReason(kind, side).code).toBe(code);
  });

  it('fits the fields of an answer', () => {
    for (const [code, message] of Object.entries(taskErrorMessages)) {
      expect(code.length).toBeLessThanOrEqual(10);
      expect(message.length).toBeLessThanOrEqual(1024);
    }
  });
});
