import type { Socket } from 'node:net';
import type { ByteSink, ByteSource } from '../bytes/byte-stream.ts';
import { HttpError } from './http-error.ts';
import type { Departing, Outbox } from './outbox.ts';
import { rejection } from './rejection.ts';

/** What becomes of a request on its way out. */
export interface SenderHost {
  /** Head and body are on their way and the body's source has ended well. */
  requestSent(): void;
  /** The body's source failed, or gave other than it promised. */
  requestFailed(error: unknown): void;
}

/** Head and first chunk are joined by a copy up to this size: one small write is cheaper than a gathered one. */
const JOIN_BYTES = 20 * 1024;

/**
 * Sends one request after the other over a connected socket, the head together with the first bytes of the body. What is small and
 * whole leaves with a few others of this turn of the event loop.
 */
export class RequestSender implements ByteSink, Departing {
  readonly #socket: Socket;
  readonly #host: SenderHost;
  readonly #outbox: Outbox;
  #head: string | undefined;
  #left = 0;
  #body: ByteSource | undefined;
  #stopped: { readonly error: unknown } | undefined;
  #waiter: { readonly resolve: () => void; readonly reject: (error: unknown) => void } | undefined;
  #joined: Buffer | undefined;
  /** The request that is in the outbox. */
  #departing: string | Buffer | undefined;
  readonly #onFlushed = (): void => this.#flushed();

  constructor(socket: Socket, host: SenderHost, outbox: Outbox) {
    this.#socket = socket;
    this.#host = host;
    this.#outbox = outbox;
  }

  /** Every byte of the request was handed to the socket. */
  get complete(): boolean {
    return this.#head === undefined && this.#left === 0 && this.#departing === undefined;
  }

  /** The source of the body has not settled. */
  get piping(): boolean {
    return this.#body !== undefined;
  }

  /** The peer has not taken what was sent, or has all of it: the next move is not ours. */
  get waitsForPeer(): boolean {
    return this.complete || this.#waiter !== undefined;
  }

  /** `head` includes its final empty line; a source's `length` must be known. */
  send(head: string, body: ByteSource | Uint8Array | undefined): void {
    if (body === undefined) {
      this.#departWithOthers(head);
      return;
    }
    this.#head = head;
    if (body instanceof Uint8Array) {
      this.#left = 0;
      this.#sendWithHead(head, body);
      return;
    }
    this.#left = body.length ?? 0;
    this.#body = body;
    const piping = body.pipe(this);
    if (piping === undefined) this.#piped(body);
    else piping.then(() => this.#piped(body), (error: unknown) => this.#pipeFailed(body, error));
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#stopped !== undefined) return rejection(this.#stopped.error);
    if (chunk.byteLength > this.#left) return Promise.reject(new RangeError('a body is longer than its length says'));
    this.#left -= chunk.byteLength;
    if (this.#head !== undefined) {
      if (this.#sendWithHead(this.#head, chunk)) return undefined;
    } else {
      this.#socket.write(chunk, this.#onFlushed);
    }
    if (this.#socket.writableLength === 0) return undefined;
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
    });
  }

  depart(): void {
    const request = this.#departing;
    this.#departing = undefined;
    if (request !== undefined) this.#socket.write(request, 'latin1');
  }

  /** Takes no further byte: the connection is gone or the answer came early. */
  stop(error: unknown): void {
    this.#stopped ??= { error };
    this.#departing = undefined;
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.reject(error);
    const body = this.#body;
    this.#body = undefined;
    body?.discard();
  }

  #departWithOthers(request: string | Buffer): void {
    this.#departing = request;
    this.#outbox.add(this);
  }

  /** True when the chunk was copied and is the caller's again. */
  #sendWithHead(head: string, chunk: Uint8Array): boolean {
    this.#head = undefined;
    const total = head.length + chunk.byteLength;
    if (total <= JOIN_BYTES) {
      this.#joined ??= Buffer.allocUnsafeSlow(JOIN_BYTES);
      this.#joined.write(head, 'latin1');
      this.#joined.set(chunk, head.length);
      const joined = this.#joined.subarray(0, total);
      if (this.#left === 0) this.#departWithOthers(joined);
      else this.#socket.write(joined);
      return true;
    }
    this.#socket.cork();
    this.#socket.write(head, 'latin1');
    this.#socket.write(chunk, this.#onFlushed);
    this.#socket.uncork();
    return false;
  }

  #flushed(): void {
    if (this.#waiter === undefined || this.#socket.writableLength > 0) return;
    const { resolve } = this.#waiter;
    this.#waiter = undefined;
    resolve();
  }

  #piped(body: ByteSource): void {
    if (this.#body !== body) return;
    this.#body = undefined;
    if (this.#left > 0) {
      this.#host.requestFailed(new HttpError('protocol', 'a body is shorter than its length says'));
      return;
    }
    if (this.#head !== undefined) this.#socket.write(this.#head, 'latin1');
    this.#head = undefined;
    this.#host.requestSent();
  }

  #pipeFailed(body: ByteSource, error: unknown): void {
    if (this.#body !== body) return;
    this.#body = undefined;
    this.#host.requestFailed(error);
  }
}
