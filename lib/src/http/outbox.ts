/** A request that waits for the end of this turn of the event loop. */
export interface Departing {
  depart(): void;
}

/**
 * Sends the small requests of one turn of the event loop one right after the other, at its end. Each by itself would wake a peer on
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
    if (this.#waiting.push(departing) === 1) setImmediate(this.#empty);
  }
}
