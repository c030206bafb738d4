import type { Clock } from '../../engine/transfer/transfer.ts';
import { isFailure } from '../../object-store/failure.ts';
import { withinLimit } from '../time-limit.ts';
import { BucketRefusal, type BucketQuestion } from './bucket-refusal.ts';

/** What is opened for one question. */
interface Closable {
  close(): Promise<void>;
}

export interface AskDeps {
  readonly clock: Clock;
  /** How long a store has to answer, in milliseconds. */
  readonly limitMs: number;
}

/**
 * Opens, asks within the time limit, and closes. A failure becomes the refusal of the question.
 *
 * @param bucket for the refusal; empty where the question is about none.
 */
export async function ask<O extends Closable, T>(deps: AskDeps, question: BucketQuestion, bucket: string, open: () => O, run: (opened: O, signal: AbortSignal) => Promise<T>): Promise<T> {
  try {
    const opened = open();
    try {
      return await withinLimit(deps.clock, deps.limitMs, (signal) => run(opened, signal));
    } finally {
      await opened.close();
    }
  } catch (error) {
    throw isFailure(error) ? new BucketRefusal(question, { kind: 'failure', failure: error.kind, bucket }, error) : error;
  }
}
