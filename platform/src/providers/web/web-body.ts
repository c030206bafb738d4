import type { ByteSink, ByteSource } from '@haulier/lib/bytes/byte-stream.ts';
import type { StoreFailure } from '../../object-store/failure.ts';
import { failureOfExchange } from './web-failures.ts';

/** What has to hold before bytes are handed on; what fails is the body's failure. */
export interface BodyChecks {
  /** Of the first bytes that arrive: why they are none of the object. */
  readonly first: ((bytes: Uint8Array) => StoreFailure | undefined) | undefined;
  /** Before the last bytes of a body of known length. */
  readonly last: (() => Promise<void>) | undefined;
}

/** The body of an answer, whose broken connection is a failure of the store. */
export class WebBody implements ByteSource {
  readonly #body: ByteSource;
  readonly #attempted: string;
  readonly #signal: AbortSignal;
  readonly #checks: BodyChecks;

  constructor(body: ByteSource, attempted: string, signal: AbortSignal, checks: BodyChecks) {
    this.#body = body;
    this.#attempted = attempted;
    this.#signal = signal;
    this.#checks = checks;
  }

  get length(): number | undefined {
    return this.#body.length;
  }

  async pipe(sink: ByteSink): Promise<void> {
    try {
      const { first, last } = this.#checks;
      const ended = last === undefined ? sink : checkedAtEnd(sink, this.length, last);
      await this.#body.pipe(first === undefined ? ended : checkedAtStart(ended, first));
    } catch (error) {
      this.#signal.throwIfAborted();
      throw failureOfExchange(error, this.#attempted);
    }
  }

  discard(): void {
    this.#body.discard();
  }
}

function checkedAtStart(sink: ByteSink, check: (bytes: Uint8Array) => StoreFailure | undefined): ByteSink {
  let begun = false;
  return {
    write(chunk) {
      const failure = begun ? undefined : check(chunk);
      begun = true;
      return failure === undefined ? sink.write(chunk) : Promise.reject(failure);
    },
  };
}

function checkedAtEnd(sink: ByteSink, length: number | undefined, check: () => Promise<void>): ByteSink {
  let seen = 0;
  return {
    write(chunk) {
      seen += chunk.byteLength;
      return seen === length ? check().then(() => sink.write(chunk)) : sink.write(chunk);
    },
  };
}
