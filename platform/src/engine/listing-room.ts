import { NoteRoom } from './note-room.ts';

/** What one run may use of a {@link ListingRoom}, until it leaves. */
export interface ListingShare {
  /** This run's part, now, of what a run alone may have: a whole number of at least one. */
  of(whole: number): number;
  leave(): void;
}

/**
 * The memory for listings that the runs of a process share: all of them together list as many ranges at once, and keep
 * as many objects in their windows, as one run alone may.
 *
 * The number of runs alone decides the shares. Nothing is lent, so no run ever waits for another one.
 */
export class ListingRoom {
  readonly notes = new NoteRoom();
  /** In the order in which they came: what cannot be divided goes to the first. */
  #runs: readonly ListingShare[] = [];

  enter(): ListingShare {
    const share: ListingShare = {
      of: (whole) => Math.max(1, Math.floor((whole + this.#runs.length - 1 - this.#runs.indexOf(share)) / this.#runs.length)),
      leave: () => {
        this.#runs = this.#runs.filter((other) => other !== share);
      },
    };
    this.#runs = [...this.#runs, share];
    return share;
  }
}
