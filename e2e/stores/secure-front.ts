/** TLS in front of a server of the tests, with a certificate authority of its own, as clouds have it. Can be told to hold answers back. */
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { authorityCertificate, newKeyPair, peerCertificate, type Authority } from '@haulier/lib/x509/certificate.ts';

const validity = { from: Date.now() - 60_000, to: Date.now() + 3_600_000 };

export interface FrontAuthority extends Authority {
  /** PEM. */
  readonly certificate: string;
}

export async function newFrontAuthority(): Promise<FrontAuthority> {
  const authority = { name: 'a cloud of the tests', keys: await newKeyPair() };
  return { ...authority, certificate: authorityCertificate(authority, validity) };
}

export interface SecureFront extends AsyncDisposable {
  /** `https://localhost:port`. */
  readonly origin: string;
  /** Called when the server has answered and before the answer is passed on. */
  answered: (asked: IncomingMessage, status: number) => Promise<void> | void;
}

/** @param upstream `http://host:port` */
export async function openSecureFront(authority: FrontAuthority, upstream: string): Promise<SecureFront> {
  const { publicKey, privateKey } = await newKeyPair();
  const options = { key: privateKey.export({ type: 'pkcs8', format: 'pem' }), cert: peerCertificate(authority, 'localhost', publicKey, validity) };
  const server = createServer(options, (asked, answer) => {
    const passed = request(new URL(asked.url ?? '/', upstream), { method: asked.method ?? 'GET', headers: { ...asked.headers, host: new URL(upstream).host } }, (found) => {
      void Promise.resolve(front.answered(asked, found.statusCode ?? 0)).then(() => {
        answer.writeHead(found.statusCode ?? 502, found.headers);
        found.pipe(answer);
      });
    });
    passed.on('error', () => answer.destroy());
    asked.pipe(passed);
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const front: SecureFront = {
    origin: `https://localhost:${(server.address() as AddressInfo).port}`,
    answered() {},
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return front;
}
