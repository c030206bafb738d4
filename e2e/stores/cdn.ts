/** nginx as a CDN in front of a bucket, which lets in what a gate finds to be signed. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/serve.ts';
import { answersAt, bringUp, standScript } from './bed.ts';

export interface TestCdn {
  /** `127.0.0.1:port` */
  readonly domain: string;
  /** The requests it has answered, a line each. */
  log(): Promise<string>;
  /** The targets that were let in. */
  readonly letIn: readonly string[];
  stop(): Promise<void>;
}

/** What a CDN sees of a request before it lets it in. */
export interface Knock {
  readonly method: string;
  /** `http://domain` */
  readonly origin: string;
  readonly target: string;
}

/** @param bucket `http://host:port/bucket`, readable by everybody. */
export async function startCdn(bucket: string, isSigned: (knock: Knock) => boolean): Promise<TestCdn> {
  const root = await mkdtemp(join(tmpdir(), 'haulier-cdn-'));
  const port = await freePort();
  const domain = `127.0.0.1:${port}`;
  const letIn: string[] = [];
  const gate = createServer((request, response) => {
    const { 'x-target': target, 'x-method': method } = request.headers;
    const signed = typeof target === 'string' && typeof method === 'string' && isSigned({ method, origin: `http://${domain}`, target });
    if (signed) letIn.push(target);
    response.writeHead(signed ? 200 : 403).end();
  });
  await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve));
  const settings = { ROOT: root, PORT: String(port), GATE: `http://127.0.0.1:${(gate.address() as AddressInfo).port}`, ORIGIN: bucket };
  const nginx = await bringUp('nginx as a CDN', () => standScript('start-cdn.sh', settings, () => answersAt(`http://${domain}/`)));
  return {
    domain,
    letIn,
    log: () => readFile(join(root, 'access.log'), 'utf8'),
    async stop() {
      await nginx.stop();
      gate.closeAllConnections();
      await new Promise((resolve) => gate.close(resolve));
      await rm(root, { recursive: true, force: true });
    },
  };
}
