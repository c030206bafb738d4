import { describe, expect, it } from 'vitest';
import { StoreFailure, type FailureKind } from '../../object-store/failure.ts';
import { failed, severityOf } from './severity.ts';

describe('severityOf', () => {
  const fatal: [FailureKind, 'source' | 'destination'][] = [
    ['no-bucket', 'source'], ['no-bucket', 'destination'], ['bad-credentials', 'source'], ['bad-credentials', 'destination'],
    ['expired-credentials', 'source'], ['expired-credentials', 'destination'], ['wrong-region', 'source'], ['wrong-region', 'destination'], ['full', 'destination'],
  ];
  const retryable: [FailureKind, 'source' | 'destination'][] = [
    ['throttled', 'source'], ['throttled', 'destination'], ['transient', 'source'], ['transient', 'destination'],
    ['unreachable', 'source'], ['unreachable', 'destination'], ['absent', 'destination'],
  ];
  const kinds: FailureKind[] = [
    'absent', 'no-bucket', 'denied', 'bad-credentials', 'expired-credentials', 'throttled', 'transient', 'unreachable',
    'changed', 'corrupt', 'full', 'archived', 'bad-key', 'wrong-region', 'unsupported', 'protocol',
  ];
  const listed = (list: typeof fatal, kind: FailureKind, side: string) => list.some(([k, s]) => k === kind && s === side);

  it.each(kinds.flatMap((kind) => (['source', 'destination'] as const).map((side) => ({ kind, side }))))('of $kind at the $side', ({ kind, side }) => {
    const expected = listed(fatal, kind, side) ? 'fatal' : listed(retryable, kind, side) ? 'retryable' : 'object';
    expect(severityOf(kind, side)).toBe(expected);
  });
});

describe('failed', () => {
  it('tells what happened, where, and how bad it is', () => {
    expect(failed(new StoreFailure('full', 'no room'), 'destination')).toEqual({ kind: 'failed', failure: 'full', severity: 'fatal', side: 'destination', message: 'no room' });
  });

  it('tells how long the store wants to be left alone', () => {
    expect(failed(new StoreFailure('throttled', 'slow down', { retryAfterMs: 60_000 }), 'source')).toMatchObject({ severity: 'retryable', retryAfterMs: 60_000 });
  });
});
