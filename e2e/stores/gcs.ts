/** Google's emulator of Cloud Storage, and a server that gives tokens to a service account as Google's does. */
import { generateKeyPairSync, verify, type KeyObject } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/serve.ts';
import { answersAt, bringUp, standScript } from './bed.ts';

export interface Gcs {
  readonly url: string;
  /** Of a service account, whose token_uri leads to the token server. */
  readonly keyFile: string;
  /** What was asked of the token server: the claims of each assertion. */
  readonly claims: readonly Readonly<Record<string, unknown>>[];
  stop(): Promise<void>;
}

export async function startGcs(): Promise<Gcs> {
  const folder = await mkdtemp(join(tmpdir(), 'haulier-gcs-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const emulator = await bringUp('Cloud Storage', () => standScript('start-gcs.sh', { DATA: folder, PORT: String(port) }, () => answersAt(url)));
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const claims: Record<string, unknown>[] = [];
  const tokens = await startTokens(publicKey, claims);
  return {
    url,
    claims,
    keyFile: JSON.stringify({
      type: 'service_account', project_id: 'demo-project', private_key_id: 'kid-1', private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }), client_email: 'mover@demo-project.iam.gserviceaccount.com', token_uri: tokens.uri,
    }),
    async stop() {
      await tokens.stop();
      await emulator.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Checks an assertion as the documentation says, and what it checks is an error like Google's. */
async function startTokens(publicKey: KeyObject, seen: Record<string, unknown>[]): Promise<{ readonly uri: string; stop(): Promise<void> }> {
  let uri = '';
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      const [header = '', body = '', signature = ''] = (form.get('assertion') ?? '').split('.');
      const signed = verify('sha256', Buffer.from(`${header}.${body}`), publicKey, Buffer.from(signature, 'base64url'));
      const told = JSON.parse(Buffer.from(body, 'base64url').toString() || '{}') as Record<string, unknown>;
      const fits = request.method === 'POST' && form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer' && told['aud'] === uri;
      response.setHeader('content-type', 'application/json');
      if (signed && fits) {
        seen.push(told);
        response.end(JSON.stringify({ access_token: `token-${seen.length}`, expires_in: 3599, token_type: 'Bearer' }));
      } else {
        response.writeHead(400).end(JSON.stringify({ error: 'invalid_grant', error_description: 'Invalid JWT Signature.' }));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  uri = `http://127.0.0.1:${address.port}/token`;
  return {
    uri,
    stop: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
  };
}
