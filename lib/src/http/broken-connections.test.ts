import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { bytesSource, type ByteSink, type ByteSource } from '../bytes/byte-stream.ts';
import { END, answering, clientOf, get, never, ok, setUp, text } from './testing/client-setup.ts';
import { rawServer } from './testing/raw-server.ts';

describe('a connection that breaks', () => {
  test.each([
    ['a known length', 'Content-Length: 10\r\n\r\nabc'],
    ['chunks', 'Transfer-Encoding: chunked\r\n\r\n5\r\nabc'],
    ['a last chunk without its end', 'Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n'],
  ])('never makes a short success, with %s', async (_, rest) => {
    const { client } = await setUp(async ({ socket, until }) => {
      await until(END);
      socket.end(`HTTP/1.1 200 OK\r\n${rest}`);
    });
    await expect(get(client)).rejects.toMatchObject({ kind: 'reset' });
  });

  test('before the answer is a reset on a fresh connection', async () => {
    const { client } = await setUp(async ({ socket, until }) => {
      await until(END);
      socket.destroy();
    });
    await expect(get(client)).rejects.toMatchObject({ kind: 'reset' });
  });

  test('after keeping is met by sending once more', async () => {
    const { client, server } = await setUp(async ({ socket, until, index }) => {
      await until(END);
      socket.write(ok(`from ${index}`));
      await until(END, 2);
      socket.destroy();
    });
    expect(await get(client)).toBe('from 0');
    expect(await get(client)).toBe('from 1');
    const put = client.request({ method: 'PUT', path: '/', body: Buffer.from('in memory') }, never);
    expect(await text((await put).body)).toBe('from 2');
    expect([server.accepted(), client.stats().resent]).toEqual([3, 2]);
  });

  test('after keeping is stale for a body that is gone', async () => {
    const { client } = await setUp(async ({ socket, until }) => {
      await until(END);
      socket.write(ok('first'));
      await until(END, 2);
      socket.destroy();
    });
    expect(await get(client)).toBe('first');
    const body = bytesSource(Buffer.from('streamed'));
    await expect(client.request({ method: 'PUT', path: '/', body }, never)).rejects.toMatchObject({ kind: 'stale' });
  });

  test('while idle is forgotten', async () => {
    const { client } = await setUp(async ({ socket, until, index }) => {
      await until(END);
      socket.end(ok(String(index)));
    });
    expect(await get(client)).toBe('0');
    await expect.poll(() => client.stats().open).toBe(0);
    expect(await get(client)).toBe('1');
  });

  test('by the peer after a complete answer does not harm the body', async () => {
    const big = 'x'.repeat(100_000);
    const { client } = await setUp(async ({ socket, until }) => {
      await until(END);
      socket.end(ok(big));
    });
    const { body } = await client.request({ method: 'GET', path: '/' }, never);
    const slow: ByteSink = { write: () => sleep(30) };
    await body.pipe(slow);
  });

  test('with bytes nobody asked for is not used again', async () => {
    const { client } = await setUp(answering(`${ok('one')}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil`));
    expect(await get(client)).toBe('one');
    expect(client.stats().open).toBe(0);
  });

  test.each([
    ['Connection: close', 'HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 2\r\n\r\nok'],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok'],
  ])('at the wish of the peer: %s', async (_, answer) => {
    const { client } = await setUp(answering(answer));
    expect(await get(client)).toBe('ok');
    expect(client.stats().open).toBe(0);
  });
});

