export interface TokenBucketClock {
  /** Milliseconds. */
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

interface Waiter {
  readonly tokens: number;
  readonly signal: AbortSignal;
  readonly onAbort: () => void;
  resolve(): void;
}

/**
 * Lets tokens (bytes, requests) pass at a rate that may change at any time, first come, first served.
 *
 * A taker passes as soon as the bucket is not in debt and may take more than is in it, so that no chunk is too large; the
 * next one waits the longer. Over any stretch of t seconds no more than `rate × t`, one burst and one chunk pass.
 */
export class TokenBucket {
  readonly #clock: TokenBucketClock;
  readonly #burstMs: number;
  readonly #waiting = new Set<Waiter>();
  #rate: number | undefined;
  #tokens: number;
  #filledAt: number;
  /** Ends the sleep that waits for the debt to be paid, when the rate changes. */
  #pause: AbortController | undefined;

  /**
   * @param rate tokens a second; undefined is unlimited, 0 lets nothing pass
   * @param burstMs how many milliseconds' worth of tokens an idle bucket saves up
   */
  constructor(clock: TokenBucketClock, rate: number | undefined, burstMs = 100) {
    this.#clock = clock;
    this.#burstMs = burstMs;
    this.#rate = rate;
    this.#tokens = this.#capacity;
    this.#filledAt = clock.now();
  }

  /** Undefined when the tokens are there; otherwise a promise that settles when they are, or with the signal's reason. */
  take(tokens: number, signal: AbortSignal): Promise<void> | undefined {
    if (this.#rate === undefined) return undefined;
    this.#fill();
    if (this.#waiting.size === 0 && this.#isOpen) {
      this.#tokens -= tokens;
      return undefined;
    }
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    return this.#wait(tokens, signal);
  }

  /** Those who wait are served at the new rate from now on; a debt stays. */
  setRate(rate: number | undefined): void {
    this.#fill();
    this.#rate = rate;
    this.#tokens = Math.min(this.#tokens, this.#capacity);
    this.#pause?.abort();
    this.#serve();
  }

  get #isOpen(): boolean {
    return this.#rate === undefined || (this.#rate > 0 && this.#tokens >= 0);
  }

  get #capacity(): number {
    return ((this.#rate ?? 0) * this.#burstMs) / 1000;
  }

  #wait(tokens: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting.delete(waiter);
        reject(signal.reason as Error);
      };
      const waiter: Waiter = { tokens, signal, onAbort, resolve };
      this.#waiting.add(waiter);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#serve();
    });
  }

  #fill(): void {
    const now = this.#clock.now();
    const passed = Math.max(0, now - this.#filledAt);
    this.#filledAt = now;
    this.#tokens = Math.min(this.#capacity, this.#tokens + ((this.#rate ?? 0) * passed) / 1000);
  }

  #serve(): void {
    this.#fill();
    for (const waiter of this.#waiting) {
      if (!this.#isOpen) break;
      if (this.#rate !== undefined) this.#tokens -= waiter.tokens;
      this.#waiting.delete(waiter);
      waiter.signal.removeEventListener('abort', waiter.onAbort);
      waiter.resolve();
    }
    if (this.#waiting.size > 0) this.#serveLater();
  }

  #serveLater(): void {
    if (this.#pause?.signal.aborted === false || this.#rate === undefined || this.#rate === 0) return;
    const pause = new AbortController();
    this.#pause = pause;
    const wait = Math.max(1, Math.ceil((-this.#tokens * 1000) / this.#rate));
    const serve = (): void => {
      if (this.#pause !== pause) return;
      this.#pause = undefined;
      this.#serve();
    };
    this.#clock.sleep(wait, pause.signal).then(serve, serve);
  }
}
