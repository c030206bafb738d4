import { ChunkedFraming } from './chunked-framing.ts';
import { HttpError } from './http-error.ts';
import { headerOf, type ResponseHead } from './response-head.ts';

/** Tells the bytes of a body from what surrounds them (RFC 9112, section 6). */
export interface Framing {
  /**
   * Takes what was received in `buffer[from, to)`, leaves the body's bytes of it at `from` and returns where they end.
   * Throws {@link HttpError} of kind `protocol`.
   */
  take(buffer: Uint8Array, from: number, to: number): number;
  /** The end of the stream was received. False when the body is cut off by it. */
  end(): boolean;
  /** The whole body has come. */
  readonly done: boolean;
  /** More was received than belongs to this answer. */
  readonly surplus: boolean;
  /** Bytes still to come; undefined when the peer did not tell. */
  readonly remaining: number | undefined;
}

/** How the body of this answer is framed; undefined when it has none. */
export function framingOf(head: ResponseHead, method: string): Framing | undefined {
  if (method === 'HEAD' || head.status === 204 || head.status === 304) return undefined;
  const coding = headerOf(head.headers, 'transfer-encoding');
  if (coding !== undefined) {
    if (coding.toLowerCase() !== 'chunked') throw new HttpError('protocol', `unknown transfer coding ${coding}`);
    return new ChunkedFraming();
  }
  const length = headerOf(head.headers, 'content-length');
  if (length === undefined) return new CloseFraming();
  if (length === '0') return undefined;
  if (!/^\d{1,15}$/.test(length)) throw new HttpError('protocol', `a malformed Content-Length: ${length}`);
  return Number(length) === 0 ? undefined : new LengthFraming(Number(length));
}

class LengthFraming implements Framing {
  remaining: number;
  surplus = false;

  constructor(length: number) {
    this.remaining = length;
  }

  get done(): boolean {
    return this.remaining === 0;
  }

  take(_buffer: Uint8Array, from: number, to: number): number {
    const end = Math.min(to, from + this.remaining);
    this.remaining -= end - from;
    if (end < to) this.surplus = true;
    return end;
  }

  end(): boolean {
    return this.done;
  }
}

class CloseFraming implements Framing {
  readonly surplus = false;
  readonly remaining = undefined;
  done = false;

  take(_buffer: Uint8Array, _from: number, to: number): number {
    return to;
  }

  end(): boolean {
    this.done = true;
    return true;
  }
}
