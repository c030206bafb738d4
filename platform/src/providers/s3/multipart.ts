import type { ByteSource } from '@haulier/lib/bytes/byte-stream.ts';
import { compareUtf8 } from '@haulier/lib/byte-order/byte-order.ts';
import type { HttpResponse } from '@haulier/lib/http/exchange.ts';
import type { MultipartUploads, Upload, UploadedPart, WriteOptions, WrittenObject } from '../../object-store/object-store.ts';
import { isFailure, StoreFailure } from '../../object-store/failure.ts';
import { withKeyService } from './key-service.ts';
import { unquote, writeHeaders } from './metadata.ts';
import { writtenObject } from './objects.ts';
import type { S3Limits } from './s3-config.ts';
import type { S3Call, S3Requests } from './s3-requests.ts';
import type { ObjectHeaders } from './vocabulary.ts';
import { childrenNamed, childText, escapeXml, parseXml, type XmlElement } from './xml.ts';

type Started = Upload & { readonly initiated: number };

interface Marker {
  readonly key: string;
  readonly uploadId: string;
}

/** Multipart uploads; an upload is known by its key and id alone, whoever started it. */
export class S3Multipart implements MultipartUploads {
  readonly minPartBytes: number;
  readonly maxPartBytes: number;
  readonly maxParts = 10_000;
  readonly #requests: S3Requests;
  readonly #headers: ObjectHeaders;

  constructor(requests: S3Requests, headers: ObjectHeaders, { minPartBytes, maxPartBytes }: S3Limits) {
    this.minPartBytes = minPartBytes;
    this.maxPartBytes = maxPartBytes;
    this.#requests = requests;
    this.#headers = headers;
  }

