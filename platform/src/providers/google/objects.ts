import type { ByteSource } from '@haulier/lib/bytes/byte-stream.ts';
import type { HttpResponse } from '@haulier/lib/http/exchange.ts';
import type { OpenedObject, ReadOptions, StoredObject, WriteOptions, WrittenObject } from '../../object-store/object-store.ts';
import { isFailure, StoreFailure } from '../../object-store/failure.ts';
import { rangedSize, StoreBody, wholeSize } from '../s3/answered-body.ts';
import type { Header } from '../s3/signer.ts';
import type { GoogleCall, GoogleRequests } from './google-requests.ts';
import { multipartBody } from './multipart-body.ts';
import { newResource, storedObject } from './object-resource.ts';

/** Bytes as they are stored: with any other answer to it the service decompresses gzip on the way ("Transcoding"). */
const AS_STORED: Header = ['accept-encoding', 'gzip'];

export interface ObjectsOptions {
  readonly requests: GoogleRequests;
  readonly bucket: string;
  readonly uniqueName: () => string;
}

/** Objects: get, insert, delete. */
export class GoogleObjects {
  readonly #options: ObjectsOptions;

  constructor(options: ObjectsOptions) {
    this.#options = options;
  }

  async stat(key: string, signal: AbortSignal): Promise<StoredObject> {
    return this.#resource(key, undefined, signal);
  }

  /**
   * The bytes tell neither user metadata nor, for a range, the digest of the whole: they come from the resource, asked for
   * beside the bytes and pinned to the same generation.
   */
  async read(key: string, options: ReadOptions, signal: AbortSignal): Promise<OpenedObject> {
    const version = options.ifMatch;
    if (version === undefined) {
      const object = await this.#resource(key, undefined, signal);
      return this.#opened(object, await this.#bytes(key, object.etag, options, signal), options, signal);
    }
    const bytes = this.#bytes(key, version, options, signal);
    const [object, response] = await Promise.allSettled([this.#resource(key, version, signal), bytes]);
    if (response.status === 'rejected') throw response.reason;
    if (object.status === 'fulfilled') return this.#opened(object.value, response.value, options, signal);
    response.value.body.discard();
    throw object.reason;
  }

  async write(key: string, body: ByteSource, options: WriteOptions, signal: AbortSignal): Promise<WrittenObject> {
    const { requests, bucket, uniqueName } = this.#options;
    let content: ByteSource;
    const boundary = `haulier-${uniqueName()}`;
    try {
      this.#path(key);
      content = multipartBody(boundary, newResource(key, options), options.metadata.contentType ?? 'application/octet-stream', body);
    } catch (error) {
      body.discard();
      throw error;
    }
    const query: (readonly [string, string])[] = [['name', key], ['uploadType', 'multipart']];
    if (options.ifAbsent === true) query.unshift(['ifGenerationMatch', '0']);
    const call: GoogleCall = {
      method: 'POST', path: `/upload/storage/v1/b/${encodeURIComponent(bucket)}/o`, query, headers: [['content-type', `multipart/related; boundary=${boundary}`]], body: content, on: `${bucket}/${key}`, ofObject: true,
    };
    return { etag: storedObject(await requests.document(call, signal)).etag };
  }

  async remove(key: string, signal: AbortSignal): Promise<void> {
    try {
      (await this.#options.requests.send(this.#call('DELETE', key, []), signal)).body.discard();
    } catch (error) {
      if (!isFailure(error, 'absent')) throw error;
    }
  }

  async #resource(key: string, version: string | undefined, signal: AbortSignal): Promise<StoredObject> {
    const call = this.#call('GET', key, pinned(version));
    const object = storedObject(await this.#options.requests.document(call, signal));
    if (version !== undefined && object.etag !== version) throw new StoreFailure('changed', `${this.#options.requests.describe(call)}: another generation`);
    return object;
  }

  async #bytes(key: string, version: string | undefined, { range }: ReadOptions, signal: AbortSignal): Promise<HttpResponse> {
    const headers: readonly Header[] = range === undefined ? [AS_STORED] : [AS_STORED, ['range', `bytes=${range.first}-${range.last}`]];
    const call = { ...this.#call('GET', key, [['alt', 'media'], ...pinned(version)]), headers };
    const response = await this.#options.requests.send(call, signal);
    if (version === undefined || response.header('x-goog-generation') === version) return response;
    response.body.discard();
    throw new StoreFailure('changed', `${this.#options.requests.describe(call)}: another generation`);
  }

  #opened(object: StoredObject, response: HttpResponse, { range }: ReadOptions, signal: AbortSignal): OpenedObject {
    const attempted = `GET ${this.#options.bucket}/${object.key}`;
    try {
      const size = range === undefined ? wholeSize(response) : rangedSize(response, range);
      if (size !== object.size) throw new StoreFailure('corrupt', `${size} bytes of an object of ${object.size}`);
      return { object, body: new StoreBody(response.body, attempted, signal) };
    } catch (error) {
      response.body.discard();
      throw isFailure(error) ? new StoreFailure(error.kind, `${attempted}: ${error.message}`) : error;
    }
  }

  #call(method: 'GET' | 'DELETE', key: string, query: NonNullable<GoogleCall['query']>): GoogleCall {
    return { method, path: this.#path(key), query, on: `${this.#options.bucket}/${key}`, ofObject: true };
  }

  #path(key: string): string {
    if (key === '') throw new StoreFailure('bad-key', 'an object has a key of at least one byte');
    if (Buffer.byteLength(key) > 1024) throw new StoreFailure('bad-key', 'an object of Google has a key of at most 1024 bytes');
    return `/storage/v1/b/${encodeURIComponent(this.#options.bucket)}/o/${encodeSegment(key)}`;
  }
}

function pinned(version: string | undefined): NonNullable<GoogleCall['query']> {
  // A version of another store is no number; the service would take it for a mistake, not for another version.
  return version === undefined || !/^\d{1,19}$/.test(version) ? [] : [['ifGenerationMatch', version]];
}

function encodeSegment(key: string): string {
  try {
    return encodeURIComponent(key).replace(/^\.\.?$/, (dots) => dots.replaceAll('.', '%2E'));
  } catch (cause) {
    throw new StoreFailure('bad-key', `${JSON.stringify(key)} is no well-formed Unicode`, { cause });
  }
}
