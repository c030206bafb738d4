import { headerLine, type HttpResponse } from '@haulier/lib/http/exchange.ts';
import { isFailure, StoreFailure } from '../../object-store/failure.ts';
import type { OpenedObject, ReadOptions, StoredObject } from '../../object-store/object-store.ts';
import { beginsAsPage, mayBePage } from './page-for-people.ts';
import { WebBody, type BodyChecks } from './web-body.ts';
import { storedObject, UNTOLD } from './web-metadata.ts';
import type { WebAddress } from './web-address.ts';
import type { WebAnswer, WebMethod, WebRequests } from './web-requests.ts';
import { conditionOn, versionOf } from './version-token.ts';

/** Where a key is, asked anew for each request: it may be signed for one method and a short time. */
export type AddressOf = (method: WebMethod, key: string) => WebAddress;

type Range = NonNullable<ReadOptions['range']>;

/** Refusals of HEAD that say nothing about GET: URLs are signed for one method, and servers know only some. */
const HEAD_REFUSED: ReadonlySet<number> = new Set([400, 403, 405, 501]);
const FIRST_BYTE: Range = { first: 0, last: 0 };
/** What a server reads of a file at once. A longer body may be of two versions, when the file is written over while it is sent. */
const SENT_AT_ONCE = 64 * 1024;

/** Looks at, and reads, what a web server has under the addresses of keys. */
export class WebObjects {
  readonly #addressOf: AddressOf;
  readonly #looks: WebRequests;
  readonly #reads: WebRequests;
  readonly #refusesPages: boolean;

  /**
   * The two share no connections: each read ends with a look.
   *
   * @param refusesPages whether a page for people fails, where the key promises something else; see `page-for-people.ts`.
   */
  constructor(addressOf: AddressOf, looks: WebRequests, reads: WebRequests, refusesPages: boolean) {
    this.#addressOf = addressOf;
    this.#looks = looks;
    this.#reads = reads;
    this.#refusesPages = refusesPages;
  }

  /** A HEAD, and a GET where it was refused or tells no length: many servers know that of a GET alone. */
  async stat(key: string, signal: AbortSignal): Promise<StoredObject> {
    const answer = await this.#looks.send('HEAD', this.#addressOf('HEAD', key), '', signal);
    const { response } = answer;
    if (response.status === 200) {
      const size = lengthOf(response);
      // Some servers answer every HEAD with a length of 0.
      return size > 0 ? storedObject(key, size, response) : this.#statByGet(key, signal);
    }
    if (HEAD_REFUSED.has(response.status)) return this.#statByGet(key, signal);
    throw this.#looks.refusal(answer);
  }

