/** A request that waits for its turn to leave. */
export interface Departing {
  depart(): void;
}

/** So many leave together at most: a busy turn of the event loop is long, and requests that waited for all of it would come late. */
const MOST = 4;

/**
 * Sends small requests a few at a time, the rest of them at the end of this turn of the event loop. Each by itself would wake a peer on
 * this machine that has dealt with the one before and fallen asleep again, which costs as much as sending it.
 */
export class Outbox {
  #waiting: Departing[] = [];
  readonly #empty = (): void => {
    const leaving = this.#waiting;
    this.#waiting = [];
    for (const departing of leaving) departing.depart();
  };

  add(departing: Departing): void {
    const count = this.#waiting.push(departing);
    if (count === 1) setImmediate(this.#empty);
    else if (count === MOST) this.#empty();
  }
}
