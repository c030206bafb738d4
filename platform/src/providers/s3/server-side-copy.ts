import type { ServerSideCopy, StoreLocation, Upload, UploadedPart, WriteOptions, WrittenObject } from '../../object-store/object-store.ts';
import { withKeyService } from './key-service.ts';
import { unquote, writeHeaders } from './metadata.ts';
import { required, rootNamed } from './multipart.ts';
import { writtenObject, type S3Objects } from './objects.ts';
import type { S3Limits } from './s3-config.ts';
import type { S3Call, S3Requests } from './s3-requests.ts';
import type { Header } from './signer.ts';
import type { ObjectHeaders, Vocabulary } from './vocabulary.ts';

/** CopyObject and UploadPartCopy within one endpoint and account. */
export class S3ServerSideCopy implements ServerSideCopy {
  readonly maxCopyBytes: number;
  readonly #requests: S3Requests;
  readonly #location: StoreLocation;
  readonly #headers: ObjectHeaders;
  readonly #objects: S3Objects;

  constructor(requests: S3Requests, location: StoreLocation, headers: ObjectHeaders, objects: S3Objects, { maxCopyBytes }: S3Limits) {
    this.maxCopyBytes = maxCopyBytes;
    this.#requests = requests;
    this.#objects = objects;
    this.#location = location;
    this.#headers = headers;
  }

  canCopyFrom(source: StoreLocation): boolean {
    return source.endpoint === this.#location.endpoint && source.account === this.#location.account;
  }

  async copy(source: StoreLocation, sourceKey: string, ifMatch: string | undefined, key: string, options: WriteOptions, signal: AbortSignal): Promise<WrittenObject> {
    const { vocabulary } = this.#headers;
    const headers: Header[] = [...sourceHeaders(source, sourceKey, ifMatch, vocabulary), [`${vocabulary.prefix}metadata-directive`, vocabulary.replaceMetadata], ...writeHeaders(options, this.#headers)];
    const call: S3Call = { method: 'PUT', key, headers };
    const attempted = this.#requests.describe(call);
    const { written } = await withKeyService({
      attempted,
      encryption: options.encryption,
      headers: this.#headers,
      send: async () => {
        const { text, response: answer } = await this.#requests.document(call, signal);
        const etag = required(rootNamed(text, 'CopyObjectResult', attempted), 'ETag');
        return { answer, written: { ...writtenObject(answer, this.#headers), etag: unquote(etag) } };
      },
      undo: (done, undoing) => this.#objects.takeBack(key, done.written, undoing),
    });
    return written;
  }

  async copyPart(
    source: StoreLocation,
    sourceKey: string,
    ifMatch: string | undefined,
    range: { readonly first: number; readonly last: number },
    upload: Upload,
    number: number,
    signal: AbortSignal,
  ): Promise<UploadedPart> {
    const headers: Header[] = [...sourceHeaders(source, sourceKey, ifMatch, this.#headers.vocabulary), [`${this.#headers.vocabulary.prefix}copy-source-range`, `bytes=${range.first}-${range.last}`]];
    const call: S3Call = { method: 'PUT', key: upload.key, query: [['partNumber', String(number)], ['uploadId', upload.uploadId]], headers };
    const { text } = await this.#requests.document(call, signal);
    const etag = required(rootNamed(text, 'CopyPartResult', this.#requests.describe(call)), 'ETag');
    return { number, etag: unquote(etag), size: range.last - range.first + 1 };
  }
}

function sourceHeaders(source: StoreLocation, key: string, ifMatch: string | undefined, { prefix, copySource }: Vocabulary): Header[] {
  const headers: Header[] = [[`${prefix}copy-source`, copySource(source, key)]];
  // Ceph before 17 knows the condition by the second name only, and for parts by none.
  if (ifMatch !== undefined) headers.push([`${prefix}copy-source-if-match`, `"${ifMatch}"`]);
  if (ifMatch !== undefined && prefix === 'x-amz-') headers.push(['x-amz-copy-if-match', `"${ifMatch}"`]);
  return headers;
}
