import type { ByteSink, ByteSource } from '../bytes/byte-stream.ts';
import type { BufferPool } from './buffer-pool.ts';
import type { Framing } from './framing.ts';
import { HttpError } from './http-error.ts';
import { rejection } from './rejection.ts';
import { Slab } from './slab.ts';

/** What a body asks of the connection it arrives on. */
export interface BodyHost {
  /** Go on reading after {@link ResponseBody.received} returned false. */
  resume(): void;
  /** The body has arrived in full and nobody needs it any more. */
  bodyConsumed(): void;
  /** Nobody wants the rest of the body. */
  bodyAbandoned(): void;
}

export interface BodyOptions {
  readonly pool: BufferPool;
  /** Bytes to collect before the sink is called, unless the body is complete or the reader runs out of room. */
  readonly gatherBytes: number;
}

interface Chunk {
  readonly slab: Slab;
  readonly start: number;
  readonly end: number;
}

/** Full buffers that may wait for a slow sink before the socket is paused, while there are buffers enough. */
const MAX_READY = 1;
/** Reads into less room than this cost more in calls than a fresh buffer does. */
const MIN_SPACE = 4 * 1024;
/** A rest of at most this many bytes is read and dropped, to keep the connection. */
const MAX_DRAIN = 64 * 1024;

/**
 * The body of an answer: the connection reads into its buffers, `pipe` lends them to the sink, one write at a time
 * while the next buffer fills.
 */
export class ResponseBody implements ByteSource {
  readonly length: number | undefined;
  readonly #framing: Framing;
  readonly #host: BodyHost;
  readonly #options: BodyOptions;
  /** The buffer being filled; its bytes from `start` to `end` were not handed over. */
  #slab: Slab;
  #start: number;
  #end: number;
  readonly #ready: Chunk[] = [];
  #state: 'unread' | 'piping' | 'draining' | 'settled' = 'unread';
  #sink: ByteSink | undefined;
  #writing = false;
  #paused = false;
  #failure: { readonly error: unknown } | undefined;
  #resolve: (() => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;

  /** `slab[start, end)` is what came along with the head. */
  constructor(framing: Framing, host: BodyHost, options: BodyOptions, slab: Slab, start: number, end: number) {
    this.length = framing.remaining;
    this.#framing = framing;
    this.#host = host;
    this.#options = options;
    slab.users = 1;
    this.#slab = slab;
    this.#start = start;
    this.#end = framing.take(slab.buffer, start, end);
    this.#paused = !framing.done;
  }

  /** All bytes have come, consumed or not. */
  get arrived(): boolean {
    return this.#framing.done;
  }

  get surplus(): boolean {
    return this.#framing.surplus;
  }

  /** The next bytes must come from the peer: neither the sink nor we hold them up. */
  get waitsForPeer(): boolean {
    return !this.#writing && this.#ready.length === 0;
  }

