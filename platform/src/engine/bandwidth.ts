import { TokenBucket } from '@haulier/lib/token-bucket/token-bucket.ts';
import type { RunObserver } from './run.ts';
import type { Clock, TransferContext } from './transfer/transfer.ts';

/** One worker's share of the task's bandwidth; see `Orders.bandwidth`. A newcomer's share may be 0 for a while. */
export class Bandwidth {
  readonly #observe: Pick<RunObserver, 'bytes'>;
  readonly #bucket: TokenBucket;

  constructor(clock: Clock, observe: Pick<RunObserver, 'bytes'>) {
    this.#observe = observe;
    this.#bucket = new TokenBucket(clock, undefined);
  }

  /** Bytes per second; undefined is unlimited. Whoever waits feels the change at once. */
  set(bytesPerSecond: number | undefined): void {
    this.#bucket.setRate(bytesPerSecond);
  }

  readonly take: TransferContext['bandwidth']['take'] = (bytes, signal) => {
    this.#observe.bytes(bytes);
    return this.#bucket.take(bytes, signal);
  };
}
