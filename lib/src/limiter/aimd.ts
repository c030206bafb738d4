import { AbortWatch, type Abortable } from '../http/abort-watch.ts';

export interface AimdOptions {
  /** Permits at the start. */
  readonly initial: number;
  readonly min: number;
  readonly max: number;
}

/** How the work under a permit ended, as far as it tells of congestion. */
export type PermitOutcome = 'ok' | 'throttled' | 'neutral';

/** Names the round in which a permit was given; handed back at its release. */
export type Permit = number;

/**
 * Bounds how much goes on at once, by what the other side bears: one permit more after a round of successes in which all
 * were in use, half of them after the other side has asked for less (additive increase, multiplicative decrease).
 *
 * What was already under way when the limit fell is not blamed for it: one burst of refusals halves the limit once.
 * Permits are given in the order they were asked for.
 */
export class AimdLimiter {
  readonly #options: AimdOptions;
  readonly #watch = new AbortWatch();
  readonly #waiting = new Set<Waiter>();
  #limit: number;
  #inUse = 0;
  #round = 0;
  /** Successes since the last change of the limit. */
  #successes = 0;

  constructor(options: AimdOptions) {
    this.#options = options;
    this.#limit = options.initial;
  }

  get limit(): number {
    return this.#limit;
  }

  get inUse(): number {
    return this.#inUse;
  }

  /** A permit at once where one is free; otherwise later, or the signal's reason. */
  acquire(signal: AbortSignal): Permit | Promise<Permit> {
    if (this.#inUse < this.#limit && this.#waiting.size === 0) {
      this.#inUse++;
      return this.#round;
    }
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        signal, resolve, watchedAt: -1,
        abort: () => {
          this.#waiting.delete(waiter);
          reject(signal.reason as Error);
        },
      };
      this.#waiting.add(waiter);
      this.#watch.add(signal, waiter);
    });
  }

  /** Each permit is released once. */
  release(permit: Permit, outcome: PermitOutcome): void {
    if (outcome === 'ok') this.#succeeded();
    else if (outcome === 'throttled' && permit === this.#round) this.#refused();
    this.#inUse--;
    this.#admit();
  }

  #succeeded(): void {
    if (this.#inUse < this.#limit || this.#limit >= this.#options.max) return;
    this.#successes++;
    if (this.#successes < this.#limit) return;
    this.#limit++;
    this.#successes = 0;
  }

  #refused(): void {
    this.#limit = Math.max(this.#options.min, Math.floor(this.#limit / 2));
    this.#successes = 0;
    this.#round++;
  }

  #admit(): void {
    for (const waiter of this.#waiting) {
      if (this.#inUse >= this.#limit) return;
      this.#waiting.delete(waiter);
      this.#watch.remove(waiter.signal, waiter);
      this.#inUse++;
      waiter.resolve(this.#round);
    }
  }
}

interface Waiter extends Abortable {
  readonly signal: AbortSignal;
  resolve(permit: Permit): void;
}
