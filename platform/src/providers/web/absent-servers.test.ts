import { beforeEach, describe, expect, test } from 'vitest';
import { HttpError } from '@haulier/lib/http/http-error.ts';
import { AbsentServers, type Standing } from './absent-servers.ts';

const refused = new HttpError('connect', 'connect ECONNREFUSED 127.0.0.1:1');
const unknown = new HttpError('connect', 'getaddrinfo ENOTFOUND a');
const unanswered = new HttpError('connect', 'no connection within 10000 ms');
const untrusted = new HttpError('tls', 'self-signed certificate');
const silent = new HttpError('timeout', 'silent for 60000 ms');
const broken = new HttpError('reset', 'the connection closed');

let now: number;
let servers: AbsentServers;

beforeEach(() => {
  now = 1_000_000;
  servers = new AbsentServers(() => now);
});

interface Asked {
  /** Seconds from the first request at which one was really sent. */
  readonly tries: readonly number[];
  readonly last: Standing | undefined;
}

/** Ten requests a second, each of which fails so, where it is sent. */
function ask(error: Error, seconds: number, { takesMs = 0, origin = 'http://a', meanwhile = () => {} } = {}): Asked {
  const tries: number[] = [];
  let last: Standing | undefined;
  const began = now;
  for (; now < began + seconds * 1_000; now += 100) {
    last = servers.standing(origin);
    if (last !== undefined) continue;
    const begunAt = now;
    tries.push((begunAt - began) / 1_000);
    now += takesMs;
    meanwhile();
    last = servers.failed(origin, error, begunAt);
  }
  return { tries, last };
}

describe('a server that cannot be connected to', () => {
  test('is tried now and then, for all that is asked of it', () => {
    expect(ask(refused, 60).tries).toEqual([0, 1, 2, 3, 4, 5, 6.3, 7.9, 9.9, 12.4, 15.5, 19.4, 24.3, 30.4, 38, 47.5, 59.4]);
  });

  test('is waited for first, then left for later, then counts as absent', () => {
    const standings: string[] = [];
    for (let second = 0; second < 30; second++) standings.push(ask(refused, 1).last?.kind ?? 'asked');
    expect(standings).toEqual([...Array<string>(3).fill('wait'), ...Array<string>(17).fill('away'), ...Array<string>(10).fill('absent')]);
  });

  test('is asked by who was put off when it can be known whether it is absent', () => {
    ask(refused, 6);
    expect(servers.standing('http://a')).toEqual({ kind: 'away', reason: refused.message, afterMs: 14_000 });
    now += 14_000;
    expect(servers.standing('http://a')).toBeUndefined();
    expect(servers.failed('http://a', refused, now)).toEqual({ kind: 'absent', reason: refused.message });
  });

  test('that keeps a request for long is not waited for', () => {
    expect(ask(unanswered, 10, { takesMs: 10_000 }).last).toMatchObject({ kind: 'away', afterMs: 10_000 });
  });

  test('puts off so many requests between two tries, and no more', () => {
    ask(refused, 4.5);
    for (let n = 0; n < 1_000; n++) servers.standing('http://a');
    expect(servers.standing('http://a')?.kind).toBe('wait');
    ask(refused, 2);
    expect(servers.standing('http://a')?.kind).toBe('away');
  });

  test('is no concern of others', () => {
    ask(refused, 30);
    expect(servers.standing('http://b')).toBeUndefined();
  });
});

describe('a server is absent', () => {
  test.each([['refuses', refused], ['has no certificate that is trusted', untrusted], ['has no name that is known', unknown]])('that %s, for a while', (_, error) => {
    expect(ask(error, 20).last?.kind).toBe('away');
    const { last } = ask(error, 5);
    expect(last).toEqual({ kind: 'absent', reason: expect.stringContaining(error.message) as string });
  });

  test('that does not answer while others do', () => {
    expect(ask(unanswered, 50, { takesMs: 10_000, meanwhile: () => servers.answered('http://b') }).last?.kind).toBe('absent');
  });

  test('until it answers', () => {
    ask(refused, 30);
    servers.answered('http://a');
    expect(servers.standing('http://a')).toBeUndefined();
    expect(ask(refused, 1).last?.kind).toBe('wait');
  });

  test('as long as somebody asks for it', () => {
    ask(refused, 30);
    now += 61_000;
    expect(servers.standing('http://a')).toBeUndefined();
    expect(servers.failed('http://a', refused, now)?.kind).toBe('wait');
  });
});

describe('a server is not absent', () => {
  test('where nobody answers: this host may have no network', () => {
    expect(ask(unanswered, 600, { takesMs: 10_000 }).last?.kind).toBe('away');
  });

  test('that refused many at once, and was not asked again', () => {
    for (let n = 0; n < 100; n++) servers.failed('http://a', refused, now);
    now += 30_000;
    expect(servers.failed('http://a', refused, now)?.kind).toBe('away');
  });

  test('that answers now and then', () => {
    for (let n = 0; n < 50; n++) {
      expect(ask(refused, 19).last?.kind).toBe('away');
      servers.answered('http://a');
    }
  });

  test('that is silent: it is left for later', () => {
    expect(ask(silent, 600, { takesMs: 60_000, meanwhile: () => servers.answered('http://b') }).last?.kind).toBe('away');
  });

  test('that is silent about one object, or breaks off', () => {
    expect(ask(silent, 600, { takesMs: 60_000, meanwhile: () => servers.answered('http://a') }).last).toBeUndefined();
    expect(ask(broken, 600).last).toBeUndefined();
  });
});

test('only so many servers are remembered', () => {
  for (let n = 0; n <= 20_000; n++) servers.failed(`http://${n}`, refused, now);
  expect(servers.standing('http://0')).toBeUndefined();
  expect(servers.standing('http://1')?.kind).toBe('wait');
});
