import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { authorityCertificate, newKeyPair, peerCertificate } from '@haulier/lib/x509/certificate.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exchange } from './exchange.ts';

const validity = { from: Date.now() - 60_000, to: Date.now() + 3_600_000 };
const never = new AbortController().signal;
let ca: string;
let otherCa: string;
let port: number;
let close: () => Promise<unknown>;

beforeAll(async () => {
  const [authority, other] = [{ name: 'a cloud', keys: await newKeyPair() }, { name: 'another cloud', keys: await newKeyPair() }];
  [ca, otherCa] = [authorityCertificate(authority, validity), authorityCertificate(other, validity)];
  const { publicKey, privateKey } = await newKeyPair();
  const options = { key: privateKey.export({ type: 'pkcs8', format: 'pem' }), cert: peerCertificate(authority, 'localhost', publicKey, validity) };
  const server = createServer(options, (request, response) => {
    void (async () => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      response.writeHead(201, { 'x-subject-token': 'abc' }).end(JSON.stringify({ path: request.url, body }));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  ({ port } = server.address() as AddressInfo);
  close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
});
afterAll(() => close());

const ask = (options: { readonly ca?: string }, host = 'localhost') => exchange({ method: 'POST', url: `https://${host}:${port}/v3/auth/tokens`, headers: {}, body: { ä: 1 }, ...options }, never);

test('a cloud with an authority of its own is asked where that is named', async () => {
  expect(await ask({ ca })).toMatchObject({ status: 201, headers: { 'x-subject-token': 'abc' }, body: { path: '/v3/auth/tokens', body: '{"ä":1}' } });
});

test.each([['no authority', () => ({})], ['another one', () => ({ ca: otherCa })]])('it is not trusted where %s is named, and what to do is said', async (_, options) => {
  await expect(ask(options())).rejects.toMatchObject({ kind: 'unavailable', message: 'the cloud that keeps the disk does not answer', detail: expect.stringMatching(/^localhost:\d+: .*name the file with the cloud's authority as caFile/) as string });
});

test('a certificate of another name is not trusted', async () => {
  await expect(ask({ ca }, '127.0.0.1')).rejects.toMatchObject({ kind: 'unavailable', detail: expect.stringMatching(/not in the cert's list|altnames/) as string });
});

test('nobody there is told by its address', async () => {
  await expect(exchange({ method: 'GET', url: 'http://127.0.0.1:9/v3', headers: {} }, never)).rejects.toMatchObject({ kind: 'unavailable', detail: '127.0.0.1:9: connect ECONNREFUSED 127.0.0.1:9' });
});

test('the reason of an aborted signal is what it fails with', async () => {
  await expect(exchange({ method: 'GET', url: `https://localhost:${port}/`, headers: {} }, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
});
