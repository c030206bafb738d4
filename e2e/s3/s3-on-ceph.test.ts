/** What the S3 provider does beyond the contract, on Ceph. */
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { bytesSource, collectBytes, type ByteSource } from '@haulier/lib/bytes/byte-stream.ts';
import { HttpClient } from '@haulier/lib/http/http-client.ts';
import { listKeys, never, noMetadata, pattern, put } from '@haulier/platform/object-store/contract/fixture.ts';
import { isFailure } from '@haulier/platform/object-store/failure.ts';
import type { ObjectStore } from '@haulier/platform/object-store/object-store.ts';
import type { S3Config } from '@haulier/platform/providers/s3/s3-store.ts';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeBucket, startRgw, type Rgw } from '../stores/rgw.ts';
import { storeOn } from './rgw-stores.ts';

const run = promisify(execFile);
const HOUR = 3_600_000;
let rgw: Rgw;
let ca: string;
const open: ObjectStore[] = [];

beforeAll(async () => {
  rgw = await startRgw();
  ca = await readFile(rgw.ca, 'utf8');
}, 600_000);

afterEach(async () => {
  await Promise.all(open.splice(0).map((store) => store.close()));
});

async function store(config: Partial<S3Config> = {}, tls = false): Promise<ObjectStore> {
  const made = storeOn(rgw, config.bucket ?? (await makeBucket(rgw)), { tls, config });
  open.push(made);
  return made;
}

async function admin(...args: string[]): Promise<void> {
  await run('radosgw-admin', args, { env: { ...process.env, CEPH_CONF: rgw.cephConf } });
}

describe('copies from bucket to bucket', () => {
  test.each([[false], [true]])('of many sizes at once arrive byte for byte (TLS: %s)', async (tls) => {
    const config = tls ? { ca } : {};
    const [from, to] = [await store(config, tls), await store(config, tls)];
    const sizes = [0, 1, 4096, 15_000, 16_384, 65_536, 300_000, 1_048_576, 3_000_000, 9_000_001];
    const contents = new Map(sizes.flatMap((size) => [1, 2, 3].map((n) => [`${size}-${n}`, randomBytes(size)] as const)));
    await Promise.all([...contents].map(([key, bytes]) => put(from, key, bytes)));
    await Promise.all([...contents.keys()].map(async (key) => {
      const { object, body } = await from.read(key, {}, never);
      expect((await to.write(key, body, { metadata: object.metadata }, never)).etag).toBe(object.etag);
    }));
    for (const [key, bytes] of contents) {
      const { body } = await to.read(key, {}, never);
      expect((await collectBytes(body, bytes.byteLength)).equals(bytes), key).toBe(true);
    }
  });

  test('through one shared client never wait for each other', async () => {
    const client = new HttpClient({ origin: rgw.endpoint, maxConnections: 2 });
    const [from, to] = [await store({ client }), await store({ client })];
    const keys = Array.from({ length: 30 }, (_, n) => `key-${n}`);
    await Promise.all(keys.map((key) => put(from, key, pattern(200_000))));
    await Promise.all(keys.map(async (key) => to.write(key, (await from.read(key, {}, never)).body, { metadata: noMetadata }, never)));
    expect(await listKeys(to)).toEqual(keys.toSorted());
    client.close();
  });

  test('in parts of ranged reads make the same object', async () => {
    const [from, to] = [await store(), await store()];
    const bytes = randomBytes(12_000_000);
    const { etag } = await put(from, 'large', bytes);
    const upload = await to.multipart?.create('large', { metadata: noMetadata }, never);
    if (upload === undefined || to.multipart === undefined || etag === undefined) throw new Error('no multipart');
    const { multipart } = to;
    const parts = await Promise.all([0, 1, 2].map(async (index) => {
      const range = { first: index * 5_242_880, last: Math.min((index + 1) * 5_242_880, bytes.byteLength) - 1 };
      const { body } = await from.read('large', { range, ifMatch: etag }, never);
      return multipart.writePart(upload, index + 1, body, never);
    }));
    await multipart.complete(upload, parts, never);
    const digest = createHash('md5');
    await (await to.read('large', {}, never)).body.pipe({ write: (chunk) => void digest.update(chunk) });
    expect(digest.digest('hex')).toBe(createHash('md5').update(bytes).digest('hex'));
  });
});

describe('buckets in the host name', () => {
  test.each(['v4', 'v2'] as const)('are found under their own certificate, with %s', async (signature) => {
    const endpoint = rgw.tlsEndpoint.replace('127.0.0.1', 's3.localhost');
    const hosted = await store({ endpoint, ca, signature, addressing: 'virtual-host' });
    await put(hosted, '../x//y', 'content');
    expect(await listKeys(hosted)).toEqual(['../x//y']);
    expect((await hosted.stat('../x//y', never)).size).toBe(7);
    const upload = await hosted.multipart?.create('part', { metadata: noMetadata }, never);
    expect(await hosted.multipart?.uploadsOf('part', never)).toMatchObject([{ uploadId: upload?.uploadId }]);
  });
});

