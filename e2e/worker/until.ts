import { setTimeout as sleep } from 'node:timers/promises';

/** Looks until the condition holds; throws with what it saw last after `ms`. */
export async function until<T>(look: () => Promise<T>, holds: (seen: T) => boolean, ms = 30_000): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > end) throw new Error(`it did not come true: ${JSON.stringify(seen)}`);
    await sleep(50);
  }
}
