import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { bytesSource, type ByteSource } from '../bytes/byte-stream.ts';
import { END, answering, clientOf, get, never, ok, setUp, text } from './testing/client-setup.ts';

describe('bodies that are given up', () => {
  test('keep the connection when little is left', async () => {
    const { client } = await setUp(answering(ok('x'.repeat(20_000)), ok('next')));
    (await client.request({ method: 'GET', path: '/' }, never)).body.discard();
    await expect.poll(() => client.stats().idle).toBe(1);
    expect(await get(client)).toBe('next');
    expect(client.stats().opened).toBe(1);
  });

  test('cost the connection when much is left', async () => {
    const { client } = await setUp(answering('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nabc'));
    (await client.request({ method: 'GET', path: '/' }, never)).body.discard();
    expect(client.stats().open).toBe(0);
  });

  test('cannot be read twice', async () => {
    const { client } = await setUp(answering(ok('abc')));
    const { body } = await client.request({ method: 'GET', path: '/' }, never);
    await text(body);
    await expect(text(body)).rejects.toMatchObject({ kind: 'aborted' });
  });

  test('by a failing sink reject with its error', async () => {
    const { client } = await setUp(answering(ok('abc'), ok('next')));
    const { body } = await client.request({ method: 'GET', path: '/' }, never);
    const broken = new Error('disk full');
    await expect(body.pipe({ write: () => Promise.reject(broken) })).rejects.toBe(broken);
    expect(await get(client)).toBe('next');
    expect(client.stats().opened).toBe(1);
  });
});

describe('uploads', () => {
  test('hear an answer that comes before they are done', async () => {
    const { client } = await setUp(async ({ socket, until }) => {
      await until(END);
      socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\n\r\ndenied');
    });
    let discarded = false;
    const body: ByteSource = { length: 1e9, discard: () => void (discarded = true), async pipe(sink) {
      await sink.write(Buffer.alloc(100_000));
      await new Promise(() => {});
    } };
    const response = await client.request({ method: 'PUT', path: '/', body }, never);
    expect([response.status, await text(response.body), discarded]).toEqual([403, 'denied', true]);
    expect(client.stats().open).toBe(0);
  });

  test('fail with the error of their source', async () => {
    const { client } = await setUp(() => {});
    const broken = new Error('source broke');
    const body: ByteSource = { length: 10, discard() {}, async pipe(sink) {
      await sink.write(Buffer.from('abc'));
      throw broken;
    } };
    await expect(client.request({ method: 'PUT', path: '/', body }, never)).rejects.toBe(broken);
    expect(client.stats().open).toBe(0);
  });

  test('fail when the source fails after its last byte', async () => {
    const { client } = await setUp(async ({ socket, until }) => {
      await until('abc');
      socket.write(ok(''));
    });
    const broken = new Error('digest differs');
    const body: ByteSource = { length: 3, discard() {}, async pipe(sink) {
      await sink.write(Buffer.from('abc'));
      await sleep(50);
      throw broken;
    } };
    await expect(client.request({ method: 'PUT', path: '/', body }, never)).rejects.toBe(broken);
  });

  test('that never start give up their source', async () => {
    const client = clientOf('http://127.0.0.1:1');
    let discarded = 0;
    const body: ByteSource = { ...bytesSource(Buffer.from('abc')), discard: () => { discarded++; } };
    await expect(client.request({ method: 'PUT', path: '/', body }, AbortSignal.abort('enough'))).rejects.toBe('enough');
    await expect(client.request({ method: 'PUT', path: '/', body }, never)).rejects.toMatchObject({ kind: 'connect' });
    expect(discarded).toBe(2);
  });

  test('whose source ends after the answer leave the connection in order', async () => {
    const { client } = await setUp(async ({ socket, untilBytes, bytes, text }) => {
      for (let n = 1; n <= 3; n++) {
        await untilBytes(bytes().byteLength + 1);
        await expect.poll(() => text().split('abc').length).toBe(n + 1);
        socket.write(`HTTP/1.1 200 OK\r\nN: ${n}\r\nContent-Length: 0\r\n\r\n`);
      }
    });
    const body = (): ByteSource => ({ length: 3, discard() {}, async pipe(sink) {
      await sink.write(Buffer.from('abc'));
      await sleep(100);
    } });
    for (const n of ['1', '2', '3']) {
      expect((await client.request({ method: 'PUT', path: '/', body: body() }, never)).header('n')).toBe(n);
    }
    expect(client.stats().opened).toBe(1);
  });

  test.each([[2], [4]])('refuse a source of another length than it said: %i instead of 3', async (size) => {
    const { client } = await setUp(() => {});
    const body = { ...bytesSource(Buffer.alloc(size)), length: 3 };
    await expect(client.request({ method: 'PUT', path: '/', body }, never)).rejects.toThrow(/a body is (shorter|longer)/);
  });

  test('of nothing are sent', async () => {
    const { client } = await setUp(answering(ok('')));
    const response = await client.request({ method: 'PUT', path: '/', body: bytesSource(new Uint8Array(0)) }, never);
    expect(response.status).toBe(200);
  });

  test('never starve behind the downloads that feed them', async () => {
    const { client } = await setUp(async ({ socket, until }) => {
      for (let n = 1; ; n++) {
        await until(END, n);
        socket.write(ok('x'));
      }
    }, { maxConnections: 2 });
    const copies = Array.from({ length: 20 }, async () => {
      const { body } = await client.request({ method: 'GET', path: '/' }, never);
      (await client.request({ method: 'PUT', path: '/', body }, never)).body.discard();
    });
    await Promise.all(copies);
    expect(client.stats().opened).toBeLessThanOrEqual(4);
  });
});

describe('from one connection to another', () => {
  test.each([[1], [4_096], [16_384], [70_000], [12_000_000]])('%i bytes arrive unchanged at a peer that is slow to take them', async (size) => {
    const bytes = randomBytes(size);
    const from = await setUp(async ({ socket, until }) => {
      await until(END);
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
      socket.write(bytes);
    });
    let received: Buffer = Buffer.alloc(0);
    const to = await setUp(async (connection) => {
      connection.socket.pause();
      await sleep(50);
      connection.socket.resume();
      await connection.until(END);
      const head = connection.text().indexOf(END) + END.length;
      await connection.untilBytes(head + size);
      received = connection.bytes().subarray(head);
      connection.socket.write(ok(''));
    });
    const { body } = await from.client.request({ method: 'GET', path: '/' }, never);
    const answer = await to.client.request({ method: 'PUT', path: '/', body }, never);
    expect([answer.status, received.equals(bytes)]).toEqual([200, true]);
    expect([from.client.stats().idle, to.client.stats().idle]).toEqual([1, 1]);
  });
});
