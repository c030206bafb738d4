import type { AimdLimiter, Permit, PermitOutcome } from '@haulier/lib/limiter/aimd.ts';
import { isFailure } from '../failure.ts';
import type { ByteSink, ByteSource, ObjectStore } from '../object-store.ts';
import { around } from './around.ts';

/**
 * Two limiters for one endpoint. A copy holds its read while it waits for a write: if both came out of one, copies
 * within an endpoint could wait for each other for ever.
 */
export interface EndpointLimiters {
  readonly reads: AimdLimiter;
  readonly others: AimdLimiter;
}

/** Bounds what goes on at the store at once. A read holds its permit until its body is piped or discarded. */
export function withConcurrency(store: ObjectStore, { reads, others }: EndpointLimiters): ObjectStore {
  return {
    ...around(store, async (_, run, signal) => {
      const given = others.acquire(signal);
      const permit = typeof given === 'number' ? given : await given;
      let outcome: PermitOutcome = 'neutral';
      try {
        const result = await run();
        outcome = 'ok';
        return result;
      } catch (error) {
        outcome = outcomeOf(error);
        throw error;
      } finally {
        others.release(permit, outcome);
      }
    }),
    bears: (what) => (what === 'reads' ? reads : others).limit,
    async read(key, options, signal) {
      const given = reads.acquire(signal);
      const permit = typeof given === 'number' ? given : await given;
      try {
        const { object, body } = await store.read(key, options, signal);
        return { object, body: new PermittedBody(body, reads, permit) };
      } catch (error) {
        reads.release(permit, outcomeOf(error));
        throw error;
      }
    },
  };
}

/** As {@link withConcurrency}, for a store whose keys lead to many servers: what is asked of one waits for no other. */
export function withConcurrencyByServer(store: ObjectStore, limitersOf: (key: string) => EndpointLimiters): ObjectStore {
  const boundedFor = (key: string): ObjectStore => withConcurrency(store, limitersOf(key));
  return {
    ...around(store, (_, run) => run()),
    stat: (key, signal) => boundedFor(key).stat(key, signal),
    read: (key, options, signal) => boundedFor(key).read(key, options, signal),
  };
}

function outcomeOf(error: unknown): PermitOutcome {
  return isFailure(error, 'throttled') ? 'throttled' : 'neutral';
}

/** Gives the permit back once, when the connection is free again. */
class PermittedBody implements ByteSource {
  readonly #body: ByteSource;
  readonly #limiter: AimdLimiter;
  #permit: Permit | undefined;
  #isPiping = false;

  constructor(body: ByteSource, limiter: AimdLimiter, permit: Permit) {
    this.#body = body;
    this.#limiter = limiter;
    this.#permit = permit;
  }

  get length(): number | undefined {
    return this.#body.length;
  }

  pipe(sink: ByteSink): Promise<void> | undefined {
    this.#isPiping = true;
    const piping = this.#body.pipe(sink);
    if (piping !== undefined) return this.#releaseAfter(piping);
    this.#release('ok');
    return undefined;
  }

  async #releaseAfter(piping: Promise<void>): Promise<void> {
    let outcome: PermitOutcome = 'neutral';
    try {
      await piping;
      outcome = 'ok';
    } finally {
      this.#release(outcome);
    }
  }

  discard(): void {
    this.#body.discard();
    if (!this.#isPiping) this.#release('neutral');
  }

  #release(outcome: PermitOutcome): void {
    if (this.#permit === undefined) return;
    this.#limiter.release(this.#permit, outcome);
    this.#permit = undefined;
  }
}
