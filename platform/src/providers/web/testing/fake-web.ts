import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import type { ObjectStore } from '../../../object-store/object-store.ts';

export interface WebAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Sent in chunks, so that nothing tells its length. */
  readonly chunked?: boolean;
  /** Send this much of the body, then break the connection. */
  readonly cutAfter?: number;
}

export interface WebRequest {
  readonly method: string;
  /** The target as it came over the wire. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
}

export interface FakeWeb {
  /** As it was opened on the server. */
  readonly store: ObjectStore;
  readonly origin: string;
  readonly seen: readonly WebRequest[];
}

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A web server that answers as told, the n-th request (from 0) by `answer(request, n)`; for what no well-made one does. */
export async function fakeWeb(open: (origin: string) => ObjectStore, answer: (request: WebRequest, n: number) => WebAnswer): Promise<FakeWeb> {
  const seen: WebRequest[] = [];
  const server = createServer((request, response) => {
    const one = { method: request.method ?? '', target: request.url ?? '', headers: request.headers };
    const { status = 200, headers = {}, body = '', chunked = false, cutAfter } = answer(one, seen.push(one) - 1);
    response.sendDate = false;
    response.writeHead(status, chunked ? headers : { 'content-length': Buffer.byteLength(body), ...headers });
    if (cutAfter === undefined) response.end(body);
    else response.write(Buffer.from(body).subarray(0, cutAfter), () => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const store = open(origin);
  closing.push(async () => {
    await store.close();
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { store, origin, seen };
}
