import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesSource } from '../bytes/byte-stream.ts';
import { headerLine } from './exchange.ts';
import { END, answering, clientOf, get, never, ok, setUp, text } from './testing/client-setup.ts';

describe('requests', () => {
  test('are sent as they are, with Host and Content-Length', async () => {
    let seen = '';
    const { client, server } = await setUp(async ({ socket, until, text }) => {
      await until('body');
      seen = text();
      socket.write(ok(''));
    });
    await client.request({ method: 'PUT', path: '/a/../b//%2e?x=1', headers: headerLine('x-a', 'ü'), body: Buffer.from('body') }, never);
    expect(seen).toBe(`PUT /a/../b//%2e?x=1 HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\nx-a: ü\r\ncontent-length: 4\r\n\r\nbody`);
  });

  test.each([
    ['a line break in a header value', () => headerLine('x', 'a\r\nb: c')],
    ['a character that Latin-1 would cut to a line break', () => headerLine('x', 'Ċ')],
  ])('refuse %s', (_, make) => {
    expect(make).toThrow(TypeError);
  });

  test.each(['no-slash', '/a b', '/a\r\nx: y', '/ü'])('refuse the target %j', async (path) => {
    const client = clientOf('http://127.0.0.1:1');
    await expect(client.request({ method: 'GET', path }, never)).rejects.toThrow(TypeError);
  });

  test('refuse a source without a length', async () => {
    const client = clientOf('http://127.0.0.1:1');
    const body = { ...bytesSource(Buffer.from('x')), length: undefined };
    await expect(client.request({ method: 'PUT', path: '/', body }, never)).rejects.toThrow(TypeError);
  });
});

describe('answers', () => {
  test('are read whatever the pieces they come in', async () => {
    const answer = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;ext=1\r\nhello\r\n7\r\n, world\r\n0\r\nTrailer: x\r\n\r\n';
    let cuts: readonly number[] = [];
    const { client } = await setUp(async ({ socket, until }) => {
      for (let n = 1; ; n++) {
        await until(END, n);
        let from = 0;
        for (const cut of [...cuts, answer.length]) {
          socket.write(answer.slice(from, cut));
          from = cut;
          await new Promise(setImmediate);
        }
      }
    });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: answer.length - 1 }), { maxLength: 4 }), async (points) => {
        cuts = points.toSorted((a, b) => a - b);
        expect(await get(client)).toBe('hello, world');
      }),
      { numRuns: 50 },
    );
    expect(client.stats().opened).toBe(1);
  });

  test('give headers by lower-case name, repeated ones joined', async () => {
    const { client } = await setUp(answering('HTTP/1.1 200 OK\r\nETag: "x"\r\nX-Twice: a\r\nx-twice:\tb  \r\nEmpty:\r\nContent-Length: 0\r\n\r\n'));
    const response = await client.request({ method: 'GET', path: '/' }, never);
    expect(['etag', 'x-twice', 'empty', 'absent'].map((name) => response.header(name))).toEqual(['"x"', 'a, b', '', undefined]);
  });

  test.each([
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n'],
    ['GET', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n'],
    ['GET', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
  ])('without a body keep the connection: %s %j', async (method, answer) => {
    const { client } = await setUp(answering(answer, answer));
    for (let n = 0; n < 2; n++) {
      const { body } = await client.request({ method, path: '/' }, never);
      expect([body.length, await text(body)]).toEqual([0, '']);
    }
    expect(client.stats()).toMatchObject({ opened: 1, idle: 1 });
  });

  test('without a length end with the connection', async () => {
    const { client } = await setUp(async ({ socket, until }) => {
      await until(END);
      socket.write('HTTP/1.1 200 OK\r\n\r\npart one, ');
      await sleep(20);
      socket.end('part two');
    });
    expect(await get(client)).toBe('part one, part two');
    expect(client.stats().open).toBe(0);
  });

  test('of 100 Continue are skipped', async () => {
    const { client } = await setUp(answering(`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${ok('final')}`));
    expect(await get(client)).toBe('final');
  });

  test('may have a head of up to 64 KiB', async () => {
    const long = `HTTP/1.1 200 OK\r\nX-Long: ${'x'.repeat(60_000)}\r\nContent-Length: 2\r\n\r\nok`;
    const { client } = await setUp(answering(long, long));
    expect(await get(client)).toBe('ok');
    expect(await get(client)).toBe('ok');
  });

  test.each([
    ['another protocol', 'SSH-2.0-OpenSSH\r\n\r\n'],
    ['a bad status', 'HTTP/1.1 2000 OK\r\n\r\n'],
    ['a folded header', 'HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n'],
    ['a blank before the colon', 'HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n'],
    ['a line without a colon', 'HTTP/1.1 200 OK\r\nnonsense\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'],
    ['an unknown coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n'],
    ['an unasked switch', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['an endless head', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(90_000)}`],
  ])('with %s are refused', async (_, answer) => {
    const { client } = await setUp(answering(answer));
    await expect(client.request({ method: 'GET', path: '/' }, never)).rejects.toMatchObject({ name: 'HttpError', kind: 'protocol' });
    expect(client.stats().open).toBe(0);
  });

  test.each([
    ['a bad chunk size', 'zz\r\n'],
    ['no newline after a chunk', '1\r\nab'],
    ['an endless size', '1'.repeat(20)],
  ])('with %s fail in the body', async (_, chunks) => {
    const { client } = await setUp(answering(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`));
    await expect(get(client)).rejects.toMatchObject({ kind: 'protocol' });
  });
});

test('requests wait in line for a connection', async () => {
  const order: string[] = [];
  const { client } = await setUp(async ({ socket, until }) => {
    for (let n = 1; ; n++) {
      await until(END, n);
      socket.write(ok('x'));
    }
  }, { maxConnections: 1 });
  await Promise.all(['a', 'b', 'c', 'd'].map(async (name) => {
    await text((await client.request({ method: 'GET', path: `/${name}` }, never)).body);
    order.push(name);
  }));
  expect(order).toEqual(['a', 'b', 'c', 'd']);
  expect(client.stats()).toMatchObject({ opened: 1, idle: 1, waiting: 0 });
});

test('a closed client finishes what is under way and takes nothing new', async () => {
  const { client } = await setUp(answering(ok('abc')));
  const answer = get(client);
  client.close();
  expect(await answer).toBe('abc');
  expect(client.stats().open).toBe(0);
  await expect(get(client)).rejects.toMatchObject({ kind: 'aborted' });
});