describe('failures to connect', () => {
  test('are named', async () => {
    const server = await rawServer(() => {});
    const client = clientOf(server.origin);
    await server[Symbol.asyncDispose]();
    await expect(get(client)).rejects.toMatchObject({ kind: 'connect' });
    await expect(get(client)).rejects.toThrow('ECONNREFUSED');
    await expect(get(clientOf('http://name.invalid'))).rejects.toMatchObject({ kind: 'connect' });
  });

  test('include a TLS handshake with something else', async () => {
    const { server } = await setUp(({ socket }) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await expect(get(clientOf(server.origin.replace('http:', 'https:')))).rejects.toMatchObject({ kind: 'tls' });
  });
});

describe('silence', () => {
  test('instead of an answer times out', async () => {
    const { client } = await setUp(() => {}, { idleTimeoutMs: 200 });
    await expect(get(client)).rejects.toMatchObject({ kind: 'timeout' });
  });

  test('in the middle of a body times out', async () => {
    const { client } = await setUp(answering('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'), { idleTimeoutMs: 200 });
    await expect(get(client)).rejects.toMatchObject({ kind: 'timeout' });
  });

  test('of our own sink does not', async () => {
    const { client } = await setUp(answering(ok('abc')), { idleTimeoutMs: 200 });
    const { body } = await client.request({ method: 'GET', path: '/' }, never);
    await body.pipe({ write: () => sleep(600) });
  });

  test('of our own source does not', async () => {
    const { client } = await setUp(async ({ socket, until }) => {
      await until('late');
      socket.write(ok('thanks'));
    }, { idleTimeoutMs: 200 });
    const body: ByteSource = { length: 4, discard() {}, async pipe(sink) {
      await sleep(600);
      await sink.write(Buffer.from('late'));
    } };
    expect(await text((await client.request({ method: 'PUT', path: '/', body }, never)).body)).toBe('thanks');
  });

  test('of who should read a body frees its connection', async () => {
    const { client } = await setUp(answering(ok('abc')), { idleTimeoutMs: 200, maxConnections: 1 });
    const { body } = await client.request({ method: 'GET', path: '/' }, never);
    expect(await get(client)).toBe('abc');
    await expect(body.pipe({ write: () => undefined })).rejects.toMatchObject({ kind: 'timeout' });
  });

  test('between exchanges ends a kept connection', async () => {
    const { client } = await setUp(answering(ok('abc')), { keepAliveMs: 30 });
    await get(client);
    expect(client.stats().idle).toBe(1);
    await expect.poll(() => client.stats().open).toBe(0);
  });
});

describe('an aborted signal', () => {
  test('rejects with its reason at any point', async () => {
    const reason = new Error('enough');
    const { client } = await setUp(answering('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'), { maxConnections: 1 });
    await expect(get(client, AbortSignal.abort(reason))).rejects.toBe(reason);

    const reading = new AbortController();
    const { body } = await client.request({ method: 'GET', path: '/' }, reading.signal);
    const waiting = new AbortController();
    const inLine = get(client, waiting.signal);
    waiting.abort(reason);
    await expect(inLine).rejects.toBe(reason);

    const piped = body.pipe({ write: () => undefined });
    reading.abort(reason);
    await expect(piped).rejects.toBe(reason);
    expect(client.stats()).toMatchObject({ open: 0, waiting: 0 });
  });

  test('in the turn of the request keeps it from the peer', async () => {
    let received: (() => string) | undefined;
    const { client } = await setUp(async ({ socket, until, text: soFar }) => {
      received = soFar;
      await until(END);
      socket.write(ok('first'));
    });
    await get(client);
    const controller = new AbortController();
    const reason = new Error('enough');
    const put = client.request({ method: 'PUT', path: '/second', body: Buffer.from('never sent') }, controller.signal);
    controller.abort(reason);
    await expect(put).rejects.toBe(reason);
    await sleep(20);
    expect(received?.()).not.toContain('/second');
  });

  test('before the answer destroys the connection', async () => {
    const { client } = await setUp(() => {});
    const controller = new AbortController();
    const answer = get(client, controller.signal);
    await sleep(20);
    controller.abort('not an error');
    await expect(answer).rejects.toBe('not an error');
    expect(client.stats().open).toBe(0);
  });

  test('stops the source of an upload', async () => {
    const { client } = await setUp(({ socket }) => void socket.pause());
    const controller = new AbortController();
    const reason = new Error('enough');
    let discarded = false;
    const body: ByteSource = { length: 1e9, discard: () => void (discarded = true), async pipe(sink) {
      for (;;) await sink.write(Buffer.alloc(1 << 20));
    } };
    const answer = client.request({ method: 'PUT', path: '/', body }, controller.signal);
    setTimeout(() => controller.abort(reason), 30);
    await expect(answer).rejects.toBe(reason);
    expect(discarded).toBe(true);
  });
});
