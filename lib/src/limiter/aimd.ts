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

/** A shorter round tells more of chance, such as a collection of garbage, than of the other side. Milliseconds. */
const ROUND_MS = 10;
/** So much of what is added at once must come as more successes a second, or they only wait for each other. */
const WORTH = 0.4;
/** Rounds until twice as many are tried again after they were not worth it, at first and at most. */
const PAUSE = { first: 2, most: 256 };
/** What is given up in a round in which this process had no time to spare. */
const BUSY_SHARE = 1 / 8;
/** A lap of all permits that takes so many times the quickest one is a queue, not a distance. */
const QUEUE_FACTOR = 2.5;
/** The quickest lap is forgotten by so much a second: what is asked for changes, and so does the way there. */
const FORGET_PER_SECOND = 0.02;

/**
 * Bounds how much goes on at once, by what the other side bears. After a round of successes in which all permits were in
 * use, twice as many are tried, and kept where they bring much more in the same time. Once the other side has asked for
 * less, half of them are left, and one more is given a round (additive increase, multiplicative decrease).
 *
 * What only waits for its turn costs memory and time: where this process is what limits, the permits go back towards the
 * initial ones.
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
  /** Milliseconds in which as many succeed as go on at once: the shortest so far. */
  #quickest = Infinity;
  #trial: Trial | undefined;
  #refusals = false;
  /** Rounds before twice as many are tried again, and the pause after the next vain trial. */
  #wait = 0;
  #pause = PAUSE.first;

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
    if (this.#successes >= this.#limit && this.#took >= ROUND_MS) this.#endRound();
  }

  #endRound(): void {
    const rate = this.#successes / this.#took;
    const lap = this.#limit / rate;
    this.#quickest = Math.min(lap, this.#quickest * (1 + (this.#took / 1000) * FORGET_PER_SECOND));
    this.#beginRound();
    const trial = this.#trial;
    this.#trial = undefined;
    if (trial !== undefined && !this.#isWorth(trial, rate)) {
      this.#takeBack(trial);
      return;
    }
    if (trial !== undefined) this.#pause = PAUSE.first;
    if (this.#options.busy?.() === true) this.#yield();
    else if (this.#refusals) this.#addOne(lap);
    else if (this.#wait > 0) this.#wait--;
    else this.#double(rate);
  }

  #double(rate: number): void {
    if (this.#limit === this.#options.max) return;
    this.#trial = { from: this.#limit, rate };
    this.#limit = Math.min(this.#options.max, this.#limit * 2);
  }

  #isWorth({ from, rate }: Trial, now: number): boolean {
    const more = this.#limit / from - 1;
    return now >= rate * (1 + more * WORTH);
  }

  #takeBack({ from }: Trial): void {
    this.#limit = from;
    this.#wait = this.#pause;
    this.#pause = Math.min(PAUSE.most, this.#pause * 2);
  }

  #addOne(lap: number): void {
    if (lap <= this.#quickest * QUEUE_FACTOR) this.#limit = Math.min(this.#options.max, this.#limit + 1);
  }

  #yield(): void {
    const { initial } = this.#options;
    if (this.#limit > initial) this.#limit = Math.max(initial, Math.floor(this.#limit * (1 - BUSY_SHARE)));
  }

  #beginRound(): void {
    this.#successes = 0;
    this.#took = 0;
  }

  #refused(): void {
    this.#limit = Math.max(this.#options.min, Math.floor(this.#limit / 2));
    this.#refusals = true;
    this.#trial = undefined;
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

/** More permits are in use than were proved worth it. */
interface Trial {
  /** The limit before, and its successes a millisecond. */
  readonly from: number;
  readonly rate: number;
}

interface Waiter extends Abortable {
  readonly signal: AbortSignal;
  resolve(permit: Permit): void;
}
