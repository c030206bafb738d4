/** An access token for a service account: "Using OAuth 2.0 for Server to Server Applications", and RFC 7523. */
import { sign } from 'node:crypto';
import { collectBytes } from '@haulier/lib/bytes/byte-stream.ts';
import { headerLine } from '@haulier/lib/http/exchange.ts';
import { HttpClient, type HttpClientOptions } from '@haulier/lib/http/http-client.ts';
import { StoreFailure, type FailureKind } from '../../object-store/failure.ts';
import { failureOfError, retryAfterMs } from '../s3/errors.ts';
import { numberIn, parseFields, textIn, type Fields } from './json-fields.ts';
import type { ServiceAccount } from './service-account.ts';

export interface AccessTokensOptions {
  readonly account: ServiceAccount;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly resolve?: HttpClientOptions['resolve'];
}

const SCOPE = 'https://www.googleapis.com/auth/devstorage.read_write';
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** The longest that an assertion may hold. */
const ASSERTION_SECONDS = 3600;
/** A token is replaced this long before it ends. */
const EARLY_MS = 5 * 60_000;
const MAX_ANSWER_BYTES = 256 * 1024;
/** An assertion from the future, or past its time, is refused; a smaller difference is not the reason. */
const LEAST_SKEW_MS = 60_000;

const kindOfStatus: Readonly<Record<number, FailureKind>> = { 400: 'bad-credentials', 401: 'bad-credentials', 403: 'denied', 408: 'transient', 429: 'throttled', 503: 'throttled' };

interface Token {
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

interface Answer {
  readonly status: number;
  readonly fields: Fields | undefined;
  readonly date: number;
  readonly waitMs: number | undefined;
}

/** The token that holds now. It is fetched once for all who ask, again before it ends, and again once it was refused. */
export class AccessTokens {
  readonly #options: AccessTokensOptions;
  readonly #client: HttpClient;
  readonly #target: string;
  readonly #closed = new AbortController();
  #token: Token | undefined;
  #fetching: Promise<Token> | undefined;
  /** Server's clock minus ours, in milliseconds, as a refusal taught it. */
  #clockOffset = 0;

  constructor(options: AccessTokensOptions) {
    this.#options = options;
    const { origin, pathname, search } = new URL(options.account.tokenUri);
    this.#client = new HttpClient({ origin, ...(options.resolve === undefined ? {} : { resolve: options.resolve }) });
    this.#target = pathname + search;
  }

  /** Rejects with {@link StoreFailure} or with the aborted signal's reason. */
  async get(signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const known = this.#token;
    if (known !== undefined && this.#options.now() < known.until) return known.text;
    // Whoever asked first may give up; the others still wait for the answer.
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    return (await unlessAborted(this.#fetching, signal)).text;
  }

  /** The store did not take this one: the next is another. */
  refused(text: string): void {
    if (this.#token?.text === text) this.#token = undefined;
  }

  close(): void {
    this.#closed.abort(new StoreFailure('transient', 'the store was closed'));
    this.#client.close();
  }

  async #fetch(): Promise<Token> {
    const first = await this.#ask();
    const answer = this.#learnsClock(first) ? await this.#ask() : first;
    const text = answer.status === 200 ? textIn(answer.fields, 'access_token') : undefined;
    if (text === undefined) throw this.#refusal(answer);
    const seconds = numberIn(answer.fields, 'expires_in') ?? ASSERTION_SECONDS;
    return (this.#token = { text, until: this.#options.now() + Math.max(seconds * 1000 - EARLY_MS, seconds * 500) });
  }

  async #ask(): Promise<Answer> {
    const { now } = this.#options;
    const body = Buffer.from(new URLSearchParams({ grant_type: GRANT, assertion: this.#assertion() }).toString());
    try {
      const response = await this.#client.request({ method: 'POST', path: this.#target, headers: headerLine('content-type', 'application/x-www-form-urlencoded') + headerLine('accept', 'application/json'), body }, this.#closed.signal);
      const bytes = await collectBytes(response.body, MAX_ANSWER_BYTES);
      return { status: response.status, fields: parseFields(bytes.toString('utf8')), date: Date.parse(response.header('date') ?? ''), waitMs: retryAfterMs(response.header('retry-after'), now()) };
    } catch (error) {
      throw failureOfError(error, this.#attempted());
    }
  }

  #assertion(): string {
    const { account: { email, key, keyId, tokenUri }, now } = this.#options;
    const issued = Math.floor((now() + this.#clockOffset) / 1000);
    const header = { alg: 'RS256', typ: 'JWT', ...(keyId === undefined ? {} : { kid: keyId }) };
    const claims = { iss: email, scope: SCOPE, aud: tokenUri, iat: issued, exp: issued + ASSERTION_SECONDS };
    const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
  }

  #learnsClock({ status, date }: Answer): boolean {
    const offset = date - this.#options.now();
    if (status !== 400 || Number.isNaN(offset) || Math.abs(offset - this.#clockOffset) < LEAST_SKEW_MS) return false;
    this.#clockOffset = offset;
    return true;
  }

  #refusal({ status, fields, waitMs }: Answer): StoreFailure {
    const code = textIn(fields, 'error')?.slice(0, 100);
    const said = textIn(fields, 'error_description')?.slice(0, 200);
    const kind = kindOfStatus[status] ?? (status >= 500 ? 'transient' : 'protocol');
    return new StoreFailure(kind, `${this.#attempted()}: ${code ?? `status ${status}`}${said === undefined ? '' : `: ${said}`}`, {
      status, ...(code === undefined ? {} : { code }), ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
    });
  }

  #attempted(): string {
    return `access token for ${this.#options.account.email} from ${this.#client.origin.host}`;
  }
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
