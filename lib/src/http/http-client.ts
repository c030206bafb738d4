import { createSecureContext } from 'node:tls';
import { AbortWatch } from './abort-watch.ts';
import { BufferPool } from './buffer-pool.ts';
import { ConnectionPool, type PoolStats } from './connection-pool.ts';
import { Exchange, type HttpRequest, type HttpResponse } from './exchange.ts';
import { HttpError } from './http-error.ts';
import { Outbox } from './outbox.ts';
import { addressOf, parseOrigin, type Origin } from './socket.ts';

export interface HttpClientOptions {
  /** `http://host[:port]` or `https://host[:port]`. */
  readonly origin: string;
  /** `ca`: PEM certificates to trust instead of the system's own. */
  readonly tls?: { readonly ca?: string };
  /** The address of a host name, in place of the system's resolver. Names in Host headers and certificates stay. */
  readonly resolve?: (hostname: string) => string;
  /** Connections for uploads fed by a source, and as many for everything else. Default 1,024. */
  readonly maxConnections?: number;
  /** Default 10,000. */
  readonly connectTimeoutMs?: number;
  /** Longest silence of the peer in the middle of an exchange; also how long a body may wait to be read. Default 60,000. */
  readonly idleTimeoutMs?: number;
  /** How long an unused connection is kept; less than servers keep theirs. Default 4,000. */
  readonly keepAliveMs?: number;
}

/** Buffers for large bodies. Plain reads fill what they are given; under TLS a read brings 16 KiB at most. */
const PLAIN_BUFFERS = { size: 1024 * 1024, keep: 16, enough: 32 };
const SECURE_BUFFERS = { size: 256 * 1024, keep: 64, enough: 128 };
/** A write under TLS costs far more than the copy that avoids it; plain reads are worth passing on sooner. */
const GATHER_SECURE_BYTES = 128 * 1024;
const GATHER_PLAIN_BYTES = 16 * 1024;
const ALLOWED_TARGET = /^\/[\x21-\x7e]*$/;

/**
 * HTTP/1.1 over kept connections to one origin, for moving bodies from one socket to another at the least cost.
 * Follows no redirect, decodes no content coding and retries nothing but a request that met a dead kept connection.
 */
export class HttpClient {
  readonly origin: Origin;
  readonly #pool: ConnectionPool;
  readonly #aborts = new AbortWatch();
  readonly #tickMs: number;
  #ticker: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: HttpClientOptions) {
    this.origin = parseOrigin(options.origin);
    const limits = { connect: options.connectTimeoutMs ?? 10_000, answer: options.idleTimeoutMs ?? 60_000, idle: options.keepAliveMs ?? 4_000 };
    this.#tickMs = Math.min(1_000, Math.max(5, Math.floor(Math.min(limits.connect, limits.answer, limits.idle) / 4)));
    this.#pool = new ConnectionPool(options.maxConnections ?? 1024, {
      origin: this.origin,
      address: options.resolve?.(this.origin.hostname) ?? addressOf(this.origin.hostname),
      secure: this.origin.secure ? { context: createSecureContext({ ca: options.tls?.ca }), session: undefined } : undefined,
      pool: new BufferPool(this.origin.secure ? SECURE_BUFFERS : PLAIN_BUFFERS),
      outbox: new Outbox(),
      gatherBytes: this.origin.secure ? GATHER_SECURE_BYTES : GATHER_PLAIN_BYTES,
      limits: { connect: this.#ticks(limits.connect), answer: this.#ticks(limits.answer), idle: this.#ticks(limits.idle) },
    });
  }

  /**
   * Resolves with the head of the answer, whatever its status. Rejects with {@link HttpError}, with the reason of the
   * aborted signal, or with what the request body's source failed with; the source is then given up. The signal holds
   * until the answer's body is over.
   */
  request(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      const exchange = new Exchange(request, signal, this.#aborts, resolve, reject);
      try {
        signal.throwIfAborted();
        this.#check(request);
        this.#tick();
        this.#pool.submit(exchange);
      } catch (error) {
        exchange.reject(error);
      }
    });
  }

  stats(): PoolStats {
    return this.#pool.stats();
  }

  /** Ends idle connections; exchanges under way and waiting finish. */
  close(): void {
    this.#closed = true;
    this.#pool.close();
  }

  #check(request: HttpRequest): void {
    if (this.#closed) throw new HttpError('aborted', 'the client is closed');
    if (!ALLOWED_TARGET.test(request.path)) throw new TypeError('a request target that is not percent-encoded');
    if (request.body !== undefined && !(request.body instanceof Uint8Array) && request.body.length === undefined) throw new TypeError('a request body of unknown length');
  }

  #ticks(ms: number): number {
    return Math.ceil(ms / this.#tickMs);
  }

  /** The sweep runs while there are connections. */
  #tick(): void {
    this.#ticker ??= setInterval(() => this.#sweep(), this.#tickMs).unref();
  }

  #sweep(): void {
    this.#pool.sweep();
    if (this.#pool.stats().open > 0) return;
    clearInterval(this.#ticker);
    this.#ticker = undefined;
  }
}
