import type { ByteSource } from '../bytes/byte-stream.ts';
import type { Abortable, AbortWatch } from './abort-watch.ts';
import { headerOf, type ResponseHead } from './response-head.ts';

export interface HttpRequest {
  readonly method: string;
  /** The request target, sent as it is: percent-encoded, never normalised. */
  readonly path: string;
  /** Lines as {@link headerLine} makes them, unchecked; Host and Content-Length are the client's. */
  readonly headers?: string;
  /** Bytes in memory can be sent again when a kept connection turns out dead; a source's `length` must be known. */
  readonly body?: ByteSource | Uint8Array | undefined;
}

/** The body must be piped or discarded, or its connection is lost after the idle time-out. */
export class HttpResponse {
  readonly status: number;
  /** Name, value, …; names in lower case, in the order of the answer. */
  readonly headers: readonly string[];
  readonly body: ByteSource;

  constructor(head: ResponseHead, body: ByteSource) {
    this.status = head.status;
    this.headers = head.headers;
    this.body = body;
  }

  /** By lower-case name; several lines are joined with `, `. */
  header(name: string): string | undefined {
    return headerOf(this.headers, name);
  }
}

/** Where an exchange currently is: waiting for a connection, or on one. */
export interface ExchangePlace {
  abandon(exchange: Exchange, reason: unknown): void;
}

/** One request and the promise of its answer. */
export class Exchange implements Abortable {
  readonly request: HttpRequest;
  readonly #signal: AbortSignal;
  readonly #aborts: AbortWatch;
  readonly #resolve: (response: HttpResponse) => void;
  readonly #reject: (error: unknown) => void;
  place: ExchangePlace | undefined;
  watchedAt = -1;
  #settled = false;
  resent = false;

  constructor(request: HttpRequest, signal: AbortSignal, aborts: AbortWatch, resolve: (response: HttpResponse) => void, reject: (error: unknown) => void) {
    this.request = request;
    this.#signal = signal;
    this.#aborts = aborts;
    aborts.add(signal, this);
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** It was answered or has failed. */
  get settled(): boolean {
    return this.#settled;
  }

  /** Its body is fed by a source that may itself wait for a connection. */
  get uploads(): boolean {
    const { body } = this.request;
    return body !== undefined && !(body instanceof Uint8Array);
  }

  resolve(response: HttpResponse): void {
    this.#settled = true;
    this.#resolve(response);
  }

  /** Without effect after an answer: its body reports what happens then. */
  reject(error: unknown): void {
    this.over();
    if (this.#settled) return;
    this.#settled = true;
    const { body } = this.request;
    if (body !== undefined && !(body instanceof Uint8Array)) body.discard();
    this.#reject(error);
  }

  /** Neither the answer nor its body is under way any more; the signal has no meaning left. */
  over(): void {
    this.place = undefined;
    this.#aborts.remove(this.#signal, this);
  }

  abort(reason: unknown): void {
    this.place?.abandon(this, reason);
  }
}

/**
 * One header line. Throws a TypeError for what cannot stand in a header: control characters would let a value add
 * lines of its own, and characters beyond Latin-1 would be cut to such when written.
 */
export function headerLine(name: string, value: string): string {
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) throw new TypeError(`the value of header ${name} has characters that a header cannot carry`);
  return `${name}: ${value}\r\n`;
}
