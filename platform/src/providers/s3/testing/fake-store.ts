import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import type { ObjectStore } from '../../../object-store/object-store.ts';
import type { S3Config } from '../s3-config.ts';
import { createS3Store } from '../s3-store.ts';

export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Send this much of the body, then break the connection. */
  readonly cutAfter?: number;
}

export interface SeenRequest {
  readonly method: string;
  /** The target as it came over the wire. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface FakeStore {
  readonly store: ObjectStore;
  readonly endpoint: string;
  readonly seen: readonly SeenRequest[];
  /** Values of a query parameter over all requests, in order. */
  parameter(name: string): readonly (string | null)[];
}

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** An S3 store that answers as told, the n-th request (from 0) by `answer(request, n)`; for what no real one can be brought to do. */
export async function fakeStore(answer: (request: SeenRequest, n: number) => FakeAnswer, config: Partial<S3Config> = {}): Promise<FakeStore> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      const one = { method: request.method ?? '', target: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() };
      const { status = 200, headers = {}, body = '', cutAfter } = answer(one, seen.push(one) - 1);
      response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
      if (cutAfter === undefined) response.end(body);
      else response.write(Buffer.from(body).subarray(0, cutAfter), () => request.socket.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  const store = createS3Store({
    endpoint, region: 'r', addressing: 'path', bucket: 'b',
    credentials: { accessKey: 'ak', secretKey: 'sk' }, now: () => Date.UTC(2026, 0, 1), ...config,
  });
  closing.push(async () => {
    await store.close();
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { store, endpoint, seen, parameter: (name) => seen.map(({ target }) => new URLSearchParams(target.split('?')[1] ?? '').get(name)) };
}
