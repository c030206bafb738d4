import type { ByteSink, ByteSource } from '@haulier/lib/bytes/byte-stream.ts';
import { failureOfExchange } from './web-failures.ts';

/** The body of an answer, whose broken connection is a failure of the store. */
export class WebBody implements ByteSource {
  readonly #body: ByteSource;
  readonly #attempted: string;
  readonly #signal: AbortSignal;
  readonly #check: (() => Promise<void>) | undefined;

  /** @param check has to resolve before the last bytes of a body of known length are handed on; its rejection is the body's. */
  constructor(body: ByteSource, attempted: string, signal: AbortSignal, check: (() => Promise<void>) | undefined) {
    this.#body = body;
    this.#attempted = attempted;
    this.#signal = signal;
    this.#check = check;
  }

  get length(): number | undefined {
    return this.#body.length;
  }

  async pipe(sink: ByteSink): Promise<void> {
    try {
      await this.#body.pipe(this.#check === undefined ? sink : checked(sink, this.length, this.#check));
    } catch (error) {
      this.#signal.throwIfAborted();
      throw failureOfExchange(error, this.#attempted);
    }
  }

  discard(): void {
    this.#body.discard();
  }
}

function checked(sink: ByteSink, length: number | undefined, check: () => Promise<void>): ByteSink {
  let seen = 0;
  return {
    write(chunk) {
      seen += chunk.byteLength;
      return seen === length ? check().then(() => sink.write(chunk)) : sink.write(chunk);
    },
  };
}
