/** Azurite, Microsoft's emulator of Azure Blob Storage, with two accounts. */
import { createHmac, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/serve.ts';
import { answersAt, bringUp, standScript } from './bed.ts';

export interface AzuriteAccount {
  readonly name: string;
  /** Base64. */
  readonly key: string;
}

export interface Azurite {
  /** Without an account. */
  readonly url: string;
  readonly accounts: readonly [AzuriteAccount, AzuriteAccount];
  /** A new container of the first account, made without the code under test. */
  makeContainer(): Promise<string>;
  /** Sends a signed request to the first account; for what no store does. */
  request(method: string, path: string, query: Readonly<Record<string, string>>, headers?: Readonly<Record<string, string>>, body?: Uint8Array): Promise<Response>;
  stop(): Promise<void>;
}

const accounts = [
  { name: 'alice', key: Buffer.from('alice and her key of 32 bytes...').toString('base64') },
  { name: 'bob', key: Buffer.from('bob and his key of 32 bytes.....').toString('base64') },
] as const;

const VERSION = '2021-12-02';

export async function startAzurite(): Promise<Azurite> {
  const folder = await mkdtemp(join(tmpdir(), 'haulier-azurite-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const settings = { DATA: folder, PORT: String(port), ACCOUNTS: accounts.map(({ name, key }) => `${name}:${key}`).join(';') };
  const azurite = await bringUp('Azurite', () => standScript('start-azurite.sh', settings, () => answersAt(url)));
  const request: Azurite['request'] = async (method, path, query, headers = {}, body) => {
    const [{ name, key }] = accounts;
    const all = { ...headers, 'x-ms-date': new Date().toUTCString(), 'x-ms-version': VERSION };
    const names = Object.keys(query).toSorted();
    const own = Object.entries(all).filter(([header]) => header.startsWith('x-ms-')).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([header, value]) => `${header}:${value}\n`).join('');
    const length = body === undefined || body.byteLength === 0 ? '' : String(body.byteLength);
    const target = `/${name}${path}`;
    const text = `${method}\n\n\n${length}\n\n${headers['content-type'] ?? ''}\n\n\n\n\n\n\n${own}/${name}${target}${names.map((one) => `\n${one}:${query[one]}`).join('')}`;
    const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64');
    const response = await fetch(`${url}${target}?${new URLSearchParams(query).toString()}`, { method, headers: { ...all, authorization: `SharedKey ${name}:${signature}` }, ...(body === undefined ? {} : { body: new Uint8Array(body) }) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  return {
    url,
    accounts,
    request,
    async makeContainer() {
      const container = `test-${randomUUID()}`;
      await request('PUT', `/${container}`, { restype: 'container' });
      return container;
    },
    async stop() {
      await azurite.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
