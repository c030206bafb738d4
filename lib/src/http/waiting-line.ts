import type { Exchange } from './exchange.ts';

/** Exchanges that wait for a connection, first come first served; those that fail meanwhile leave by themselves. */
export class WaitingLine {
  #line: (Exchange | undefined)[] = [];
  #next = 0;

  get length(): number {
    return this.#line.slice(this.#next).filter((exchange) => exchange?.settled === false).length;
  }

  push(exchange: Exchange): void {
    this.#line.push(exchange);
  }

  shift(): Exchange | undefined {
    while (this.#next < this.#line.length) {
      const exchange = this.#line[this.#next];
      this.#line[this.#next++] = undefined;
      this.#compact();
      if (exchange?.settled === false) return exchange;
    }
    return undefined;
  }

  /** The front half of the array is empty: a line that never runs dry must not grow for ever. */
  #compact(): void {
    if (this.#next < 64 || this.#next * 2 < this.#line.length) return;
    this.#line = this.#line.slice(this.#next);
    this.#next = 0;
  }
}
