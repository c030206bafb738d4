/**
 * A small S3 store for what no real one can be brought to do: it answers as the protocol asks unless a trick says
 * otherwise, and refuses requests that some real store would refuse. Signatures are not checked.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { operationOf, properAnswer, refusal, type FakeAnswer, type FakeRequest } from './fake-answers.ts';
import { FakeBucket } from './fake-bucket.ts';

/** Cuts the connection after this answer, or after so many bytes of its body. */
interface Cut {
  readonly cutAfter: number;
  readonly answer: FakeAnswer;
}

/** Stands before the store: `proceed` does what was asked. `lost` gives no answer at all; undefined proceeds. */
export type Trick = (request: FakeRequest, proceed: () => FakeAnswer) => FakeAnswer | Cut | 'lost' | undefined;

export interface FakeS3 {
  readonly endpoint: string;
  readonly bucket: FakeBucket;
  /** Of all requests, in the order they came. */
  readonly seen: readonly (FakeRequest & { readonly operation: string })[];
  /** What was sent that some store would refuse. */
  readonly violations: readonly string[];
  trick: Trick | undefined;
  close(): Promise<void>;
}

const minPartBytes = 5 * 1024 * 1024;

/** The one bucket is named `b`. */
export async function startFakeS3(trick?: Trick): Promise<FakeS3> {
  const bucket = new FakeBucket();
  const seen: (FakeRequest & { readonly operation: string })[] = [];
  const violations: string[] = [];
  const fake = { bucket, seen, violations, trick };
  const server = createServer((incoming, outgoing) => {
    void receive(incoming).then((request) => {
      const operation = operationOf(request);
      seen.push({ ...request, operation });
      const wrong = violationOf(request, operation, bucket);
      if (wrong !== undefined) violations.push(`${operation} ${request.target}: ${wrong}`);
      const proceed = (): FakeAnswer => (wrong === undefined ? properAnswer(bucket, request) : refusal(400, 'InvalidRequest'));
      send(fake.trick?.(request, proceed) ?? proceed(), request.method, outgoing);
    }, () => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return Object.assign(fake, {
    endpoint: `http://127.0.0.1:${port}`,
    close: () => new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  });
}

async function receive(incoming: IncomingMessage): Promise<FakeRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  const target = incoming.url ?? '';
  const [path = '', query = ''] = target.split('?');
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]));
  const key = path === '/b' || path === '/b/' ? undefined : decodeURIComponent(path.replace(/^\/b\//, ''));
  return { method: incoming.method ?? '', target, key, query: new URLSearchParams(query), headers, body: Buffer.concat(chunks) };
}

function send(sent: FakeAnswer | Cut | 'lost', method: string, outgoing: ServerResponse): void {
  if (sent === 'lost') {
    outgoing.destroy();
    return;
  }
  const { status, headers, body } = 'answer' in sent ? sent.answer : sent;
  outgoing.writeHead(status, { 'content-length': body.byteLength, ...headers });
  if (method === 'HEAD') outgoing.end();
  else if ('answer' in sent) outgoing.write(body.subarray(0, sent.cutAfter), () => outgoing.destroy());
  else outgoing.end(body);
}

/** Why some store would refuse this request. */
function violationOf({ key, headers, query, body, method }: FakeRequest, operation: string, bucket: FakeBucket): string | undefined {
  if (headers['transfer-encoding'] !== undefined || headers['content-encoding']?.includes('aws-chunked') === true) return 'a chunked body';
  const checksum = Object.keys(headers).find((name) => name.startsWith('x-amz-checksum') || name.startsWith('x-amz-sdk-checksum') || name === 'x-amz-trailer' || name === 'x-amz-acl');
  if (checksum !== undefined) return `the header ${checksum}`;
  if (operation === 'GetObject' && headers['accept-encoding'] !== 'identity') return 'a coding other than identity is accepted';
  if (headers['range'] !== undefined && headers['if-match'] === undefined) return 'a range that is pinned to no version';
  if (headers['range'] !== undefined && bucket.objects.get(key ?? '')?.body.byteLength === 0) return 'a range of nothing';
  if (method === 'PUT' && headers['content-length'] === undefined && headers['x-amz-copy-source'] === undefined) return 'no Content-Length';
  if (operation === 'CompleteMultipartUpload') return badParts(bucket, query.get('uploadId') ?? '', body.toString());
  return undefined;
}

/** R2 wants parts of one size; every store wants 5 MiB at least; the last part is free. */
function badParts(bucket: FakeBucket, uploadId: string, list: string): string | undefined {
  const upload = bucket.uploads.get(uploadId);
  if (upload === undefined) return undefined;
  const numbers = [...list.matchAll(/<PartNumber>(\d+)</g)].map(([, number]) => Number(number));
  const sizes = numbers.slice(0, -1).map((number) => upload.parts.get(number)?.body.byteLength ?? 0);
  if (sizes.some((size) => size < minPartBytes)) return 'a part below 5 MiB';
  if (new Set(sizes).size > 1) return 'parts of several sizes';
  return numbers.length > 10_000 || numbers.some((number, index) => number !== index + 1) ? 'part numbers that do not ascend' : undefined;
}
