/** `haulier migrate` from Azurite: the real command, into a folder. */
import { oddKeys } from '@haulier/platform/object-store/contract/odd-keys.ts';
import { pattern } from '@haulier/platform/object-store/contract/fixture.ts';
import type { StoreCredentials } from '@haulier/platform/object-store/credentials.ts';
import type { ObjectStore } from '@haulier/platform/object-store/object-store.ts';
import { azure } from '@haulier/platform/providers/azure/provider.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contents, expectSame, MiB, never, put } from '../cli/migrate-setting.ts';
import { startAzurite, type Azurite } from '../stores/azurite.ts';
import { FolderTarget } from '../support/folder-target.ts';
import { accountSignature } from './signature.ts';

const runtime = { clock: { now: () => Date.now() }, uniqueName: () => 'unused' };
const open: ObjectStore[] = [];
let azurite: Azurite;
let target: FolderTarget;

beforeAll(async () => {
  azurite = await startAzurite();
  target = await FolderTarget.create({ cloud: 'Azure', region: 'azurite', endpoint: azurite.url, addressing: 'path' }, [azurite.accounts[0].key, 'sig=']);
}, 600_000);

afterAll(async () => {
  await Promise.all(open.map((store) => store.close()));
  await azurite.stop();
  await target.remove();
});

async function container(): Promise<ObjectStore> {
  const [{ name, key }] = azurite.accounts;
  const entry = { cloud: 'Azure', region: 'azurite', endpoint: azurite.url, addressing: 'path', signature: 'v4' } as const;
  const credentials: StoreCredentials = { accessKey: name, secretKey: key };
  const store = azure.openStore(entry, { bucket: await azurite.makeContainer(), credentials, runtime });
  open.push(store);
  return store;
}

const named = ({ location: { bucket } }: ObjectStore): string => `azure:azurite/${bucket}`;

function keys(): Readonly<Record<string, string>> {
  const [{ name, key }] = azurite.accounts;
  return { HAULIER_SRC_ACCESS_KEY: name, HAULIER_SRC_SECRET_KEY: key };
}

function connectionString(): string {
  const [{ name, key }] = azurite.accounts;
  return `DefaultEndpointsProtocol=http;AccountName=${name};AccountKey=${key};BlobEndpoint=${azurite.url}/${name};`;
}

describe('a container', () => {
  test('arrives whole over many pages, with metadata, and is skipped whole the next time', async () => {
    const from = await container();
    // What Azurite damages, and what a folder takes for one name.
    const odd = oddKeys.filter((key) => /^[\x20-\x5b\x5d-\x7e]+$/.test(key) && Buffer.byteLength(key) < 200);
    const world = new Map([...odd.map((key, n) => [key, pattern(n * 41, n)] as const), ...Array.from({ length: 950 }, (_, n) => [`many/${n}`, Buffer.from(`${n}`)] as const)]);
    world.set('large', pattern(33 * MiB));
    await Promise.all([...world].map(([key, bytes]) => put(from, key, bytes, { contentType: 'text/x-odd', user: { town: 'Köln' } })));

    const first = await target.migrate(named(from), 'whole', { HAULIER_SRC_CONNECTION_STRING: connectionString() });
    expect(first).toMatchObject({ code: 0, summary: { result: 'arrived', succeeded: { objects: world.size }, failed: { objects: 0 }, failures: [] } });
    const to = target.store('whole');
    expectSame(await contents(to), world);
    expect((await to.stat('many/7', never)).metadata).toMatchObject({ contentType: 'text/x-odd', user: { town: 'Köln' } });

    const again = await target.migrate(named(from), 'whole', keys());
    expect(again).toMatchObject({ code: 0, summary: { result: 'arrived', succeeded: { objects: 0 }, skipped: { objects: world.size } } });
  });

  test('gives pages and appended blocks as plain objects, no snapshots, and says what is archived', async () => {
    const from = await container();
    const path = (name: string): string => `/${from.location.bucket}/${name}`;
    const pages = pattern(512);
    await azurite.request('PUT', path('pages'), {}, { 'x-ms-blob-type': 'PageBlob', 'x-ms-blob-content-length': '512' });
    await azurite.request('PUT', path('pages'), { comp: 'page' }, { 'x-ms-page-write': 'update', 'x-ms-range': 'bytes=0-511' }, pages);
    await azurite.request('PUT', path('appended'), {}, { 'x-ms-blob-type': 'AppendBlob' });
    await azurite.request('PUT', path('appended'), { comp: 'appendblock' }, {}, Buffer.from('one, '));
    await azurite.request('PUT', path('appended'), { comp: 'appendblock' }, {}, Buffer.from('two'));
    await azurite.request('PUT', path('appended'), { comp: 'snapshot' });
    await put(from, 'cold', 'in the archive');
    await azurite.request('PUT', path('cold'), { comp: 'tier' }, { 'x-ms-access-tier': 'Archive' });
    expect(await from.stat('cold', never)).toMatchObject({ archived: true, storageClass: 'Archive' });

    const [account] = azurite.accounts;
    const signature = { HAULIER_SRC_ACCESS_KEY: account.name, HAULIER_SRC_SECURITY_TOKEN: accountSignature(account, Date.now() + 600_000) };
    const first = await target.migrate(named(from), 'kinds', signature);
    expect(first).toMatchObject({ code: 1, summary: { result: 'incomplete', succeeded: { objects: 2 }, failed: { objects: 1 }, failures: [{ key: 'cold' }] } });
    expect(first.summary.failures[0]?.reason).toMatch(/archive/i);
    const world = new Map([['pages', pages], ['appended', Buffer.from('one, two')]]);
    expectSame(await contents(target.store('kinds')), world);

    expect(await from.restore?.request('cold', 1, never)).toBe('requested');
    await expect.poll(async () => (await from.stat('cold', never)).archived, { timeout: 10_000 }).toBe(false);
    expect(await target.migrate(named(from), 'kinds', signature)).toMatchObject({ code: 0, summary: { succeeded: { objects: 1 }, skipped: { objects: 2 } } });
    expectSame(await contents(target.store('kinds')), world.set('cold', Buffer.from('in the archive')));
  });

  test('stays closed to a signature that is past its time', async () => {
    const [account] = azurite.accounts;
    const signature = { HAULIER_SRC_ACCESS_KEY: account.name, HAULIER_SRC_SECURITY_TOKEN: accountSignature(account, Date.now() - 600_000) };
    expect(await target.migrate(named(await container()), 'never', signature)).toMatchObject({ code: 1, summary: { result: 'broken', error: { side: 'source', failure: 'expired-credentials' } } });
  });
});
