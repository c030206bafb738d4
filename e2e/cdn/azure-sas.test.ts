/** AZURE_SAS_TOKEN: Azurite checks the token, at the account's own host name in the place of a CDN's. */
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { get, never, put } from '@haulier/platform/object-store/contract/fixture.ts';
import type { ObjectStore } from '@haulier/platform/object-store/object-store.ts';
import { LimitersByEndpoint, openStore, type StoreRuntime } from '@haulier/platform/providers/index.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startAzurite, type Azurite } from '../stores/azurite.ts';

let azurite: Azurite;
let container: string;
const opened: ObjectStore[] = [];

beforeAll(async () => {
  azurite = await startAzurite();
  container = await azurite.makeContainer();
}, 300_000);

afterAll(async () => {
  await Promise.all(opened.map((store) => store.close()));
  await azurite.stop();
});

/** A service SAS for reading a container, by "Create a service SAS". */
function sasToken(): string {
  const [{ name, key }] = azurite.accounts;
  const [permissions, version] = ['r', '2019-12-12'];
  const expiry = `${new Date(Date.now() + 3_600_000).toISOString().slice(0, 19)}Z`;
  const text = [permissions, '', expiry, `/blob/${name}/${container}`, '', '', '', version, 'c', '', '', '', '', '', ''].join('\n');
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64');
  return new URLSearchParams({ sv: version, sr: 'c', sp: permissions, se: expiry, sig: signature }).toString();
}

function open(sas: string): ObjectStore {
  const [{ name, key }] = azurite.accounts;
  const { port } = new URL(azurite.url);
  const clock = { now: () => Date.now(), sleep: () => Promise.resolve() };
  const runtime: StoreRuntime = { clock, random: () => 0, uniqueName: randomUUID, limiters: new LimitersByEndpoint({ now: () => 0 }) };
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=${name};AccountKey=${key};BlobEndpoint=${azurite.url}/${name};`;
  const store = openStore({ cloud: 'Azure', region: 'tests', endpoint: azurite.url, addressing: 'path', signature: 'v4' }, {
    bucket: container,
    credentials: { accessKey: name, secretKey: key, connectionString },
    cdn: { cdn: { protocol: 'http', domain: `${name}.blob.localhost:${port}`, authentication: 'azure-sas' }, key: sas },
    runtime,
  });
  opened.push(store);
  return store;
}

test.each(['plain', 'a//b', 'with blank', 'ü🚚+&?'])('%j is read with the token alone', async (key) => {
  const store = open(sasToken());
  const content = randomBytes(100_000);
  await put(store, key, content, { contentType: 'text/css', user: { owner: 'alice' } });
  const { etag = '' } = await store.stat(key, never);
  const { object, bytes } = await get(store, key, { ifMatch: etag });
  expect(bytes.equals(content)).toBe(true);
  expect(object.metadata).toMatchObject({ contentType: 'text/css', user: { owner: 'alice' } });
  expect((await get(store, key, { ifMatch: etag, range: { first: 5, last: 70_000 } })).bytes.equals(content.subarray(5, 70_001))).toBe(true);
});

test('a token that is wrong is refused by the CDN, not by the account', async () => {
  const store = open(sasToken().replace(/sig=..../, 'sig=AAAA'));
  await put(store, 'there', 'x');
  await expect(store.read('there', {}, never)).rejects.toMatchObject({ kind: 'denied', message: expect.stringContaining('the CDN refused GET http://') as string });
});
