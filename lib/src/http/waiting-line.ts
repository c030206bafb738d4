import type { Exchange } from './exchange.ts';

/** Exchanges that wait for a connection, first come first served. */
export class WaitingLine {
  readonly #waiting = new Set<Exchange>();

  get length(): number {
    return this.#waiting.size;
  }

  push(exchange: Exchange): void {
    this.#waiting.add(exchange);
  }

  remove(exchange: Exchange): void {
    this.#waiting.delete(exchange);
  }

  shift(): Exchange | undefined {
    for (const exchange of this.#waiting) {
      this.#waiting.delete(exchange);
      return exchange;
    }
    return undefined;
  }
}
