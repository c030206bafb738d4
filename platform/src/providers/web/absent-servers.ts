/**
 * Which of many servers is not there, so that each of its objects need not find out by itself, for minutes.
 *
 * A server counts as absent after a row of failures to connect to it, for a while and without an answer in between. A
 * slow one answers, late; and where nobody answers, it may be this host that has no network. Hence the row counts only when a
 * server elsewhere has answered meanwhile, or when this one's host has: by refusing, or with a certificate that nobody trusts.
 */
import { HttpError } from '@haulier/lib/http/http-error.ts';

const FAILURES = 10;
const LASTING_MS = 20_000;
/** From one look whether an absent server is back to the next, and how long a look is: all requests are sent meanwhile. */
const LOOK_EVERY_MS = 15_000;
const LOOK_MS = 2_000;
/** A server that nobody has asked for so long is looked at anew. */
const FORGOTTEN_MS = 30_000;
/** Servers whose failures are remembered; the one that failed longest ago is forgotten first. */
const MOST_SERVERS = 1_000;

/** Failures to connect to one server, without an answer in between. */
interface Row {
  failures: number;
  /** Of the latest failure. */
  reason: string;
  readonly since: number;
  askedAt: number;
  /** Whether the host has answered that there is no such server. */
  refused: boolean;
}

export class AbsentServers {
  readonly #now: () => number;
  /** By origin; the latest failure last. */
  readonly #rows = new Map<string, Row>();
  #lastAnswer = -Infinity;

  /** @param now milliseconds since the epoch. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Why a request to it may be spared; undefined where it is to be sent. */
  absence(origin: string): string | undefined {
    const now = this.#now();
    const row = this.#rowOf(origin, now);
    if (row === undefined) return undefined;
    row.askedAt = now;
    const absentFor = now - row.since - LASTING_MS;
    if (row.failures < FAILURES || absentFor < 0 || !(row.refused || this.#lastAnswer >= row.since)) return undefined;
    return absentFor % LOOK_EVERY_MS >= LOOK_EVERY_MS - LOOK_MS ? undefined : row.reason;
  }

  /** Any answer at all. */
  answered(origin: string): void {
    this.#lastAnswer = this.#now();
    if (this.#rows.size > 0) this.#rows.delete(origin);
  }

  /** What a request to it failed with; only what kept it from being sent counts. */
  failed(origin: string, error: unknown): void {
    if (!(error instanceof HttpError) || (error.kind !== 'connect' && error.kind !== 'tls')) return;
    const now = this.#now();
    const row = this.#rowOf(origin, now) ?? { failures: 0, reason: '', since: now, askedAt: now, refused: false };
    row.failures++;
    row.reason = error.kind === 'tls' ? `it speaks no TLS or its certificate is not trusted: ${error.message}` : error.message;
    row.refused ||= error.kind === 'tls' || error.message.includes('ECONNREFUSED');
    this.#rows.delete(origin);
    this.#rows.set(origin, row);
    for (const oldest of this.#rows.keys()) {
      if (this.#rows.size <= MOST_SERVERS) break;
      this.#rows.delete(oldest);
    }
  }

  #rowOf(origin: string, now: number): Row | undefined {
    const row = this.#rows.get(origin);
    return row === undefined || now - row.askedAt > FORGOTTEN_MS ? undefined : row;
  }
}
