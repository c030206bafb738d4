import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

/** A server that says exactly what a test tells it to, byte by byte. */
export interface RawServer extends AsyncDisposable {
  readonly origin: string;
  readonly port: number;
  /** Connections accepted so far. */
  readonly accepted: () => number;
}

export interface RawConnection {
  readonly socket: Socket;
  /** 0 for the first connection. */
  readonly index: number;
  /** Everything received on it so far, as Latin-1. */
  readonly text: () => string;
  readonly bytes: () => Buffer;
  /** Resolves when so many bytes have been received. */
  readonly untilBytes: (count: number) => Promise<void>;
  /** Resolves when `text()` contains this string for the `times`-th time. */
  readonly until: (part: string, times?: number) => Promise<void>;
}

/** `serve` is called once a connection; what it throws ends that connection. */
export async function rawServer(serve: (connection: RawConnection) => Promise<void> | void, tls?: { readonly key: string; readonly cert: string }): Promise<RawServer> {
  let accepted = 0;
  const sockets = new Set<Socket>();
  const onSocket = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    Promise.resolve(serve(recorded(socket, accepted++))).catch(() => socket.destroy());
  };
  const server: Server = tls === undefined ? createServer(onSocket) : createTlsServer(tls, onSocket);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    accepted: () => accepted,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function recorded(socket: Socket, index: number): RawConnection {
  const chunks: Buffer[] = [];
  const bytes = (): Buffer => Buffer.concat(chunks);
  const text = (): string => bytes().toString('latin1');
  const waiting = new Set<{ readonly holds: () => boolean; readonly resolve: () => void; readonly reject: (error: Error) => void }>();
  const check = (): void => {
    for (const wait of waiting) {
      if (!wait.holds()) continue;
      waiting.delete(wait);
      wait.resolve();
    }
  };
  const when = (holds: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting.add({ holds, resolve, reject });
      check();
    });
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    check();
  });
  socket.on('close', () => {
    for (const wait of waiting) wait.reject(new Error('closed'));
  });
  return {
    socket,
    index,
    text,
    bytes,
    until: (part, times = 1) => when(() => text().split(part).length > times),
    untilBytes: (count) => when(() => chunks.reduce((total, chunk) => total + chunk.byteLength, 0) >= count),
  };
}
