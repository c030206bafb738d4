import type { ByteSource } from '@haulier/lib/bytes/byte-stream.ts';
import type { HttpResponse } from '@haulier/lib/http/exchange.ts';
import type { HttpClient } from '@haulier/lib/http/http-client.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import { encodeQuery } from '../s3/addressing.ts';
import type { Header } from '../s3/signer.ts';
import { collectDocument, exchange, headerLines, refusalText } from '../s3/store-http.ts';
import type { AccessTokens } from './access-token.ts';
import { failureOfAnswer } from './errors.ts';
import { parseFields, type Fields } from './json-fields.ts';

/** One request to the JSON API. */
export interface GoogleCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Percent-encoded, e.g. `/storage/v1/b/bucket/o/key`. */
  readonly path: string;
  readonly query?: readonly (readonly [name: string, value: string])[];
  readonly headers?: readonly Header[];
  readonly body?: ByteSource;
  /** For messages: bucket, or bucket and key. */
  readonly on: string;
  readonly ofObject: boolean;
}

export interface GoogleRequestsOptions {
  readonly client: HttpClient;
  readonly tokens: AccessTokens;
  readonly now: () => number;
}

/** Authorizes, sends, and turns every refusal into a {@link StoreFailure}. */
export class GoogleRequests {
  readonly #options: GoogleRequestsOptions;

  constructor(options: GoogleRequestsOptions) {
    this.#options = options;
  }

  /**
   * Resolves with an answer of status 2xx. Rejects with {@link StoreFailure}, with the aborted signal's reason, or with
   * what the body's source failed with; the source is then given up.
   */
  async send(call: GoogleCall, signal: AbortSignal): Promise<HttpResponse> {
    try {
      const response = await this.#exchange(call, signal);
      if (response.status < 300) return response;
      const failure = await this.#refusal(call, response, signal);
      // A token may be withdrawn before its time; `#exchange` has let go of it.
      if (response.status !== 401 || call.body !== undefined) throw failure;
      const second = await this.#exchange(call, signal);
      if (second.status < 300) return second;
      throw await this.#refusal(call, second, signal);
    } catch (error) {
      call.body?.discard();
      throw error;
    }
  }

  /** The JSON object that an answer consists of. */
  async document(call: GoogleCall, signal: AbortSignal): Promise<Fields> {
    const bytes = await collectDocument(await this.send(call, signal), this.describe(call), signal);
    const fields = parseFields(bytes.toString('utf8'));
    if (fields === undefined) throw new StoreFailure('protocol', `${this.describe(call)}: no JSON object in the answer`);
    return fields;
  }

  describe({ method, on }: GoogleCall): string {
    return `${method} ${on}`;
  }

  async #exchange(call: GoogleCall, signal: AbortSignal): Promise<HttpResponse> {
    const { client, tokens } = this.#options;
    const token = await tokens.get(signal);
    const query = call.query === undefined || call.query.length === 0 ? '' : `?${encodeQuery(call.query)}`;
    const headers = [...(call.headers ?? []), ['authorization', `Bearer ${token}`] as const];
    const request = { method: call.method, path: call.path + query, headers: headerLines(headers), ...(call.body === undefined ? {} : { body: call.body }) };
    const response = await exchange(client, request, this.describe(call), signal);
    if (response.status === 401) tokens.refused(token);
    return response;
  }

  async #refusal(call: GoogleCall, response: HttpResponse, signal: AbortSignal): Promise<StoreFailure> {
    return failureOfAnswer(response, await refusalText(response, signal), this.describe(call), call.ofObject, this.#options.now());
  }
}
