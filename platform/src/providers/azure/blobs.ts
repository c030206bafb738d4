import type { ByteSource } from '@haulier/lib/bytes/byte-stream.ts';
import type { OpenedObject, ReadOptions, StoredObject, WriteOptions, WrittenObject } from '../../object-store/object-store.ts';
import { isFailure, StoreFailure } from '../../object-store/failure.ts';
import { rangedSize, StoreBody, wholeSize } from '../s3/answered-body.ts';
import { unquote } from '../s3/metadata.ts';
import type { Header } from '../s3/signer.ts';
import type { AzureCall, AzureRequests } from './azure-requests.ts';
import { storedObject, writeHeaders } from './metadata.ts';

/** "Naming and Referencing Containers, Blobs, and Metadata". */
const MAX_NAME_CHARACTERS = 1024;

/** Get Blob Properties, Get Blob, Put Blob and Delete Blob. Block, page and append blobs are all read alike. */
export class Blobs {
  readonly #requests: AzureRequests;
  readonly #container: string;

  constructor(requests: AzureRequests, container: string) {
    this.#requests = requests;
    this.#container = container;
  }

  async stat(key: string, signal: AbortSignal): Promise<StoredObject> {
    const call: AzureCall = { method: 'HEAD', container: this.#container, key };
    const response = await this.#requests.send(call, signal);
    const size = Number(response.header('content-length') ?? Number.NaN);
    if (!Number.isSafeInteger(size)) throw new StoreFailure('protocol', `${this.#requests.describe(call)}: no Content-Length`);
    return storedObject(key, size, response.headers);
  }

  async read(key: string, options: ReadOptions, signal: AbortSignal): Promise<OpenedObject> {
    const headers: Header[] = [['accept-encoding', 'identity']];
    if (options.ifMatch !== undefined) headers.push(['if-match', `"${options.ifMatch}"`]);
    if (options.range !== undefined) headers.push(['range', `bytes=${options.range.first}-${options.range.last}`]);
    const call: AzureCall = { method: 'GET', container: this.#container, key, headers };
    const response = await this.#requests.send(call, signal);
    const attempted = this.#requests.describe(call);
    try {
      const size = options.range === undefined ? wholeSize(response) : rangedSize(response, options.range);
      return { object: storedObject(key, size, response.headers), body: new StoreBody(response.body, attempted, signal) };
    } catch (error) {
      response.body.discard();
      throw isFailure(error) ? new StoreFailure(error.kind, `${attempted}: ${error.message}`) : error;
    }
  }

  async write(key: string, body: ByteSource, options: WriteOptions, signal: AbortSignal): Promise<WrittenObject> {
    const response = await this.#requests.send({ method: 'PUT', container: this.#container, key, headers: headersOf(key, body, options), body }, signal);
    response.body.discard();
    const etag = response.header('etag');
    return { etag: etag === undefined ? undefined : unquote(etag), versionId: response.header('x-ms-version-id') };
  }

  async remove(key: string, signal: AbortSignal): Promise<void> {
    try {
      (await this.#requests.send({ method: 'DELETE', container: this.#container, key }, signal)).body.discard();
    } catch (error) {
      if (!isFailure(error, 'absent')) throw error;
    }
  }
}

function headersOf(key: string, body: ByteSource, options: WriteOptions): Header[] {
  try {
    if (key.length > MAX_NAME_CHARACTERS) throw new StoreFailure('bad-key', `a blob's name has at most ${MAX_NAME_CHARACTERS} characters`);
    return writeHeaders(options);
  } catch (error) {
    body.discard();
    throw error;
  }
}
