interface Waiter {
  readonly amount: number;
  go(): void;
}

/** Shares out an amount of something, such as memory. Whoever asks for more than is left waits; first come, first served. */
export class Budget {
  readonly #whole: number;
  readonly #waiting: Waiter[] = [];
  #left: number;

  constructor(whole: number) {
    this.#whole = whole;
    this.#left = whole;
  }

  /** Undefined when it was there at once. More than the whole counts as the whole; it is given back as it was asked for. */
  take(amount: number): Promise<void> | undefined {
    const share = Math.min(amount, this.#whole);
    if (this.#waiting.length === 0 && share <= this.#left) {
      this.#left -= share;
      return undefined;
    }
    return new Promise((go) => {
      this.#waiting.push({ amount: share, go });
    });
  }

  give(amount: number): void {
    this.#left += Math.min(amount, this.#whole);
    for (let first = this.#waiting[0]; first !== undefined && first.amount <= this.#left; first = this.#waiting[0]) {
      this.#waiting.shift();
      this.#left -= first.amount;
      first.go();
    }
  }
}
