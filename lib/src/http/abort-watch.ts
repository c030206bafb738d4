/** Something that ends when a signal is aborted. */
export interface Abortable {
  abort(reason: unknown): void;
}

/**
 * Watches many waits that share few signals: one listener a signal, since adding and removing a listener for every
 * request costs more than sending it.
 */
export class AbortWatch {
  readonly #watched = new WeakMap<AbortSignal, Set<Abortable>>();

  add(signal: AbortSignal, target: Abortable): void {
    let targets = this.#watched.get(signal);
    if (targets === undefined) {
      targets = this.#listen(signal);
      this.#watched.set(signal, targets);
    }
    targets.add(target);
  }

  remove(signal: AbortSignal, target: Abortable): void {
    this.#watched.get(signal)?.delete(target);
  }

  #listen(signal: AbortSignal): Set<Abortable> {
    const targets = new Set<Abortable>();
    const onAbort = (): void => {
      for (const target of [...targets]) target.abort(signal.reason);
      targets.clear();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    return targets;
  }
}
