/** Where loops wait for something to have changed. Opening lets all who wait through; who comes later waits again. */
export class Gate {
  #waiting: (() => void)[] = [];
  #released = false;

  wait(): Promise<void> {
    if (this.#released) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  open(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    for (const pass of waiting) pass();
  }

  /** Nobody waits here any more, now or later. */
  release(): void {
    this.#released = true;
    this.open();
  }
}
