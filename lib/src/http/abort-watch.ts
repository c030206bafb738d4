/** Something that ends when a signal is aborted. */
export interface Abortable {
  /** Where {@link AbortWatch} keeps it; -1 while it does not. */
  watchedAt: number;
  abort(reason: unknown): void;
}

/**
 * Watches many waits that share few signals: one listener a signal, since adding and removing a listener for every
 * request costs more than sending it.
 *
 * The waits of a signal are in an array and know their place. A Set would rehash all the time, and each of its discarded
 * tables points to the next, which holds garbage alive until the old generation is collected.
 */
export class AbortWatch {
  readonly #watched = new WeakMap<AbortSignal, Abortable[]>();

  add(signal: AbortSignal, target: Abortable): void {
    let targets = this.#watched.get(signal);
    if (targets === undefined) {
      targets = listen(signal);
      this.#watched.set(signal, targets);
    }
    target.watchedAt = targets.push(target) - 1;
  }

  remove(signal: AbortSignal, target: Abortable): void {
    const targets = this.#watched.get(signal);
    const at = target.watchedAt;
    const last = targets?.at(-1);
    if (targets === undefined || last === undefined || at < 0) return;
    targets[at] = last;
    last.watchedAt = at;
    targets.pop();
    target.watchedAt = -1;
  }
}

function listen(signal: AbortSignal): Abortable[] {
  const targets: Abortable[] = [];
  const onAbort = (): void => {
    for (const target of [...targets]) target.abort(signal.reason);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  return targets;
}
