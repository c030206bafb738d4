import type { ByteSource } from '@haulier/lib/bytes/byte-stream.ts';
import type { HttpResponse } from '@haulier/lib/http/exchange.ts';
import type { HttpClient } from '@haulier/lib/http/http-client.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import { encodeKey, encodeQuery } from '../s3/addressing.ts';
import { errorDocument } from '../s3/errors.ts';
import type { Header } from '../s3/signer.ts';
import { collectDocument, exchange, headerLines, refusalText } from '../s3/store-http.ts';
import { parseXml, type XmlElement } from '../s3/xml.ts';
import type { AzureAccess } from './access.ts';
import { failureOfAnswer } from './errors.ts';
import { sharedKey } from './shared-key.ts';

/** One request to the account, to a container of it or to a blob in there. */
export interface AzureCall {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  /** Absent for the account itself. */
  readonly container?: string;
  /** Absent for the container itself. */
  readonly key?: string;
  readonly query?: readonly (readonly [name: string, value: string])[];
  readonly headers?: readonly Header[];
  readonly body?: ByteSource;
}

export interface AzureRequestsOptions {
  readonly client: HttpClient;
  readonly access: AzureAccess;
  readonly now: () => number;
}

/** Of 2021-12: the first with the Cold tier, and with names in listings encoded where XML cannot hold them. */
const VERSION = '2021-12-02';
/** The service refuses requests that are signed for a time further away than 15 minutes. */
const MOST_SKEW_MS = 14 * 60_000;

/** Signs, sends, and turns every refusal into a {@link StoreFailure}. */
export class AzureRequests {
  readonly #options: AzureRequestsOptions;
  /** Server's clock minus ours, in milliseconds, as a refusal taught it. */
  #clockOffset = 0;

  constructor(options: AzureRequestsOptions) {
    this.#options = options;
  }

  /**
   * Resolves with an answer of status 2xx. Rejects with {@link StoreFailure}, with the aborted signal's reason, or with
   * what the body's source failed with; the source is then given up.
   */
  async send(call: AzureCall, signal: AbortSignal): Promise<HttpResponse> {
    try {
      const response = await this.#exchange(call, signal);
      if (response.status < 300) return response;
      const failure = await this.#refusal(call, response, signal);
      if (failure.kind !== 'bad-credentials' || !this.#learnClock(response) || call.body !== undefined) throw failure;
      const second = await this.#exchange(call, signal);
      if (second.status < 300) return second;
      throw await this.#refusal(call, second, signal);
    } catch (error) {
      call.body?.discard();
      throw error;
    }
  }

  /** The root of the document that an answer consists of, which must have this name. */
  async document(call: AzureCall, name: string, signal: AbortSignal): Promise<XmlElement> {
    const text = await collectDocument(await this.send(call, signal), this.describe(call), signal);
    try {
      const root = parseXml(text.toString('utf8'));
      if (root.name === name) return root;
      throw new Error(`<${root.name}>`);
    } catch (cause) {
      throw new StoreFailure('protocol', `${this.describe(call)}: no ${name} in the answer`, { cause });
    }
  }

  /** For messages: what was attempted, and on what. */
  describe({ method, container, key }: AzureCall): string {
    return [`${method} ${this.#options.access.account}`, container, key].filter((part) => part !== undefined).join('/');
  }

  #exchange(call: AzureCall, signal: AbortSignal): Promise<HttpResponse> {
    const { client, access: { authority } } = this.#options;
    const path = this.#path(call);
    const query = [call.query === undefined ? '' : encodeQuery(call.query), authority.kind === 'sas' ? authority.query : ''].filter((part) => part !== '').join('&');
    const request = {
      method: call.method,
      path: query === '' ? path : `${path}?${query}`,
      headers: headerLines(this.#authorized(call, path)),
      ...(call.body === undefined ? {} : { body: call.body }),
    };
    return exchange(client, request, this.describe(call), signal);
  }

  #path({ container, key }: AzureCall): string {
    const { basePath } = this.#options.access;
    if (container === undefined) return `${basePath}/`;
    return key === undefined ? `${basePath}/${container}` : `${basePath}/${container}/${encodeKey(key)}`;
  }

  #authorized({ method, query = [], headers = [], body }: AzureCall, path: string): readonly Header[] {
    const { access: { account, authority }, now } = this.#options;
    const all: readonly Header[] = [...headers, ['x-ms-date', new Date(now() + this.#clockOffset).toUTCString()], ['x-ms-version', VERSION]];
    if (authority.kind === 'sas') return all;
    return [...all, ['authorization', sharedKey(account, authority.key, { method, path, query, headers: all, contentLength: body?.length })]];
  }

  async #refusal(call: AzureCall, response: HttpResponse, signal: AbortSignal): Promise<StoreFailure> {
    const said = await refusalText(response, signal);
    const { access: { authority }, now } = this.#options;
    const failure = failureOfAnswer(response, errorDocument(said) ?? {}, this.describe(call), now());
    const past = authority.kind === 'sas' && authority.expires !== undefined && authority.expires <= now();
    if (failure.kind !== 'bad-credentials' || !past) return failure;
    return new StoreFailure('expired-credentials', `${this.describe(call)}: the shared access signature is past its time`, { status: response.status });
  }

  #learnClock(response: HttpResponse): boolean {
    const { access: { authority }, now } = this.#options;
    const offset = Date.parse(response.header('date') ?? '') - now();
    if (authority.kind !== 'key' || Number.isNaN(offset) || Math.abs(offset - this.#clockOffset) < MOST_SKEW_MS) return false;
    this.#clockOffset = offset;
    return true;
  }
}
