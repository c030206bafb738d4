/** Failures of a store inside the engine, with the store they came from. */
import { isFailure, type StoreFailure } from '../object-store/failure.ts';

export type Side = 'source' | 'destination';

/** Thrown inside the engine only. */
export class SidedFailure extends Error {
  override readonly name = 'SidedFailure';
  readonly failure: StoreFailure;
  readonly side: Side;

  constructor(failure: StoreFailure, side: Side) {
    super(failure.message, { cause: failure });
    this.failure = failure;
    this.side = side;
  }
}

/** Says of a store's failure at which side it happened. */
export async function at<T>(side: Side, operation: Promise<T>): Promise<T> {
  try {
    return await operation;
  } catch (error) {
    throw isFailure(error) ? new SidedFailure(error, side) : error;
  }
}
