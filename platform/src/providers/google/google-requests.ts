import { collectBytes, type ByteSource } from '@haulier/lib/bytes/byte-stream.ts';
import { headerLine, type HttpResponse } from '@haulier/lib/http/exchange.ts';
import type { HttpClient } from '@haulier/lib/http/http-client.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import { encodeQuery } from '../s3/addressing.ts';
import { failureOfError } from '../s3/errors.ts';
import type { Header } from '../s3/signer.ts';
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

const MAX_ERROR_BYTES = 256 * 1024;
const MAX_DOCUMENT_BYTES = 64 * 1024 * 1024;

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
    const response = await this.send(call, signal);
    const bytes = await collectBytes(response.body, MAX_DOCUMENT_BYTES).catch((error: unknown) => {
      signal.throwIfAborted();
      throw failureOfError(error, this.describe(call));
    });
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
    const request = { method: call.method, path: call.path + query, headers: headers.map(([name, value]) => headerLine(name, value)).join(''), ...(call.body === undefined ? {} : { body: call.body }) };
    const response = await client.request(request, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      throw failureOfError(error, this.describe(call));
    });
    if (response.status === 401) tokens.refused(token);
    return response;
  }

  async #refusal(call: GoogleCall, response: HttpResponse, signal: AbortSignal): Promise<StoreFailure> {
    const body = await collectBytes(response.body, MAX_ERROR_BYTES).catch(() => undefined);
    signal.throwIfAborted();
    return failureOfAnswer(response, body?.toString('utf8') ?? '', this.describe(call), call.ofObject, this.#options.now());
  }
}
