import type { Socket } from 'node:net';
import { bytesSource } from '../bytes/byte-stream.ts';
import type { BufferPool } from './buffer-pool.ts';
import { HttpResponse, type Exchange, type ExchangePlace } from './exchange.ts';
import { framingOf } from './framing.ts';
import { HeadReader } from './head-reader.ts';
import { HttpError } from './http-error.ts';
import type { Outbox } from './outbox.ts';
import { requestHead } from './request-head.ts';
import { RequestSender, type SenderHost } from './request-sender.ts';
import { ResponseBody, type BodyHost } from './response-body.ts';
import { keepsConnection, type ResponseHead } from './response-head.ts';
import { openSocket, type Origin, type SecureOptions } from './socket.ts';

export interface ConnectionOptions {
  readonly origin: Origin;
  /** What to connect to: a name or an IP address. */
  readonly address: string;
  readonly secure: SecureOptions | undefined;
  readonly pool: BufferPool;
  readonly outbox: Outbox;
  readonly gatherBytes: number;
  /** Quiet ticks after which the peer is given up, by what it is waited for. */
  readonly limits: { readonly connect: number; readonly answer: number; readonly idle: number };
}

/** Told about the life of a connection. */
export interface ConnectionOwner {
  /** The exchange is over and the connection can take another. */
  released(connection: Connection, exchange: Exchange): void;
  /** The connection is gone; `exchange` is the one that was on it, answered or not. */
  closed(connection: Connection, exchange: Exchange | undefined): void;
  /** A kept connection died before a byte of the answer; called after `closed`. True when the exchange was started anew. */
  resend(exchange: Exchange): boolean;
  secured(session: Buffer): void;
}

const NO_BODY = bytesSource(new Uint8Array(0));

/** One connection and, one at a time, the exchanges on it. */
export class Connection implements BodyHost, SenderHost, ExchangePlace {
  readonly #options: ConnectionOptions;
  readonly #owner: ConnectionOwner;
  readonly #socket: Socket;
  readonly #sender: RequestSender;
  readonly #heads = new HeadReader();
  #phase: 'connecting' | 'idle' | 'head' | 'body' | 'closed' = 'connecting';
  #exchange: Exchange | undefined;
  #body: ResponseBody | undefined;
  /** An answer that came before the request's source had settled. */
  #held: (() => void) | undefined;
  #reusable = false;
  #reading = true;
  #exchanges = 0;
  #heard = false;
  /** Sweeps since the last sign of life that was the peer's to give. */
  #quiet = 0;