  async create(key: string, options: WriteOptions, signal: AbortSignal): Promise<Upload> {
    // A condition holds for the moment an object appears, which is when the upload is completed.
    const headers = writeHeaders({ ...options, ifAbsent: false }, this.#headers);
    const call: S3Call = { method: 'POST', key, query: [['uploads', '']], headers };
    const { upload } = await withKeyService({
      attempted: this.#requests.describe(call),
      encryption: options.encryption,
      headers: this.#headers,
      send: async () => {
        const { root, answer } = await this.#document(call, 'InitiateMultipartUploadResult', signal);
        return { answer, upload: { key, uploadId: required(root, 'UploadId') } };
      },
      undo: (done, undoing) => this.abort(done.upload, undoing),
    });
    return upload;
  }

  async writePart({ key, uploadId }: Upload, number: number, body: ByteSource, signal: AbortSignal, contentMd5?: string): Promise<UploadedPart> {
    const size = body.length;
    if (size === undefined) throw new StoreFailure('unsupported', 'a part of unknown length');
    const headers: S3Call['headers'] = contentMd5 === undefined ? [] : [['content-md5', contentMd5]];
    const call: S3Call = { method: 'PUT', key, query: [['partNumber', String(number)], ['uploadId', uploadId]], headers, body };
    const response = await this.#requests.send(call, signal);
    response.body.discard();
    const etag = response.header('etag');
    if (etag === undefined) throw new StoreFailure('protocol', `${this.#requests.describe(call)}: no ETag for part ${number}`);
    return { number, etag: unquote(etag), size };
  }

  async complete(upload: Upload, parts: readonly UploadedPart[], signal: AbortSignal): Promise<WrittenObject> {
    const { key, uploadId } = upload;
    const { namespace } = this.#headers.vocabulary;
    const list = parts.map(({ number, etag }) => `<Part><PartNumber>${number}</PartNumber><ETag>&quot;${escapeXml(etag)}&quot;</ETag></Part>`);
    const body = Buffer.from(`<CompleteMultipartUpload${namespace === '' ? '' : ` xmlns="${namespace}"`}>${list.join('')}</CompleteMultipartUpload>`);
    const call: S3Call = { method: 'POST', key, query: [['uploadId', uploadId]], headers: [['content-type', 'application/xml']], body };
    const { root, written } = await this.#document(call, 'CompleteMultipartUploadResult', signal).catch((error: unknown) => this.#whyNot(upload, error, signal));
    const etag = unquote(childText(root, 'ETag') ?? '');
    return { ...written, etag: etag === '' ? await this.#etagOf(key, signal) : etag };
  }

  async abort({ key, uploadId }: Upload, signal: AbortSignal): Promise<void> {
    try {
      (await this.#requests.send({ method: 'DELETE', key, query: [['uploadId', uploadId]] }, signal)).body.discard();
    } catch (error) {
      if (!isFailure(error, 'absent')) throw error;
    }
  }

  async uploadsOf(key: string, signal: AbortSignal): Promise<readonly Started[]> {
    const uploads: Started[] = [];
    let marker: Marker | undefined;
    do {
      // Without encoding-type: Ceph encodes the keys then, but neither says so nor encodes its markers.
      const query: S3Call['query'] = marker === undefined ? [['prefix', key], ['uploads', '']] : [['key-marker', marker.key], ['prefix', key], ['upload-id-marker', marker.uploadId], ['uploads', '']];
      const { root } = await this.#document({ method: 'GET', query }, 'ListMultipartUploadsResult', signal);
      const page = childrenNamed(root, 'Upload').map(started);
      uploads.push(...page.filter((upload) => upload.key === key));
      const beyond = page.some((upload) => compareUtf8(upload.key, key) > 0);
      marker = beyond ? undefined : nextUploads(root, marker);
    } while (marker !== undefined);
    return uploads.toSorted((a, b) => a.initiated - b.initiated);
  }

  async partsOf({ key, uploadId }: Upload, signal: AbortSignal): Promise<readonly UploadedPart[]> {
    const parts: UploadedPart[] = [];
    let marker: string | undefined = '0';
    while (marker !== undefined) {
      const query: S3Call['query'] = [['max-parts', '1000'], ['part-number-marker', marker], ['uploadId', uploadId]];
      const { root } = await this.#document({ method: 'GET', key, query }, 'ListPartsResult', signal);
      parts.push(...childrenNamed(root, 'Part').map(uploadedPart));
      marker = nextMarker(root, 'NextPartNumberMarker', marker);
    }
    return parts.toSorted((a, b) => a.number - b.number);
  }

  /** Ceph calls it an internal error to complete an upload that is gone; its parts tell. */
  async #whyNot(upload: Upload, error: unknown, signal: AbortSignal): Promise<never> {
    if (isFailure(error, 'transient') && error.code === 'InternalError') await this.partsOf(upload, signal);
    throw error;
  }

  /** Ceph leaves the ETag out of its answer. */
  async #etagOf(key: string, signal: AbortSignal): Promise<string | undefined> {
    return writtenObject(await this.#requests.send({ method: 'HEAD', key }, signal), this.#headers).etag;
  }

  async #document(call: S3Call, name: string, signal: AbortSignal): Promise<{ readonly root: XmlElement; readonly answer: HttpResponse; readonly written: WrittenObject }> {
    const { text, response } = await this.#requests.document(call, signal);
    return { root: rootNamed(text, name, this.#requests.describe(call)), answer: response, written: writtenObject(response, this.#headers) };
  }
}

/** The root of a document that must have this name. */
export function rootNamed(text: string, name: string, attempted: string): XmlElement {
  try {
    const root = parseXml(text);
    if (root.name === name) return root;
    throw new Error(`<${root.name}>`);
  } catch (error) {
    throw new StoreFailure('protocol', `${attempted}: no ${name} in the answer`, { cause: error });
  }
}

export function required(element: XmlElement, name: string): string {
  const text = childText(element, name);
  if (text === undefined || text === '') throw new StoreFailure('protocol', `<${element.name}> without ${name}`);
  return text;
}

function started(element: XmlElement): Started {
  const initiated = Date.parse(childText(element, 'Initiated') ?? '');
  return { key: required(element, 'Key'), uploadId: required(element, 'UploadId'), initiated: Number.isNaN(initiated) ? 0 : initiated };
}

function uploadedPart(element: XmlElement): UploadedPart {
  return { number: Number(required(element, 'PartNumber')), etag: unquote(required(element, 'ETag')), size: Number(required(element, 'Size')) };
}

function nextUploads(root: XmlElement, marker: Marker | undefined): Marker | undefined {
  if (childText(root, 'IsTruncated') !== 'true') return undefined;
  const next = { key: required(root, 'NextKeyMarker'), uploadId: required(root, 'NextUploadIdMarker') };
  if (next.key === marker?.key && next.uploadId === marker.uploadId) throw new StoreFailure('protocol', 'the list of uploads does not advance');
  return next;
}

function nextMarker(root: XmlElement, name: string, marker: string): string | undefined {
  if (childText(root, 'IsTruncated') !== 'true') return undefined;
  const next = required(root, name);
  if (Number(next) <= Number(marker)) throw new StoreFailure('protocol', 'the list of parts does not advance');
  return next;
}
