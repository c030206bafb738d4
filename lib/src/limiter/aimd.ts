import { AbortWatch, type Abortable } from '../http/abort-watch.ts';

export interface AimdOptions {
  /** Permits at the start. */
  readonly initial: number;
  readonly min: number;
  readonly max: number;
  /** Milliseconds; only differences count. */
  now(): number;
  /** True while this process itself has no time to spare: more at once would only wait here. */
  busy?(): boolean;
}

/** How the work under a permit ended, as far as it tells of congestion. */
export type PermitOutcome = 'ok' | 'throttled' | 'neutral';

/** Names the round in which a permit was given; handed back at its release. */
export type Permit = number;

/** A round that takes so many times the quickest one is a queue, not a distance: more at once would only wait longer. */
const QUEUE_FACTOR = 2.5;
/** The quickest round is forgotten by so much a second: what is asked for changes, and so does the way there. */
const FORGET_PER_SECOND = 0.02;

/**
 * Bounds how much goes on at once, by what the other side bears: more after a round of successes in which all permits were
 * in use (twice as many until something says stop, then one more), half of them after the other side has asked for less
 * (additive increase, multiplicative decrease). Rounds that take much longer than the quickest add nothing.
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
  /** Of this round: successes while all were in use, and the milliseconds in which they came. */
  #successes = 0;
  #took = 0;
  /** The latest success, when all were in use then. */
  #fullSince: number | undefined;
  /** Milliseconds of the quickest round. */
  #quickest = Infinity;
  #doubles = true;

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

  /** Only what happens while all permits are in use tells what the other side bears, and how quickly. */
  #succeeded(): void {
    if (this.#inUse < this.#limit) {
      this.#fullSince = undefined;
      return;
    }
    const now = this.#options.now();
    if (this.#fullSince !== undefined) {
      this.#took += now - this.#fullSince;
      this.#successes++;
    }
    this.#fullSince = now;
    if (this.#successes >= this.#limit) this.#endRound();
  }

  #endRound(): void {
    const took = Math.max(0.1, this.#took);
    this.#quickest = Math.min(took, this.#quickest * (1 + (took / 1000) * FORGET_PER_SECOND));
    if (took > this.#quickest * QUEUE_FACTOR) this.#doubles = false;
    else if (this.#options.busy?.() !== true) this.#limit = Math.min(this.#options.max, this.#doubles ? this.#limit * 2 : this.#limit + 1);
    this.#beginRound();
  }

  #beginRound(): void {
    this.#successes = 0;
    this.#took = 0;
  }

  #refused(): void {
    this.#limit = Math.max(this.#options.min, Math.floor(this.#limit / 2));
    this.#doubles = false;
    this.#round++;
    this.#beginRound();
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
