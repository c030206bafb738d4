import type { ByteSource } from '@haulier/lib/bytes/byte-stream.ts';
import type { HttpResponse } from '@haulier/lib/http/exchange.ts';
import type { OpenedObject, ReadOptions, StoredObject, WriteOptions, WrittenObject } from '../../object-store/object-store.ts';
import { isFailure, StoreFailure } from '../../object-store/failure.ts';
import { rangedSize, StoreBody, wholeSize } from './answered-body.ts';
import { withKeyService } from './key-service.ts';
import { storedObject, unquote, writeHeaders } from './metadata.ts';
import type { S3Call, S3Requests } from './s3-requests.ts';
import type { Header } from './signer.ts';
import type { ObjectHeaders } from './vocabulary.ts';

/** Content codings undone on the way would change the bytes. */
const IDENTITY: Header = ['accept-encoding', 'identity'];
const AS_STORED: Header = ['accept-encoding', 'gzip'];

/** HEAD, GET, PUT and DELETE of single objects. */
export class S3Objects {
  readonly #requests: S3Requests;
  readonly #headers: ObjectHeaders;
  readonly #coding: Header;

  constructor(requests: S3Requests, headers: ObjectHeaders) {
    this.#requests = requests;
    this.#headers = headers;
    this.#coding = headers.decompresses === true ? AS_STORED : IDENTITY;
  }

  async stat(key: string, signal: AbortSignal): Promise<StoredObject> {
    const call: S3Call = { method: 'HEAD', key, headers: [this.#coding] };
    const response = await this.#requests.send(call, signal);
    return storedObject(key, this.#length(call, response), response.headers, this.#headers);
  }

  async read(key: string, options: ReadOptions, signal: AbortSignal): Promise<OpenedObject> {
    const headers: Header[] = [this.#coding];
    if (options.ifMatch !== undefined) headers.push(['if-match', `"${options.ifMatch}"`]);
    if (options.range !== undefined) headers.push(['range', `bytes=${options.range.first}-${options.range.last}`]);
    const call: S3Call = { method: 'GET', key, headers };
    const response = await this.#requests.send(call, signal);
    const attempted = this.#requests.describe(call);
    try {
      const size = options.range === undefined ? wholeSize(response) : rangedSize(response, options.range);
      return { object: storedObject(key, size, response.headers, this.#headers), body: new StoreBody(response.body, attempted, signal) };
    } catch (error) {
      response.body.discard();
      throw isFailure(error) ? new StoreFailure(error.kind, `${attempted}: ${error.message}`) : error;
    }
  }

  async write(key: string, body: ByteSource, options: WriteOptions, signal: AbortSignal): Promise<WrittenObject> {
    const call: S3Call = { method: 'PUT', key, headers: writeHeaders(options, this.#headers), body };
    const { written } = await withKeyService({
      attempted: this.#requests.describe(call),
      encryption: options.encryption,
      headers: this.#headers,
      send: async () => {
        const answer = await this.#requests.send(call, signal);
        answer.body.discard();
        return { answer, written: writtenObject(answer, this.#headers) };
      },
      undo: (done, undoing) => this.takeBack(key, done.written, undoing),
    });
    return written;
  }

  async remove(key: string, signal: AbortSignal): Promise<void> {
    try {
      (await this.#requests.send({ method: 'DELETE', key }, signal)).body.discard();
    } catch (error) {
      if (!isFailure(error, 'absent')) throw error;
    }
  }

  /** Removes what was written just now: that very version, where the store keeps versions. */
  async takeBack(key: string, { versionId }: WrittenObject, signal: AbortSignal): Promise<void> {
    const query: S3Call['query'] = versionId === undefined ? [] : [['versionId', versionId]];
    (await this.#requests.send({ method: 'DELETE', key, query }, signal)).body.discard();
  }

  #length(call: S3Call, response: HttpResponse): number {
    const size = Number(response.header('content-length') ?? Number.NaN);
    if (!Number.isSafeInteger(size)) throw new StoreFailure('protocol', `${this.#requests.describe(call)}: no Content-Length`);
    return size;
  }
}

export function writtenObject(response: HttpResponse, { vocabulary, crc64Header }: ObjectHeaders): WrittenObject {
  const etag = response.header('etag');
  return {
    etag: etag === undefined ? undefined : unquote(etag),
    versionId: response.header(`${vocabulary.prefix}version-id`),
    crc64: crc64Header === undefined ? undefined : response.header(crc64Header),
  };
}
