import { Connection, type ConnectionOptions, type ConnectionOwner } from './connection.ts';
import type { Exchange, ExchangePlace } from './exchange.ts';
import { WaitingLine } from './waiting-line.ts';

export interface PoolStats {
  /** Connections, busy or idle. */
  readonly open: number;
  readonly idle: number;
  /** Requests that wait for a connection. */
  readonly waiting: number;
  /** Connections opened so far. */
  readonly opened: number;
  /** Requests sent once more because a kept connection had died. */
  readonly resent: number;
}

interface Lane {
  busy: number;
  readonly waiting: WaitingLine;
}

/**
 * Connections to one origin, the last used first.
 *
 * Uploads fed by a source are counted apart from all other exchanges, each up to `max`: a download that feeds an
 * upload over the same pool would otherwise hold the connection that the upload waits for.
 */
export class ConnectionPool implements ConnectionOwner, ExchangePlace {
  readonly #max: number;
  readonly #options: ConnectionOptions;
  readonly #uploads: Lane = { busy: 0, waiting: new WaitingLine() };
  readonly #others: Lane = { busy: 0, waiting: new WaitingLine() };
  readonly #idle: Connection[] = [];
  readonly #open = new Set<Connection>();
  #session: Buffer | undefined;
  #closing = false;
  #opened = 0;
  #resent = 0;

  constructor(max: number, options: ConnectionOptions) {
    this.#max = max;
    this.#options = options;
  }

  submit(exchange: Exchange): void {
    const lane = this.#laneOf(exchange);
    if (lane.busy < this.#max) {
      lane.busy++;
      (this.#idle.pop() ?? this.#connect()).start(exchange);
      return;
    }
    exchange.place = this;
    lane.waiting.push(exchange);
  }

  /** A waiting exchange was aborted. */
  abandon(exchange: Exchange, reason: unknown): void {
    exchange.reject(reason);
  }

  released(connection: Connection, exchange: Exchange): void {
    const lane = this.#laneOf(exchange);
    const next = lane.waiting.shift();
    if (next !== undefined) {
      connection.start(next);
      return;
    }
    lane.busy--;
    if (this.#closing) connection.close();
    else this.#idle.push(connection);
  }

  closed(connection: Connection, exchange: Exchange | undefined): void {
    this.#open.delete(connection);
    if (exchange === undefined) {
      const at = this.#idle.indexOf(connection);
      if (at >= 0) this.#idle.splice(at, 1);
      return;
    }
    const lane = this.#laneOf(exchange);
    lane.busy--;
    const next = lane.waiting.shift();
    if (next !== undefined) this.submit(next);
  }

  resend(exchange: Exchange): boolean {
    if (exchange.resent || exchange.uploads) return false;
    exchange.resent = true;
    this.#resent++;
    this.#laneOf(exchange).busy++;
    this.#connect().start(exchange);
    return true;
  }

  secured(session: Buffer): void {
    this.#session = session;
  }

  sweep(): void {
    for (const connection of this.#open) connection.sweep();
  }

  /** Idle connections end now, busy ones after their exchange. */
  close(): void {
    this.#closing = true;
    for (const connection of this.#idle.splice(0)) connection.close();
  }

  stats(): PoolStats {
    const waiting = this.#uploads.waiting.length + this.#others.waiting.length;
    return { open: this.#open.size, idle: this.#idle.length, waiting, opened: this.#opened, resent: this.#resent };
  }

  #laneOf(exchange: Exchange): Lane {
    return exchange.uploads ? this.#uploads : this.#others;
  }

  #connect(): Connection {
    const { secure } = this.#options;
    const options = secure === undefined ? this.#options : { ...this.#options, secure: { ...secure, session: this.#session } };
    const connection = new Connection(options, this);
    this.#open.add(connection);
    this.#opened++;
    return connection;
  }
}