  /** Where the connection reads to next. Only called right before a read, so the last read is accounted for. */
  space(): Uint8Array {
    if (this.#start === this.#end && this.#slab.users === 1) this.#start = this.#end = 0;
    if (this.#slab.buffer.byteLength - this.#end < MIN_SPACE) this.#rotate();
    return this.#end === 0 ? this.#slab.buffer : this.#slab.buffer.subarray(this.#end);
  }

  /** `count` bytes were read into {@link space}; false asks to pause. Throws {@link HttpError} of kind `protocol`. */
  received(count: number): boolean {
    this.#end = this.#framing.take(this.#slab.buffer, this.#end, this.#end + count);
    this.#push(false);
    this.#paused = !this.#framing.done && (this.#state === 'unread' || this.#behind());
    return !this.#paused;
  }

  /** The peer ended the stream; false when the body is cut off by it. */
  ended(): boolean {
    if (!this.#framing.end()) return false;
    this.#push(true);
    return true;
  }

  /** Hands over what was gathered when the peer has nothing more for the moment. */
  flush(): void {
    this.#push(true);
  }

  pipe(sink: ByteSink): Promise<void> | undefined {
    if (this.#state !== 'unread') return rejection(this.#refusal());
    this.#state = 'piping';
    this.#sink = sink;
    this.#push(false);
    if (this.#isOver()) return this.#failure && rejection(this.#failure.error);
    if (this.#paused) this.#resume();
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  discard(): void {
    if (this.#state === 'settled' || this.#state === 'draining') return;
    this.#settle(new HttpError('aborted', 'the body was given up'));
    this.#giveUp();
  }

  /** The connection broke. */
  fail(error: unknown): void {
    if (this.#state === 'settled') return;
    this.#settle(error);
    this.#dropAll();
  }

  #isOver(): boolean {
    return this.#state !== 'piping';
  }

  #refusal(): unknown {
    return this.#failure === undefined ? new HttpError('aborted', 'the body was consumed before') : this.#failure.error;
  }

  /** The sink is slower than the peer by as much as we care to hold. */
  #behind(): boolean {
    return this.#writing && (this.#options.pool.crowded || this.#ready.length >= MAX_READY);
  }

  #rotate(): void {
    if (this.#end > this.#start) this.#ready.push({ slab: this.#slab, start: this.#start, end: this.#end });
    else this.#slab.release();
    this.#slab = Slab.from(this.#options.pool);
    this.#start = this.#end = 0;
  }

  /** Gives the sink all it may have now; `all` disregards the gathering. */
  #push(all: boolean): void {
    if (this.#state === 'draining') {
      this.#drain();
      return;
    }
    while (this.#state === 'piping' && !this.#writing) {
      const chunk = this.#ready.shift() ?? this.#gathered(all);
      if (chunk === undefined) break;
      this.#hand(chunk);
    }
    if (this.#state === 'piping' && !this.#writing && this.#framing.done) this.#finish();
  }

  #gathered(all: boolean): Chunk | undefined {
    const size = this.#end - this.#start;
    if (size === 0 || !(all || this.#framing.done || size >= this.#options.gatherBytes)) return undefined;
    this.#slab.users++;
    const chunk = { slab: this.#slab, start: this.#start, end: this.#end };
    this.#start = this.#end;
    return chunk;
  }

  #hand(chunk: Chunk): void {
    const settled = this.#offer(chunk.slab.buffer.subarray(chunk.start, chunk.end));
    if (settled === undefined) {
      chunk.slab.release();
      return;
    }
    this.#writing = true;
    settled.then(
      () => {
        chunk.slab.release();
        this.#writing = false;
        this.#push(false);
        if (this.#paused && this.#state === 'piping' && !this.#behind()) this.#resume();
      },
      (error: unknown) => {
        chunk.slab.release();
        if (this.#state !== 'piping') return;
        this.#settle(error);
        this.#giveUp();
      },
    );
  }

  /** A sink that throws has rejected. */
  #offer(bytes: Uint8Array): Promise<void> | undefined {
    try {
      return this.#sink?.write(bytes);
    } catch (error) {
      return rejection(error);
    }
  }

  #resume(): void {
    this.#paused = false;
    this.#host.resume();
  }

  #finish(): void {
    this.#state = 'settled';
    this.#slab.release();
    this.#resolve?.();
    this.#host.bodyConsumed();
  }

  #settle(error: unknown): void {
    this.#state = 'settled';
    this.#failure = { error };
    this.#reject?.(error);
  }

  #giveUp(): void {
    const rest = this.#framing.remaining;
    if (this.#framing.done) {
      this.#dropAll();
      this.#host.bodyConsumed();
    } else if (rest !== undefined && rest <= MAX_DRAIN) {
      this.#state = 'draining';
      if (this.#paused) this.#resume();
    } else {
      this.#host.bodyAbandoned();
    }
  }

  #drain(): void {
    this.#start = this.#end;
    if (!this.#framing.done) return;
    this.#state = 'settled';
    this.#dropAll();
    this.#host.bodyConsumed();
  }

  #dropAll(): void {
    for (const chunk of this.#ready.splice(0)) chunk.slab.release();
    this.#slab.release();
  }
}
