import { beforeEach, describe, expect, test } from 'vitest';
import { HttpError } from '@haulier/lib/http/http-error.ts';
import { AbsentServers } from './absent-servers.ts';

const refused = new HttpError('connect', 'connect ECONNREFUSED 127.0.0.1:1');
const unanswered = new HttpError('connect', 'no connection within 10000 ms');
const untrusted = new HttpError('tls', 'self-signed certificate');
const silent = new HttpError('timeout', 'silent for 60000 ms');

let now: number;
let servers: AbsentServers;

beforeEach(() => {
  now = 1_000_000;
  servers = new AbsentServers(() => now);
});

/** A failure every two seconds, unless the server counts as absent; how many requests were made. */
function requests(error: Error, seconds: number, meanwhile: () => void = () => {}): number {
  let made = 0;
  for (const end = now + seconds * 1_000; now < end; now += 2_000) {
    if (servers.absence('http://a') !== undefined) continue;
    made++;
    servers.failed('http://a', error);
    meanwhile();
  }
  return made;
}

describe('a server is absent', () => {
  test.each([['refuses', refused], ['has no certificate that is trusted', untrusted]])('that %s again and again, for a while', (_, error) => {
    expect(requests(error, 20)).toBe(10);
    requests(error, 2);
    expect(servers.absence('http://a')).toContain(error.message);
    expect(servers.absence('http://b')).toBeUndefined();
  });

  test('that does not answer while others do', () => {
    requests(unanswered, 24, () => servers.answered('http://b'));
    expect(servers.absence('http://a')).toBeDefined();
  });

  test('but for a look now and then, until it answers', () => {
    requests(refused, 20);
    expect(requests(refused, 60)).toBe(4);
    servers.answered('http://a');
    expect(servers.absence('http://a')).toBeUndefined();
  });

  test('as long as somebody asks for it', () => {
    requests(refused, 22);
    expect(servers.absence('http://a')).toBeDefined();
    now += 31_000;
    expect(requests(refused, 20)).toBe(10);
  });
});

describe('a server is not absent', () => {
  test('where nobody answers: this host may have no network', () => {
    servers.answered('http://b');
    now += 1_000;
    expect(requests(unanswered, 600)).toBe(300);
  });

  test('that is slow, or breaks off', () => {
    expect(requests(silent, 600, () => servers.answered('http://b'))).toBe(300);
  });

  test('that answers now and then', () => {
    for (let n = 0; n < 50; n++) {
      requests(refused, 18);
      servers.answered('http://a');
    }
    expect(servers.absence('http://a')).toBeUndefined();
  });

  test('that has refused many at once, a moment ago', () => {
    for (let n = 0; n < 100; n++) servers.failed('http://a', refused);
    expect(servers.absence('http://a')).toBeUndefined();
  });
});
