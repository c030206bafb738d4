import { afterEach } from 'vitest';
import { collectBytes, type ByteSource } from '../../bytes/byte-stream.ts';
import { HttpClient, type HttpClientOptions } from '../http-client.ts';
import { rawServer, type RawConnection, type RawServer } from './raw-server.ts';

export const END = '\r\n\r\n';
export const never = new AbortController().signal;
const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

export async function setUp(serve: (connection: RawConnection) => Promise<void> | void, options: Partial<HttpClientOptions> = {}): Promise<{ client: HttpClient; server: RawServer }> {
  const server = await rawServer(serve);
  cleanups.push(async () => server[Symbol.asyncDispose]());
  return { client: clientOf(server.origin, options), server };
}

export function clientOf(origin: string, options: Partial<HttpClientOptions> = {}): HttpClient {
  const client = new HttpClient({ origin, ...options });
  cleanups.push(() => client.close());
  return client;
}

/** Gives one answer after the other, each when one more head has been received. */
export function answering(...answers: readonly string[]): (connection: RawConnection) => Promise<void> {
  return async ({ socket, until }) => {
    for (const [index, answer] of answers.entries()) {
      await until(END, index + 1);
      socket.write(answer, 'latin1');
    }
  };
}

export async function text(body: ByteSource): Promise<string> {
  return (await collectBytes(body, 1 << 20)).toString('latin1');
}

export async function get(client: HttpClient, signal: AbortSignal = never): Promise<string> {
  return text((await client.request({ method: 'GET', path: '/' }, signal)).body);
}

export const ok = (body: string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
