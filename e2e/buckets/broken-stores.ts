/** Endpoints at which a store cannot be used, each in a way of its own. */
import { createServer, type Server } from 'node:http';
import { createServer as createSocketServer, type Server as SocketServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

export interface BrokenStores extends AsyncDisposable {
  /** Nobody listens. */
  readonly closed: string;
  /** Takes connections and says nothing. */
  readonly silent: string;
  /** Answers every request as S3 does for a bucket of another region. */
  readonly moved: string;
  /** Answers every request as S3 does to who may not. */
  readonly shut: string;
}

export async function brokenStores(): Promise<BrokenStores> {
  const sockets = new Set<Socket>();
  const silent = createSocketServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
  });
  const answering = (status: number, code: string, headers: Readonly<Record<string, string>>): Server => createServer((request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': 'application/xml', ...headers });
    response.end(request.method === 'HEAD' ? undefined : `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
  });
  const moved = answering(301, 'PermanentRedirect', { 'x-amz-bucket-region': 'elsewhere-1' });
  const shut = answering(403, 'AccessDenied', {});
  const closed = createServer();
  const [closedAt, silentAt, movedAt, shutAt] = await Promise.all([closed, silent, moved, shut].map(listening));
  await new Promise((resolve) => closed.close(resolve));
  if (closedAt === undefined || silentAt === undefined || movedAt === undefined || shutAt === undefined) throw new Error('a server does not listen');
  return {
    closed: closedAt, silent: silentAt, moved: movedAt, shut: shutAt,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      moved.closeAllConnections();
      shut.closeAllConnections();
      await Promise.all([silent, moved, shut].map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

async function listening(server: Server | SocketServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}
