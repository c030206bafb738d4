/** A worker's view of stores and ledger that dies with the worker, at any call it makes. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ObjectStore } from '../../object-store/object-store.ts';
import type { Ledger } from '../ledger/ledger.ts';

export class Death extends Error {
  override readonly name = 'Death';
}

/** Ends after so many steps; a call is a step before it and one after it. Infinity lives for ever. */
export class Life {
  #left: number;
  #seed: number | undefined;

  /** @param seed makes calls take different times; without it each takes as little as it can. */
  constructor(steps: number, seed?: number) {
    this.#left = steps;
    this.#seed = seed;
  }

  get over(): boolean {
    return this.#left <= 0;
  }

  step(): void {
    if (this.#left-- <= 0) throw new Death('this worker is dead');
  }

  /** The call, or death before it, or death before its answer. */
  async call<T>(work: () => Promise<T>): Promise<T> {
    this.step();
    await this.#linger();
    const result = await work();
    await this.#linger();
    this.step();
    return result;
  }

  async #linger(): Promise<void> {
    if (this.#seed === undefined) return;
    this.#seed = (this.#seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    for (let turns = (this.#seed >>> 16) % 4; turns > 0; turns--) await nextTurn();
  }
}

export function mortalStore(store: ObjectStore, life: Life): ObjectStore {
  const { multipart, restore } = store;
  return {
    location: store.location,
    traits: store.traits,
    list: (...args) => life.call(() => store.list(...args)),
    stat: (...args) => life.call(() => store.stat(...args)),
    read: (...args) => life.call(() => store.read(...args)),
    write: (...args) => life.call(() => store.write(...args)),
    remove: (...args) => life.call(() => store.remove(...args)),
    checkBucket: (...args) => life.call(() => store.checkBucket(...args)),
    close: () => store.close(),
    ...(restore === undefined ? {} : { restore: { request: (...args) => life.call(() => restore.request(...args)) } }),
    ...(multipart === undefined
      ? {}
      : {
          multipart: {
            minPartBytes: multipart.minPartBytes,
            maxPartBytes: multipart.maxPartBytes,
            maxParts: multipart.maxParts,
            create: (...args) => life.call(() => multipart.create(...args)),
            writePart: (...args) => life.call(() => multipart.writePart(...args)),
            complete: (...args) => life.call(() => multipart.complete(...args)),
            abort: (...args) => life.call(() => multipart.abort(...args)),
            uploadsOf: (...args) => life.call(() => multipart.uploadsOf(...args)),
            partsOf: (...args) => life.call(() => multipart.partsOf(...args)),
          },
        }),
  };
}

export function mortalLedger(ledger: Ledger, life: Life): Ledger {
  return {
    seed: (...args) => life.call(() => ledger.seed(...args)),
    isSeeded: () => life.call(() => ledger.isSeeded()),
    claimRange: () => life.call(() => ledger.claimRange()),
    claimPage: (...args) => life.call(() => ledger.claimPage(...args)),
    commitPage: (...args) => life.call(() => ledger.commitPage(...args)),
    releaseRange: (...args) => life.call(() => ledger.releaseRange(...args)),
    splittableRange: () => life.call(() => ledger.splittableRange()),
    splitRange: (...args) => life.call(() => ledger.splitRange(...args)),
    claimItem: (...args) => life.call(() => ledger.claimItem(...args)),
    recordUpload: (...args) => life.call(() => ledger.recordUpload(...args)),
    abandonUpload: (...args) => life.call(() => ledger.abandonUpload(...args)),
    commitItem: (...args) => life.call(() => ledger.commitItem(...args)),
    releaseItem: (...args) => life.call(() => ledger.releaseItem(...args)),
    abandonedUploads: (...args) => life.call(() => ledger.abandonedUploads(...args)),
    forgetUpload: (...args) => life.call(() => ledger.forgetUpload(...args)),
    counting: () => life.call(() => ledger.counting()),
    recordCounting: (...args) => life.call(() => ledger.recordCounting(...args)),
    heartbeat: () => life.call(() => ledger.heartbeat()),
    remaining: () => life.call(() => ledger.remaining()),
    tally: () => life.call(() => ledger.tally()),
    failures: (...args) => life.call(() => ledger.failures(...args)),
    segments: (...args) => life.call(() => ledger.segments(...args)),
  };
}
