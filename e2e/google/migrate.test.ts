/** `haulier migrate` from Google's own emulator, with the key file of a service account, into a folder. */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { md5Hex, pattern } from '@haulier/platform/object-store/contract/fixture.ts';
import type { ObjectStore } from '@haulier/platform/object-store/object-store.ts';
import { google } from '@haulier/platform/providers/google/provider.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contents, expectSame, MiB, never, put } from '../cli/migrate-setting.ts';
import { startGcs, type Gcs } from '../stores/gcs.ts';
import { FolderTarget } from '../support/folder-target.ts';

let gcs: Gcs;
let target: FolderTarget;
let from: ObjectStore;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  gcs = await startGcs();
  target = await FolderTarget.create({ cloud: 'Google', region: 'emulator', endpoint: gcs.url, addressing: 'path' }, ['PRIVATE KEY', 'token-1']);
  environment = { HAULIER_SRC_JSON_AUTH_FILE: join(target.folder, 'key.json') };
  await writeFile(join(target.folder, 'key.json'), gcs.keyFile, { mode: 0o600 });
  const entry = { cloud: 'Google', region: 'emulator', endpoint: gcs.url, addressing: 'path', signature: 'v4' } as const;
  from = google.openStore(entry, { bucket: `test-${randomUUID()}`, credentials: { accessKey: '', secretKey: '', jsonAuthFile: gcs.keyFile }, runtime: { clock: { now: () => Date.now() }, uniqueName: () => randomUUID() } });
}, 600_000);

afterAll(async () => {
  await from.close();
  await gcs.stop();
  await target.remove();
});

describe('a bucket', () => {
  const packed = gzipSync('what gzip means is for who reads it to undo');

  test('arrives whole over many pages, gzip as it is stored, and is skipped whole the next time', async () => {
    const world = new Map<string, Buffer>(Array.from({ length: 1_020 }, (_, n) => [`many/${n} ü+%`, pattern(n, n)] as const));
    world.set('large', pattern(33 * MiB)).set('packed.txt', packed).set('empty', Buffer.alloc(0));
    await Promise.all([...world].map(([key, content]) => put(from, key, content, { contentType: 'text/x-odd', ...(key === 'packed.txt' ? { contentEncoding: 'gzip' } : {}), user: { town: 'Köln' } })));
    const source = `google:emulator/${from.location.bucket}`;
    expect(await target.migrate(source, 'whole', environment)).toMatchObject({ code: 0, summary: { result: 'arrived', succeeded: { objects: world.size }, failed: { objects: 0 } } });
    const to = target.store('whole');
    expectSame(await contents(to), world);
    expect(await to.stat('packed.txt', never)).toMatchObject({ etag: md5Hex(packed), metadata: { contentType: 'text/x-odd', contentEncoding: 'gzip', user: { town: 'Köln' } } });
    expect(await target.migrate(source, 'whole', environment)).toMatchObject({ code: 0, summary: { result: 'arrived', succeeded: { objects: 0 }, skipped: { objects: world.size } } });
  });

  test('was read with one token a run, for the service account', () => {
    // One of this test's own store, and one of each run.
    expect(gcs.claims.map(({ iss }) => iss)).toEqual(Array.from({ length: 3 }, () => 'mover@demo-project.iam.gserviceaccount.com'));
  });
});

test('a key that is not the account’s reads nothing', async () => {
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
  const file = JSON.parse(gcs.keyFile) as Readonly<Record<string, string>>;
  await writeFile(join(target.folder, 'other.json'), JSON.stringify({ ...file, private_key: key }));
  const { code, summary } = await target.migrate(`google:emulator/${from.location.bucket}`, 'nothing', { HAULIER_SRC_JSON_AUTH_FILE: join(target.folder, 'other.json') });
  expect({ code, summary }).toMatchObject({ code: 1, summary: { result: 'broken', error: { side: 'source', failure: 'bad-credentials' } } });
  expect(summary.error?.message).toContain('invalid_grant');
});