describe('refusals', () => {
  test('of the bucket are told apart', async () => {
    const bucket = await makeBucket(rgw);
    const kind = async (config: Partial<S3Config>, tls = false): Promise<string> => {
      const checked = (await store({ bucket, ...config }, tls)).checkBucket(never);
      return checked.then(() => 'none', (error: unknown) => (isFailure(error) ? error.kind : 'no failure of a store'));
    };
    expect(await kind({})).toBe('none');
    expect(await kind({ credentials: { accessKey: 'nobody', secretKey: 'x' } })).toBe('bad-credentials');
    expect(await kind({ credentials: { ...rgw.users[0], secretKey: 'x' } })).toBe('bad-credentials');
    expect(await kind({ credentials: rgw.users[1] })).toBe('denied');
    expect(await kind({}, true)).toBe('unreachable');
    expect(await kind({ endpoint: 'http://127.0.0.1:9' })).toBe('unreachable');
  });

  test('of an upload come before it is over and carry the store\'s code', async () => {
    const foreign = await store({ bucket: await makeBucket(rgw), credentials: rgw.users[1] });
    const endless: ByteSource = { length: 1e9, discard() {}, async pipe(sink) {
      for (let sent = 0; sent < 1e9; sent += 1e6) await sink.write(Buffer.alloc(1e6));
    } };
    await expect(foreign.write('x', endless, { metadata: noMetadata }, never)).rejects.toMatchObject({ kind: 'denied', code: 'AccessDenied' });
  });

  test('for want of room are full', async () => {
    const bucket = await makeBucket(rgw);
    await admin('quota', 'set', '--quota-scope=bucket', `--bucket=${bucket}`, '--max-objects=1');
    await admin('quota', 'enable', '--quota-scope=bucket', `--bucket=${bucket}`);
    const small = await store({ bucket });
    const fill = async (): Promise<void> => {
      for (let n = 0; n < 20; n++) await put(small, `key-${n}`, 'x');
    };
    await expect(fill()).rejects.toMatchObject({ kind: 'full', status: 403 });
  });

  test('of a suspended account are bad credentials', async () => {
    const credentials = { accessKey: 'AKIDSUSPENDED00000001', secretKey: 'suspended' };
    await admin('user', 'create', '--uid=suspended', '--display-name=S', `--access-key=${credentials.accessKey}`, `--secret=${credentials.secretKey}`).catch(() => undefined);
    await admin('user', 'suspend', '--uid=suspended');
    await expect((await store({ credentials, bucket: 'any' })).checkBucket(never)).rejects.toMatchObject({ kind: 'bad-credentials' });
  });
});

describe('clocks', () => {
  test.each([-HOUR, HOUR])('that differ by %i ms are learnt from the refusal', async (skew) => {
    const skewed = await store({ now: () => Date.now() + skew });
    await skewed.checkBucket(never);
    await put(skewed, 'x', 'content');
    expect((await skewed.stat('x', never)).size).toBe(7);
  });

  test('are learnt during a write too, which its caller then repeats', async () => {
    const skewed = await store({ now: () => Date.now() - HOUR });
    const write = (): Promise<unknown> => skewed.write('x', bytesSource(Buffer.from('content')), { metadata: noMetadata }, never);
    await expect(write()).rejects.toMatchObject({ kind: 'transient', code: 'RequestTimeTooSkewed' });
    await write();
  });
});

describe('options', () => {
  test('name a storage class', async () => {
    const classes = await store();
    await classes.write('cold', bytesSource(Buffer.from('x')), { metadata: noMetadata, storageClass: 'STANDARD_IA' }, never);
    expect((await classes.stat('cold', never)).storageClass).toBe('STANDARD_IA');
    expect((await classes.list({ prefix: '', from: { kind: 'start' } }, never)).objects[0]?.storageClass).toBe('STANDARD_IA');
  });

  test('encrypt with a key, which makes the ETag opaque', async () => {
    const secret = await store();
    await secret.write('secret', bytesSource(Buffer.from('x')), { metadata: noMetadata, encryption: { kind: 'kms', keyId: 'testkey-1' } }, never);
    expect((await secret.stat('secret', never)).keyEncrypted).toBe(true);
    expect((await collectBytes((await secret.read('secret', {}, never)).body, 10)).toString()).toBe('x');
  });

  test('sign the bytes of objects too', async () => {
    const signed = await store({ payloadSigning: 'signed' });
    await put(signed, 'x', pattern(100_000));
    expect((await collectBytes((await signed.read('x', {}, never)).body, 100_000)).equals(pattern(100_000))).toBe(true);
  });

  test('let the requester pay', async () => {
    const paying = await store({ requesterPays: true });
    await put(paying, 'x', 'content');
    expect(await listKeys(paying)).toEqual(['x']);
  });
});
