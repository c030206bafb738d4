/** nginx as the web server that lists of URLs lead to. */
import { mkdir, mkdtemp, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from '../support/serve.ts';
import { bringUp, standScript } from './bed.ts';

export interface Nginx {
  /** What its paths do is said in `start-nginx.sh`. */
  readonly url: string;
  /** With a certificate for localhost and 127.0.0.1 that the CA of `tls` vouches for. */
  readonly tlsUrl: string;
  /** With a certificate that nobody vouches for. */
  readonly selfSignedUrl: string;
  /** Puts a file below `files/`, so many seconds old; one that is there is replaced at once. */
  put(name: string, content: Uint8Array | string, age?: number): Promise<void>;
  /** The requests it has answered, a line each. */
  log(): Promise<string>;
  stop(): Promise<void>;
}

/** @param tls a folder with `server.crt` and `server.key`. */
export async function startNginx(tls: string): Promise<Nginx> {
  const root = await mkdtemp(join(tmpdir(), 'haulier-nginx-'));
  const [port, tlsPort, selfSignedPort] = [await freePort(), await freePort(), await freePort()];
  const settings = { ROOT: root, HTTP_PORT: String(port), HTTPS_PORT: String(tlsPort), SELF_SIGNED_PORT: String(selfSignedPort), TLS: tls };
  const nginx = await bringUp('nginx', () => standScript('start-nginx.sh', settings, () => isOpen(port)));
  return {
    url: `http://127.0.0.1:${port}`,
    tlsUrl: `https://127.0.0.1:${tlsPort}`,
    selfSignedUrl: `https://127.0.0.1:${selfSignedPort}`,
    async put(name, content, age = 3_600) {
      const path = join(root, 'files', name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(`${path}.new`, content);
      const modified = Math.floor(Date.now() / 1000) - age;
      await utimes(`${path}.new`, modified, modified);
      await rename(`${path}.new`, path);
    },
    log: () => readFile(join(root, 'access.log'), 'utf8'),
    async stop() {
      await nginx.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** Without a line in its log. */
function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
