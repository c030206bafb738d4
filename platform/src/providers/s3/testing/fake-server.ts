import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';

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

export interface FakeServer {
  readonly endpoint: string;
  readonly seen: readonly SeenRequest[];
}

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Runs at the end of the test, before servers stop. */
export function atEnd(close: () => Promise<void>): void {
  closing.unshift(close);
}

/** Answers as told, the n-th request (from 0) by `answer(request, n)`; for what no real store can be brought to do. */
export async function fakeServer(answer: (request: SeenRequest, n: number) => FakeAnswer): Promise<FakeServer> {
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
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { endpoint: `http://127.0.0.1:${port}`, seen };
}
