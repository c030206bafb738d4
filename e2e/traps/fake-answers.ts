/** The answers of a store that keeps to the protocol of S3. */
import { md5, type FakeBucket, type FakeObject, type FakeUpload } from './fake-bucket.ts';

export interface FakeRequest {
  readonly method: string;
  /** The target as it came over the wire. */
  readonly target: string;
  /** Undefined for the bucket itself. */
  readonly key: string | undefined;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

export interface FakeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export function answer(status: number, body: Buffer | string = '', headers: Readonly<Record<string, string>> = {}): FakeAnswer {
  return { status, headers, body: Buffer.from(body) };
}

export function refusal(status: number, code: string, headers: Readonly<Record<string, string>> = {}, message = `${code} it is`): FakeAnswer {
  return answer(status, `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`, { 'content-type': 'application/xml', ...headers });
}

/** What kind of request it is, in the words of the documentation. */
export function operationOf({ method, key, query, headers }: FakeRequest): string {
  const upload = query.has('uploadId');
  if (key === undefined) return query.has('uploads') ? 'ListMultipartUploads' : 'ListObjects';
  if (method === 'POST') return upload ? 'CompleteMultipartUpload' : 'CreateMultipartUpload';
  if (method === 'PUT') return `${upload ? 'UploadPart' : ''}${headers['x-amz-copy-source'] === undefined ? (upload ? '' : 'PutObject') : upload ? 'Copy' : 'CopyObject'}`;
  if (method === 'DELETE') return upload ? 'AbortMultipartUpload' : 'DeleteObject';
  if (method === 'GET' && upload) return 'ListParts';
  return method === 'HEAD' ? 'HeadObject' : 'GetObject';
}

export function properAnswer(bucket: FakeBucket, request: FakeRequest): FakeAnswer {
  switch (operationOf(request)) {
    case 'ListObjects': return listObjects(bucket, request);
    case 'ListMultipartUploads': return listUploads(bucket, request);
    case 'GetObject': case 'HeadObject': return getObject(bucket, request);
    case 'PutObject': return putObject(bucket, request);
    case 'DeleteObject': bucket.objects.delete(request.key ?? ''); return answer(204);
    case 'CopyObject': return copyObject(bucket, request);
    case 'CreateMultipartUpload': return xml('InitiateMultipartUploadResult', tag('UploadId', bucket.begin(request.key ?? '', kept(request)).id));
    default: return withUpload(bucket, request);
  }
}

function withUpload(bucket: FakeBucket, request: FakeRequest): FakeAnswer {
  const upload = bucket.uploads.get(request.query.get('uploadId') ?? '');
  if (upload === undefined) return refusal(404, 'NoSuchUpload');
  switch (operationOf(request)) {
    case 'UploadPart': return uploadPart(upload, request);
    case 'ListParts': return listParts(upload, request);
    case 'AbortMultipartUpload': bucket.uploads.delete(upload.id); return answer(204);
    case 'CompleteMultipartUpload': {
      const numbers = [...request.body.toString().matchAll(/<PartNumber>(\d+)</g)].map(([, number]) => Number(number));
      return xml('CompleteMultipartUploadResult', tag('ETag', bucket.complete(upload, numbers).etag.replaceAll('"', '&quot;')));
    }
    default: return refusal(501, 'NotImplemented');
  }
}

function getObject(bucket: FakeBucket, { method, key = '', headers }: FakeRequest): FakeAnswer {
  const object = bucket.objects.get(key);
  if (object === undefined) return method === 'HEAD' ? answer(404) : refusal(404, 'NoSuchKey');
  if (headers['if-match'] !== undefined && headers['if-match'] !== object.etag) return refusal(412, 'PreconditionFailed');
  const { body } = object;
  const range = /^bytes=(\d+)-(\d+)$/.exec(headers['range'] ?? '');
  if (range === null) return answer(200, body, shown(object));
  const [first, last] = [Number(range[1]), Math.min(Number(range[2]), body.byteLength - 1)];
  if (first >= body.byteLength) return refusal(416, 'InvalidRange');
  return answer(206, body.subarray(first, last + 1), { ...shown(object), 'content-range': `bytes ${first}-${last}/${body.byteLength}` });
}

function putObject(bucket: FakeBucket, request: FakeRequest): FakeAnswer {
  if (request.headers['if-none-match'] === '*' && bucket.objects.has(request.key ?? '')) return refusal(412, 'PreconditionFailed');
  const { etag } = bucket.put(request.key ?? '', request.body, { headers: kept(request), modified: Date.now() });
  return answer(200, '', { etag });
}

function copyObject(bucket: FakeBucket, request: FakeRequest): FakeAnswer {
  const source = decodeURIComponent(request.headers['x-amz-copy-source'] ?? '').split('/').slice(2).join('/');
  const object = bucket.objects.get(source);
  if (object === undefined) return refusal(404, 'NoSuchKey');
  const { etag } = bucket.put(request.key ?? '', object.body, { headers: kept(request), modified: Date.now() });
  return xml('CopyObjectResult', tag('ETag', etag.replaceAll('"', '&quot;')));
}

function uploadPart({ parts }: FakeUpload, { query, body }: FakeRequest): FakeAnswer {
  const etag = `"${md5(body)}"`;
  parts.set(Number(query.get('partNumber')), { body, etag });
  return answer(200, '', { etag });
}

function listParts({ parts }: FakeUpload, { query }: FakeRequest): FakeAnswer {
  const numbers = [...parts.keys()].filter((number) => number > Number(query.get('part-number-marker') ?? 0)).toSorted((a, b) => a - b);
  // Two at a time, fewer than asked for: a store may.
  const page = numbers.slice(0, 2);
  const listed = page.map((number) => `<Part>${tag('PartNumber', String(number))}${tag('ETag', parts.get(number)?.etag ?? '')}${tag('Size', String(parts.get(number)?.body.byteLength))}</Part>`);
  return xml('ListPartsResult', `${tag('IsTruncated', String(page.length < numbers.length))}${tag('NextPartNumberMarker', String(page.at(-1) ?? 0))}${listed.join('')}`);
}

function listUploads({ uploads }: FakeBucket, { query }: FakeRequest): FakeAnswer {
  const listed = [...uploads.values()].filter(({ key }) => key.startsWith(query.get('prefix') ?? ''));
  return xml('ListMultipartUploadsResult', `${tag('IsTruncated', 'false')}${listed.map(({ id, key }) => `<Upload>${tag('Key', key)}${tag('UploadId', id)}${tag('Initiated', '2026-01-01T00:00:00.000Z')}</Upload>`).join('')}`);
}

export function listObjects(bucket: FakeBucket, { query }: FakeRequest): FakeAnswer {
  const v2 = query.get('list-type') === '2';
  const keys = bucket.keys(query.get('prefix') ?? '', query.get(v2 ? 'start-after' : 'marker') ?? undefined);
  return listing(bucket, keys.slice(0, Number(query.get('max-keys') ?? 1000)), keys.length > Number(query.get('max-keys') ?? 1000));
}

/** A listing of these keys in this order, `encoding-type=url`, without the NextMarker that version 1 gives with a delimiter only. */
export function listing({ objects }: FakeBucket, keys: readonly string[], truncated: boolean): FakeAnswer {
  const entries = keys.flatMap((key) => {
    const object = objects.get(key);
    if (object === undefined) return [];
    const encoded = encodeURIComponent(key).replaceAll('%20', '+');
    return `<Contents>${tag('Key', encoded)}${tag('LastModified', new Date(object.modified).toISOString())}${tag('ETag', object.etag.replaceAll('"', '&quot;'))}${tag('Size', String(object.body.byteLength))}${tag('StorageClass', 'STANDARD')}</Contents>`;
  });
  return xml('ListBucketResult', `${tag('EncodingType', 'url')}${tag('IsTruncated', String(truncated))}${entries.join('')}`);
}

function shown({ etag, modified, headers }: FakeObject): Readonly<Record<string, string>> {
  return { etag, 'last-modified': new Date(modified).toUTCString(), ...headers };
}

/** What a store keeps of the headers of a write. */
function kept({ headers }: FakeRequest): Record<string, string> {
  const names = /^(content-(type|encoding|language|disposition)|cache-control|expires|x-amz-meta-.*)$/;
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value !== undefined && names.test(name) ? [[name, value]] : [])));
}

function xml(root: string, content: string): FakeAnswer {
  return answer(200, `<?xml version="1.0" encoding="UTF-8"?><${root}>${content}</${root}>`, { 'content-type': 'application/xml' });
}

function tag(name: string, text: string): string {
  return `<${name}>${text}</${name}>`;
}
