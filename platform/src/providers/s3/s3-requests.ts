import { hash } from 'node:crypto';
import type { ByteCollector } from '@haulier/lib/bytes/byte-collector.ts';
import { collectBytes, type ByteSource } from '@haulier/lib/bytes/byte-stream.ts';
import type { HttpResponse } from '@haulier/lib/http/exchange.ts';
import type { HttpClient } from '@haulier/lib/http/http-client.ts';
import { StoreFailure, type FailureKind } from '../../object-store/failure.ts';
import { encodeKey, encodeQuery, type Addressing } from './addressing.ts';
import { errorDocument, failureOfAnswer, failureOfError, type ErrorDocument } from './errors.ts';
import type { Header, Signer } from './signer.ts';
import { collectDocument, headerLines, refusalText, unlessAborted } from './store-http.ts';
import type { Vocabulary } from './vocabulary.ts';

/** One request to the bucket or to one of its objects. */
export interface S3Call {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Absent for the bucket itself. */
  readonly key?: string;
  /** In the order of the names. */
  readonly query?: readonly (readonly [name: string, value: string])[];
  readonly headers?: readonly Header[];
  readonly body?: ByteSource | Uint8Array;
}

export interface S3RequestsOptions {
  readonly client: HttpClient;
  readonly signer: Signer;
  readonly address: Addressing;
  readonly bucket: string;
  readonly payloadSigning: 'unsigned' | 'signed';
  /** Sent with every request. */
  readonly always: readonly Header[];
  readonly vocabulary: Vocabulary;
  /** Of UTF-8; a longer key is refused unsent. */
  readonly maxKeyBytes: number;
  /** Over the common table. */
  readonly errorKinds: Readonly<Record<string, FailureKind>>;
  readonly now: () => number;
}

const EMPTY_SHA256 = hash('sha256', '', 'hex');
const UNSIGNED = 'UNSIGNED-PAYLOAD';
const NO_HEADERS: readonly Header[] = [];
/** Bodies whose hash must be known before they are sent have to fit into memory. */
const MAX_SIGNED_BYTES = 128 * 1024 * 1024;

/** Signs, sends, and turns every refusal into a {@link StoreFailure}. */
export class S3Requests {
  readonly #options: S3RequestsOptions;
  /** Server's clock minus ours, in milliseconds, as a refusal for skew taught it. */
  #clockOffset = 0;

  constructor(options: S3RequestsOptions) {
    this.#options = options;
  }

  /**
   * Resolves with an answer of status 2xx. Rejects with {@link StoreFailure}, with the aborted signal's reason, or with
   * what the body's source failed with; the source is then given up.
   */
  async send(call: S3Call, signal: AbortSignal): Promise<HttpResponse> {
    try {
      const signed = this.#options.payloadSigning === 'signed' ? await inMemory(call) : call;
      const response = await this.#exchange(signed, signal);
      return response.status < 300 ? response : await this.#retrySkewed(signed, response, signal);
    } catch (error) {
      streamOf(call)?.discard();
      signal.throwIfAborted();
      throw failureOfError(error, this.describe(call));
    }
  }

  /** A clock that differs is learnt from the refusal; every other refusal is thrown. */
  async #retrySkewed(call: S3Call, response: HttpResponse, signal: AbortSignal): Promise<HttpResponse> {
    const failure = await this.#refusal(call, response, signal);
    if (failure.code !== 'RequestTimeTooSkewed' || !this.#learnClock(response) || streamOf(call) !== undefined) throw failure;
    const second = await this.#exchange(call, signal);
    if (second.status < 300) return second;
    throw await this.#refusal(call, second, signal);
  }

  /**
   * The body of an answer as text. An error document under status 200, as some operations send it after a long wait, is
   * refused like any other.
   */
  async document(call: S3Call, signal: AbortSignal): Promise<{ readonly text: string; readonly response: HttpResponse }> {
    const response = await this.send(call, signal);
    const text = (await this.collect(call, response, signal)).toString('utf8');
    const error = errorDocument(text);
    if (error !== undefined) throw this.#failure(call, response, error);
    return { text, response };
  }

  collect(call: S3Call, response: HttpResponse, signal: AbortSignal): Promise<Buffer> {
    return collectDocument(response, this.describe(call), signal);
  }

  /** The whole body of an answer, read into memory that is used again: what is returned is good until the next call. */
  async collectInto(collector: ByteCollector, call: S3Call, response: HttpResponse, signal: AbortSignal): Promise<Buffer> {
    collector.clear();
    await unlessAborted(response.body.pipe(collector), this.describe(call), signal);
    return collector.bytes;
  }

  /** For messages: what was attempted, and on what. */
  describe({ method, key }: S3Call): string {
    return `${method} ${this.#options.bucket}${key === undefined ? '' : `/${key}`}`;
  }

  #exchange(call: S3Call, signal: AbortSignal): Promise<HttpResponse> {
    const { client, address, signer, always, now } = this.#options;
    const path = call.key === undefined ? address.bucketPath : address.keyPrefix + encodeKey(this.#checked(call.key));
    const query = call.query === undefined ? '' : encodeQuery(call.query);
    const own = call.headers ?? NO_HEADERS;
    const headers = always.length === 0 ? own : [...own, ...always];
    const signature = signer.sign({ method: call.method, host: client.origin.host, path, query, headers, payload: this.#payload(call) }, now() + this.#clockOffset);
    return client.request({ method: call.method, path: query === '' ? path : `${path}?${query}`, headers: headerLines(headers) + signature, body: call.body }, signal);
  }

  #checked(key: string): string {
    const { maxKeyBytes } = this.#options;
    if (key.length * 3 > maxKeyBytes && Buffer.byteLength(key) > maxKeyBytes) throw new StoreFailure('bad-key', `a key of more than ${maxKeyBytes} bytes`);
    return key;
  }

  #payload({ body }: S3Call): string {
    if (body === undefined) return EMPTY_SHA256;
    return body instanceof Uint8Array ? hash('sha256', body, 'hex') : UNSIGNED;
  }

  async #refusal(call: S3Call, response: HttpResponse, signal: AbortSignal): Promise<StoreFailure> {
    return this.#failure(call, response, errorDocument(await refusalText(response, signal)) ?? {});
  }

  #failure(call: S3Call, answer: HttpResponse, document: ErrorDocument): StoreFailure {
    const missing = answer.status === 404 && document.code === undefined && call.key === undefined;
    const { vocabulary, errorKinds, now } = this.#options;
    return failureOfAnswer(answer, missing ? { code: 'NoSuchBucket' } : document, this.describe(call), now(), { vocabulary, kinds: errorKinds });
  }

  #learnClock(response: HttpResponse): boolean {
    const theirs = Date.parse(response.header('date') ?? '');
    if (Number.isNaN(theirs)) return false;
    this.#clockOffset = theirs - this.#options.now();
    return true;
  }
}

/** The body, where it can be sent only once. */
function streamOf({ body }: S3Call): ByteSource | undefined {
  return body instanceof Uint8Array ? undefined : body;
}

async function inMemory(call: S3Call): Promise<S3Call> {
  const stream = streamOf(call);
  if (stream === undefined) return call;
  const { length } = stream;
  if (length === undefined || length > MAX_SIGNED_BYTES) {
    throw new StoreFailure('unsupported', `a body of ${length ?? 'unknown'} bytes is too large to be signed`);
  }
  return { ...call, body: await collectBytes(stream, length) };
}
