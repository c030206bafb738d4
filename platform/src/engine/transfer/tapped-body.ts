import type { ByteSink, ByteSource } from '@haulier/lib/bytes/byte-stream.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import type { TransferContext } from './transfer.ts';

/** Whatever wants to see the bytes pass: a digest. */
export interface Onlooker {
  /** Must have read the chunk when it returns. */
  update(chunk: Uint8Array): void;
}

/**
 * A source's body on its way to the destination: metered, counted and, where asked for, digested; never copied.
 *
 * It also knows who broke a copy: the store that writes reports whatever stopped it, its own refusal or the source's
 * breaking off.
 */
export class TappedBody implements ByteSource, ByteSink {
  readonly length: number;
  /** True when the source's stream failed, and not because the destination gave it up. */
  sourceBroke = false;
  private readonly body: ByteSource;
  private readonly bandwidth: TransferContext['bandwidth'];
  private readonly signal: AbortSignal;
  private readonly onlooker: Onlooker | undefined;
  private sink: ByteSink | undefined;
  private seen = 0;
  private refused = false;
  private noteRefusal: (() => void) | undefined;
  /** The latest chunk that waits for bandwidth; those that come meanwhile queue behind it. */
  private turn: Promise<void> | undefined;

  /** @param length bytes that must come, no more and no less. */
  constructor(body: ByteSource, length: number, bandwidth: TransferContext['bandwidth'], signal: AbortSignal, onlooker?: Onlooker) {
    this.body = body;
    this.length = length;
    this.bandwidth = bandwidth;
    this.signal = signal;
    this.onlooker = onlooker;
  }

  pipe(sink: ByteSink): Promise<void> | undefined {
    this.sink = sink;
    const piping = this.body.pipe(this);
    return piping === undefined && this.seen === this.length ? undefined : this.piped(piping);
  }

  private async piped(piping: Promise<void> | undefined): Promise<void> {
    try {
      await piping;
      if (this.seen !== this.length) throw new StoreFailure('transient', `body ended after ${this.seen} of ${this.length} bytes`);
    } catch (error) {
      if (!this.refused) this.sourceBroke = true;
      throw error;
    }
  }

  discard(): void {
    this.refused = true;
    this.body.discard();
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    this.seen += chunk.byteLength;
    if (this.seen > this.length) return Promise.reject(new StoreFailure('corrupt', `body is longer than the ${this.length} bytes announced`));
    this.onlooker?.update(chunk);
    const wait = this.bandwidth.take(chunk.byteLength, this.signal);
    if (wait === undefined && this.turn === undefined) return this.pass(chunk);
    this.turn = this.queue(chunk, wait, this.turn);
    return this.turn;
  }

  private async queue(chunk: Uint8Array, wait: Promise<void> | undefined, earlier: Promise<void> | undefined): Promise<void> {
    await Promise.all([wait, earlier]);
    await this.pass(chunk);
  }

  private pass(chunk: Uint8Array): Promise<void> | undefined {
    const pending = this.sink?.write(chunk);
    if (pending !== undefined) {
      this.noteRefusal ??= () => {
        this.refused = true;
      };
      pending.then(undefined, this.noteRefusal);
    }
    return pending;
  }
}
