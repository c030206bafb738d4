import { isFailure, StoreFailure } from '../../object-store/failure.ts';
import type { ListedObject, ObjectStore } from '../../object-store/object-store.ts';
import { forEachBounded } from '../bounded.ts';
import type { Clock } from '../transfer/transfer.ts';

/**
 * Looks in flight for one page. The stores bound what is really sent at once; where the names lead to many servers, those
 * that answer must not wait for those that do not.
 */
const AT_ONCE = 256;

/** What a store shows of each of these keys, by index: the object, or why it could not be looked at. */
export async function statEach(store: ObjectStore, keys: readonly string[], signal: AbortSignal): Promise<readonly (ListedObject | StoreFailure)[]> {
  const seen: (ListedObject | StoreFailure)[] = [];
  await forEachBounded(keys, AT_ONCE, async (key, index) => {
    seen[index] = await look(store, key, signal);
  });
  return seen;
}

/** Without an answer to any of the looks under way for so long, they are given up. Connections that do not come about fail before. */
const STALL_MS = 15_000;

/**
 * As {@link statEach}, over many servers: those that are silent do not keep the others' objects from being copied. What
 * they were asked for fails as `server-away`, to be looked at later.
 */
export async function statEachByServer(store: ObjectStore, keys: readonly string[], clock: Clock, signal: AbortSignal): Promise<readonly (ListedObject | StoreFailure)[]> {
  const seen: (ListedObject | StoreFailure)[] = [];
  const looks = new Looks(clock, signal);
  const watching = looks.watch();
  try {
    await forEachBounded(keys, AT_ONCE, async (key, index) => {
      seen[index] = await looks.make((during) => look(store, key, during));
    });
  } finally {
    looks.end();
    await watching;
  }
  return seen;
}

/** Looks under way, which are given up together when none is answered any more. */
class Looks {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #over = new AbortController();
  #stall = new AbortController();
  #during: AbortSignal;
  #answers = 0;

  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
    this.#during = AbortSignal.any([signal, this.#stall.signal]);
  }

  async make<T>(work: (during: AbortSignal) => Promise<T>): Promise<T | StoreFailure> {
    const { signal: stall } = this.#stall;
    try {
      const answer = await work(this.#during);
      this.#answers++;
      return answer;
    } catch (error) {
      if (this.#signal.aborted || !stall.aborted) throw error;
      return new StoreFailure('server-away', `no answer within ${STALL_MS / 1000} s; it is looked at later`);
    }
  }

  /** Resolves after the end. */
  async watch(): Promise<void> {
    for (let before = this.#answers; await this.#waited(); before = this.#answers) {
      if (this.#answers === before) this.#giveUp();
    }
  }

  end(): void {
    this.#over.abort();
  }

  #giveUp(): void {
    const given = this.#stall;
    this.#stall = new AbortController();
    this.#during = AbortSignal.any([this.#signal, this.#stall.signal]);
    given.abort(new Error('no answer in time'));
  }

  /** False when it is over. */
  async #waited(): Promise<boolean> {
    try {
      await this.#clock.sleep(STALL_MS, this.#over.signal);
      return true;
    } catch (error) {
      if (this.#over.signal.aborted) return false;
      throw error;
    }
  }
}

/** The object as a listing would show it, or the failure. Rejects with the signal's reason and what is no failure of a store. */
export async function look(store: ObjectStore, key: string, signal: AbortSignal): Promise<ListedObject | StoreFailure> {
  try {
    const { size, lastModified, etag, storageClass, crc64 } = await store.stat(key, signal);
    return { key, size, lastModified, etag, storageClass, crc64 };
  } catch (error) {
    if (isFailure(error)) return error;
    throw error;
  }
}