  constructor(options: ConnectionOptions, owner: ConnectionOwner) {
    this.#options = options;
    this.#owner = owner;
    this.#socket = openSocket(options.origin, options.address, options.secure, {
      buffer: () => this.#space(),
      callback: (count) => {
        const goOn = this.#received(count);
        // Over TLS, bytes that were decrypted before the pause still come after it: they must not count as going on.
        if (!goOn) this.#reading = false;
        return goOn;
      },
    });
    this.#socket
      .once(options.secure === undefined ? 'connect' : 'secureConnect', () => this.#connected())
      .on('session', (session: Buffer) => owner.secured(session))
      .on('end', () => this.#ended())
      .on('error', (error: Error) => this.#lost(this.#classify(error)))
      .on('close', () => this.#lost(new HttpError('reset', 'the connection closed')));
    this.#sender = new RequestSender(this.#socket, this, options.outbox);
  }

  /** Takes an exchange; the request leaves as soon as the connection is up. */
  start(exchange: Exchange): void {
    this.#exchange = exchange;
    exchange.place = this;
    this.#exchanges++;
    this.#quiet = 0;
    if (this.#phase !== 'connecting') this.#send(exchange);
  }

  /** Ends an idle connection. */
  close(): void {
    this.#fail(new HttpError('aborted', 'the client is closed'));
  }

  abandon(_exchange: Exchange, reason: unknown): void {
    this.#fail(reason);
  }

  /** Called at regular intervals; finds silence where the peer should have moved. */
  sweep(): void {
    this.#body?.flush();
    if (!this.#waitsForPeer()) {
      this.#quiet = 0;
      return;
    }
    this.#quiet++;
    const limit = this.#phase === 'connecting' ? this.#options.limits.connect : this.#phase === 'idle' ? this.#options.limits.idle : this.#options.limits.answer;
    if (this.#quiet <= limit) return;
    this.#fail(this.#phase === 'connecting' ? new HttpError('connect', 'no connection in time') : new HttpError('timeout', 'the peer is silent'));
  }

  resume(): void {
    this.#reading = true;
    this.#socket.resume();
  }

  bodyConsumed(): void {
    if (this.#body?.surplus === true) this.#reusable = false;
    this.#body = undefined;
    this.#finish();
  }

  bodyAbandoned(): void {
    this.#fail(new HttpError('aborted', 'the body was given up'));
  }

  requestSent(): void {
    const held = this.#held;
    this.#held = undefined;
    held?.();
  }

  requestFailed(error: unknown): void {
    this.#fail(error);
  }

  #connected(): void {
    this.#phase = 'idle';
    this.#quiet = 0;
    if (this.#exchange !== undefined) this.#send(this.#exchange);
  }

  #send(exchange: Exchange): void {
    this.#phase = 'head';
    this.#heard = false;
    this.#sender.send(requestHead(exchange.request, this.#options.origin.host), exchange.request.body);
  }

  #space(): Uint8Array {
    const body = this.#body;
    return body === undefined || body.arrived ? this.#heads.space() : body.space();
  }

  #waitsForPeer(): boolean {
    if (this.#phase === 'head') return this.#sender.waitsForPeer;
    if (this.#phase === 'body') return this.#body?.waitsForPeer ?? false;
    return true;
  }

  #received(count: number): boolean {
    this.#quiet = 0;
    this.#heard = true;
    try {
      return this.#accept(count);
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  #accept(count: number): boolean {
    if (this.#phase === 'body' && this.#body !== undefined) return this.#body.received(count);
    if (this.#phase !== 'head') throw new HttpError('protocol', 'bytes that no request asked for');
    this.#heads.received(count);
    let head = this.#heads.next();
    while (head !== undefined && head.status < 200) {
      if (head.status === 101) throw new HttpError('protocol', 'a switch of protocols that no request asked for');
      head = this.#heads.next();
    }
    return head === undefined || this.#answer(head);
  }

  /** The head of the final answer has come; false pauses until its body is wanted. */
  #answer(head: ResponseHead): boolean {
    const exchange = this.#exchange;
    if (exchange === undefined) throw new HttpError('protocol', 'an answer without a request');
    const early = !this.#sender.complete;
    this.#reusable = !early && keepsConnection(head);
    const framing = framingOf(head, exchange.request.method);
    if (early) this.#sender.stop(new HttpError('aborted', 'answered before the request was complete'));
    if (framing === undefined) {
      if (this.#heads.restBytes > 0) this.#reusable = false;
      this.#heads.reset();
      this.#deliver(() => this.#finishWithoutBody(exchange, head));
      return true;
    }
    const rest = this.#heads.takeRest();
    const body = new ResponseBody(framing, this, this.#options, rest.slab, rest.start, rest.end);
    this.#body = body;
    this.#phase = 'body';
    this.#deliver(() => exchange.resolve(new HttpResponse(head, body)));
    return body.arrived;
  }

  /** A source that still has to settle may yet fail the request, even after the store has answered. */
  #deliver(answer: () => void): void {
    if (this.#sender.piping) this.#held = answer;
    else answer();
  }

  #finishWithoutBody(exchange: Exchange, head: ResponseHead): void {
    this.#finish();
    exchange.resolve(new HttpResponse(head, NO_BODY));
  }

  #finish(): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    if (exchange === undefined) return;
    exchange.over();
    this.#quiet = 0;
    if (!this.#reusable) {
      this.#phase = 'closed';
      this.#socket.destroy();
      this.#owner.closed(this, exchange);
      return;
    }
    this.#phase = 'idle';
    if (!this.#reading) this.resume();
    this.#owner.released(this, exchange);
  }

  #ended(): void {
    this.#reusable = false;
    if (this.#phase !== 'body' || this.#body?.ended() !== true) this.#lost(new HttpError('reset', 'the connection ended before the answer did'));
  }

  /** The socket is gone. What has arrived in full stays good. */
  #lost(error: HttpError): void {
    this.#reusable = false;
    if (this.#phase === 'body' && this.#body?.arrived === true) this.#socket.destroy();
    else this.#fail(error);
  }

  #fail(error: unknown): void {
    if (this.#phase === 'closed') return;
    const exchange = this.#exchange;
    const stale = this.#phase === 'head' && !this.#heard && this.#exchanges > 1 && error instanceof HttpError && error.kind === 'reset';
    this.#phase = 'closed';
    this.#exchange = undefined;
    this.#held = undefined;
    this.#socket.destroy();
    this.#sender.stop(error);
    this.#body?.fail(error);
    this.#owner.closed(this, exchange);
    if (exchange === undefined || (stale && this.#owner.resend(exchange))) return;
    exchange.reject(stale ? new HttpError('stale', 'a kept connection died', error) : error);
  }

  #classify(error: NodeJS.ErrnoException): HttpError {
    const where = `${this.#options.origin.host}: ${error.code ?? error.message}`;
    if (this.#phase !== 'connecting') return new HttpError('reset', `the connection to ${where}`, error);
    const network = error.syscall !== undefined || error.code === 'ECONNRESET';
    return new HttpError(this.#options.secure === undefined || network ? 'connect' : 'tls', `no connection to ${where}`, error);
  }
}