  async #statByGet(key: string, signal: AbortSignal): Promise<StoredObject> {
    const first = await this.#looks.send('GET', this.#addressOf('GET', key), rangeLine(FIRST_BYTE), signal);
    const told = wholeLength(first.response);
    if (told !== undefined) return this.#looked(key, told, first);
    if (first.response.status !== 206 && first.response.status !== 416) throw this.#looks.refusal(first);
    // An object without a first byte, or one whose range tells nothing of the whole.
    first.response.body.discard();
    const whole = await this.#looks.send('GET', this.#addressOf('GET', key), '', signal);
    if (whole.response.status !== 200) throw this.#looks.refusal(whole);
    return this.#looked(key, lengthOf(whole.response), whole);
  }

  #looked(key: string, size: number, { response }: WebAnswer): StoredObject {
    response.body.discard();
    return storedObject(key, size, response);
  }

  /** Fails as `unsupported` when the server ignores ranges. */
  async read(key: string, { range, ifMatch }: ReadOptions, signal: AbortSignal): Promise<OpenedObject> {
    const headers = (range === undefined ? '' : rangeLine(range)) + (ifMatch === undefined ? '' : conditionOn(ifMatch));
    const address = this.#addressOf('GET', key);
    const answer = await this.#reads.send('GET', address, headers, signal);
    const { response, attempted } = answer;
    if (response.status !== 200 && response.status !== 206) throw this.#reads.refusal(answer);
    try {
      if (ifMatch !== undefined && versionOf(response) !== ifMatch) throw new StoreFailure('changed', `${attempted}: another version than before`);
      const size = range === undefined ? wholeSize(response, attempted) : rangedSize(response, range, attempted);
      return { object: storedObject(key, size, response), body: new WebBody(response.body, attempted, signal, { first: this.#pageCheck(address, answer, range), last: this.#check(key, response, ifMatch, attempted, signal) }) };
    } catch (error) {
      response.body.discard();
      throw error;
    }
  }

  /** A page in place of the object fails before a byte of it is handed on. */
  #pageCheck(asked: WebAddress, { response, from, attempted }: WebAnswer, range: Range | undefined): BodyChecks['first'] {
    const beginning = range === undefined || range.first === 0;
    if (!this.#refusesPages || !beginning || !mayBePage({ asked, from, contentType: response.header('content-type') })) return undefined;
    return (bytes) => (beginsAsPage(bytes) ? new StoreFailure('protocol', `${attempted}: the server answers with a page for people in place of ${asked.shown}`) : undefined);
  }

  /** Made before the last bytes are handed on; where nothing can be seen, a body that has come in full stands. */
  #check(key: string, { body }: HttpResponse, version: string | undefined, attempted: string, signal: AbortSignal): (() => Promise<void>) | undefined {
    if (version === undefined || body.length === undefined || body.length <= SENT_AT_ONCE) return undefined;
    return async () => {
      const now = await this.stat(key, signal).catch((error: unknown) => {
        if (!isFailure(error)) throw error;
        return undefined;
      });
      if (now !== undefined && now.etag !== version) throw new StoreFailure('changed', `${attempted}: it changed while it was read`);
    };
  }
}

function rangeLine({ first, last }: Range): string {
  return headerLine('range', `bytes=${first}-${last}`);
}

/** Of the object, from an answer to a request for all of it. */
function lengthOf(response: HttpResponse): number {
  if (response.header('transfer-encoding') !== undefined) return UNTOLD;
  const told = response.header('content-length') ?? '';
  return /^\d{1,15}$/.test(told) ? Number(told) : UNTOLD;
}

/** Of the whole object, from the answer to a request for its first byte; undefined where it does not tell. */
function wholeLength(response: HttpResponse): number | undefined {
  if (response.status === 200) return lengthOf(response);
  const total = response.status === 206 ? contentRange(response)?.total : undefined;
  return total === undefined || Number.isNaN(total) ? undefined : total;
}

function wholeSize({ status, body }: HttpResponse, attempted: string): number {
  if (status !== 200) throw new StoreFailure('protocol', `${attempted}: status ${status} to a read of the whole object`);
  return body.length ?? UNTOLD;
}

/** The size of the whole object; the answer must hold the range asked for, or what there is of it, and nothing else. */
function rangedSize(response: HttpResponse, range: Range, attempted: string): number {
  const { status, body } = response;
  if (status === 200 && range.first === 0 && body.length !== undefined && body.length <= range.last + 1) return body.length;
  if (status !== 206) throw new StoreFailure('unsupported', `${attempted}: the server ignores ranges`);
  const told = contentRange(response);
  if (told !== undefined && Number.isNaN(told.total)) throw new StoreFailure('unsupported', `${attempted}: a range of an object of untold length`);
  if (told === undefined || !holds(told, range, body.length)) {
    throw new StoreFailure('corrupt', `${attempted}: bytes ${range.first}-${range.last} asked for, "${response.header('content-range') ?? ''}" received`);
  }
  return told.total;
}

function holds(told: ContentRange, asked: Range, length: number | undefined): boolean {
  const bytes = told.last - told.first + 1;
  return told.first === asked.first && told.last === Math.min(asked.last, told.total - 1) && (length ?? bytes) === bytes;
}

interface ContentRange extends Range {
  /** NaN where the server does not know it. */
  readonly total: number;
}

function contentRange(response: HttpResponse): ContentRange | undefined {
  const [, first, last, total] = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/i.exec(response.header('content-range') ?? '') ?? [];
  return total === undefined ? undefined : { first: Number(first), last: Number(last), total: Number(total) };
}
