/**
 * Which of many servers cannot be connected to, so that each of its objects need not find out by itself, for minutes.
 *
 * The first failure opens a row of them, and an answer ends it. While a row lasts, one try now and then is made for all:
 * every other request is spared. Those of the first seconds wait, since most rows are hiccups; later ones give up their
 * place and come back. A server counts as absent after several tries over a while. A slow one answers, late; and where
 * nobody answers, it may be this host that has no network. Hence a row tells of an absent server only when a server
 * elsewhere has answered meanwhile, or when somebody has answered for this one: its host by refusing, or with a
 * certificate that nobody trusts; or the name service, that there is no such name.
 */
import { HttpError } from '@haulier/lib/http/http-error.ts';

/** What a server must have failed before it counts as absent. */
const TRIES = 3;
const LASTING_MS = 20_000;
/** A shorter row may be a hiccup, which is waited out. */
const HICCUP_MS = 3_000;
/** From one try to the next: a share of the time for which the row has lasted. */
const SPACING = { share: 1 / 4, leastMs: 1_000, mostMs: 15_000 };
/** Requests that give up their place between two tries; further ones keep it, lest a server's whole list comes back one by one. */
const MOST_PUT_OFF = 1_000;
/** A server that nobody has asked for so long is looked at anew. */
const FORGOTTEN_MS = 60_000;
/** Servers that are remembered, with a failure and with an answer; the one heard of longest ago is forgotten first. */
const MOST_ROWS = 20_000;
const MOST_ANSWERS = 2_000;

/**
 * What becomes of a request to a server in a row of failures.
 *
 * - `wait`: it is made in its place, after so many milliseconds.
 * - `away`: it is put off for so many milliseconds at least.
 * - `absent`: it need not be made.
 */
export type Standing =
  | { readonly kind: 'wait' | 'away'; readonly reason: string; readonly afterMs: number }
  | { readonly kind: 'absent'; readonly reason: string };

/** Tries at one server without an answer in between. */
interface Row {
  /** That were begun after the one before had failed. */
  tries: number;
  /** Of the latest. */
  reason: string;
  /** When the first that failed was begun. */
  readonly since: number;
  failedAt: number;
  nextTryAt: number;
  askedAt: number;
  /** Requests since the latest try. */
  putOff: number;
  /** Whether somebody has answered that there is no such server. */
  refused: boolean;
  /** Whether connections came about, on which nothing was answered. */
  silent: boolean;
}

export class AbsentServers {
  readonly #now: () => number;
  /** By origin; the latest failure last. */
  readonly #rows = new Map<string, Row>();
  /** When each origin was heard of last; the latest last. */
  readonly #answers = new Map<string, number>();
  #lastAnswer = -Infinity;

  /** @param now milliseconds since the epoch. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Before a request is sent: why it is spared; undefined where it is to be sent. */
  standing(origin: string): Standing | undefined {
    if (this.#rows.size === 0) return undefined;
    const now = this.#now();
    const row = this.#rowOf(origin, now);
    if (row === undefined) return undefined;
    row.askedAt = now;
    if (now < row.nextTryAt) return this.#standingIn(row, now);
    row.nextTryAt = now + spacing(now - row.since);
    row.putOff = 0;
    return undefined;
  }

  /** Any answer at all. */
  answered(origin: string): void {
    const now = this.#now();
    this.#lastAnswer = now;
    if (this.#rows.size > 0) this.#rows.delete(origin);
    putLast(this.#answers, origin, now, MOST_ANSWERS);
  }

  /**
   * After a request failed with this error.
   *
   * @param begunAt when it was sent.
   * @returns undefined for what tells nothing of the server.
   */
  failed(origin: string, error: unknown, begunAt: number): Standing | undefined {
    if (!(error instanceof HttpError) || !this.#tells(origin, error, begunAt)) return undefined;
    const now = this.#now();
    const row = this.#rowOf(origin, now) ?? { tries: 0, reason: '', since: begunAt, failedAt: begunAt, nextTryAt: 0, askedAt: now, putOff: 0, refused: false, silent: false };
    if (row.tries === 0 || begunAt > row.failedAt) row.tries++;
    row.reason = error.kind === 'tls' ? `it speaks no TLS or its certificate is not trusted: ${error.message}` : error.message;
    row.refused ||= error.kind === 'tls' || /ECONNREFUSED|ENOTFOUND/.test(error.message);
    row.silent ||= error.kind === 'timeout';
    row.failedAt = row.askedAt = now;
    row.nextTryAt = now + spacing(now - row.since);
    putLast(this.#rows, origin, row, MOST_ROWS);
    return this.#standingIn(row, now);
  }

  /** A server that answers others meanwhile is slow with this one object. */
  #tells(origin: string, { kind }: HttpError, begunAt: number): boolean {
    return kind === 'connect' || kind === 'tls' || (kind === 'timeout' && (this.#answers.get(origin) ?? -Infinity) < begunAt);
  }

  #standingIn(row: Row, now: number): Standing {
    const { reason, since, nextTryAt } = row;
    const lasted = now - since;
    const proven = row.refused || this.#lastAnswer >= since;
    if (row.tries >= TRIES && lasted >= LASTING_MS && proven && !row.silent) return { kind: 'absent', reason };
    if (lasted < HICCUP_MS || row.putOff >= MOST_PUT_OFF) return { kind: 'wait', reason, afterMs: nextTryAt - now };
    row.putOff++;
    // Whoever comes back then may find out.
    return { kind: 'away', reason, afterMs: Math.max(nextTryAt - now, LASTING_MS - lasted) };
  }

  #rowOf(origin: string, now: number): Row | undefined {
    const row = this.#rows.get(origin);
    return row === undefined || now - row.askedAt > FORGOTTEN_MS ? undefined : row;
  }
}

function spacing(lasted: number): number {
  return Math.min(SPACING.mostMs, Math.max(SPACING.leastMs, lasted * SPACING.share));
}

/** Forgets the first where there are more than `most`. */
function putLast<V>(map: Map<string, V>, key: string, value: V, most: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= most) return;
  for (const first of map.keys()) {
    map.delete(first);
    return;
  }
}
