import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { StoreCredentials } from '../../object-store/credentials.ts';
import { get, never } from '../../object-store/contract/fixture.ts';
import { oddKeys } from '../../object-store/contract/odd-keys.ts';
import type { ArchiveRestore, ObjectStore } from '../../object-store/object-store.ts';
import { atEnd, fakeServer, type FakeAnswer, type SeenRequest } from '../s3/testing/fake-server.ts';
import { baidu } from './provider.ts';

const now = Date.UTC(2026, 0, 1);
const expiry = 'Fri, 09 Jan 2026 00:00:00 GMT';
type State = 'standard' | 'archived' | 'restoring' | 'restored';

/** One object in both APIs of BOS, each at its own host: the native one checks what it is asked and how that is signed. */
class Bos {
  state: State = 'archived';
  /** Answered to a restore in place of doing it. */
  refusal: FakeAnswer | undefined;
  /** How a read of the archive is refused. */
  readonly unread: FakeAnswer = { status: 400, body: '<Error><Code>NotInAnyDocument</Code></Error>' };
  readonly natives: string[] = [];
  /** Asked for by the last restore. */
  days: unknown;
  readonly #credentials: StoreCredentials;

  constructor(credentials: StoreCredentials) {
    this.#credentials = credentials;
  }

  answer(request: SeenRequest): FakeAnswer {
    const host = request.headers.host ?? '';
    return host.startsWith('s3.bj.bcebos.com:') ? this.#s3(request) : this.#native(request, host);
  }

  #s3({ method }: SeenRequest): FakeAnswer {
    if (method === 'POST') return { status: 501, body: '<Error><Code>NotImplemented</Code></Error>' };
    const unreadable = this.state === 'archived' || this.state === 'restoring';
    if (method === 'GET' && unreadable) return this.unread;
    return { headers: { 'x-amz-storage-class': this.#storageClass(), 'x-amz-meta-a': 'b' }, body: method === 'GET' ? 'content' : '' };
  }

  #native({ method, target, headers, body }: SeenRequest, host: string): FakeAnswer {
    if (!host.startsWith('b.bj.bcebos.com:')) return refused(400, 'InvalidURI');
    if (headers.authorization !== this.#authorization(method, target, headers)) return refused(403, 'SignatureDoesNotMatch');
    if (headers['x-bce-security-token'] !== this.#credentials.securityToken) return refused(403, 'AccessDenied');
    this.natives.push(`${method} ${target}`);
    if (method === 'HEAD') return { headers: { 'x-bce-storage-class': this.#storageClass(), ...this.#restore() } };
    if (method !== 'POST' || !target.endsWith('?restore=') || headers['content-length'] !== '0' || body !== '') return refused(400, 'InvalidArgument');
    if (headers['x-bce-restore-tier'] !== 'Standard') return refused(400, 'InvalidArgument');
    this.days = headers['x-bce-restore-days'];
    if (this.refusal !== undefined) return this.refusal;
    this.state = 'restoring';
    return {};
  }

  #storageClass(): string {
    return this.state === 'standard' ? 'STANDARD' : 'ARCHIVE';
  }

  #restore(): Readonly<Record<string, string>> {
    if (this.state === 'restoring') return { 'x-bce-restore': 'ongoing-request="true"' };
    return this.state === 'restored' ? { 'x-bce-restore': `ongoing-request="false", expiry-date="${expiry}"` } : {};
  }

  /** By the steps of "Generate Authentication String", from the request as it came. */
  #authorization(method: string, target: string, headers: SeenRequest['headers']): string {
    const [path = '', query = ''] = target.split('?');
    const signed = Object.entries(headers).filter(([name]) => name === 'host' || name.startsWith('x-bce-')).sort(([a], [b]) => (a < b ? -1 : 1));
    const lines = signed.map(([name, value]) => `${name}:${strictly(String(value))}`).join('\n');
    const prefix = `bce-auth-v1/${this.#credentials.accessKey}/2026-01-01T00:00:00Z/1800`;
    const key = createHmac('sha256', this.#credentials.secretKey).update(prefix).digest('hex');
    const signature = createHmac('sha256', key).update(`${method}\n${path}\n${query}\n${lines}`).digest('hex');
    return `${prefix}/${signed.map(([name]) => name).join(';')}/${signature}`;
  }
}

function strictly(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function refused(status: number, code: string): FakeAnswer {
  return { status, body: JSON.stringify({ code, message: 'why', requestId: 'r1' }) };
}

async function open(credentials: StoreCredentials = { accessKey: 'ak', secretKey: 'sk' }): Promise<{ readonly bos: Bos; readonly store: ObjectStore; readonly restore: ArchiveRestore }> {
  const bos = new Bos(credentials);
  const { endpoint } = await fakeServer((request) => bos.answer(request));
  const entry = { cloud: 'Baidu', region: 'bj', endpoint: `http://s3.bj.bcebos.com:${new URL(endpoint).port}`, addressing: 'path', signature: 'v4' } as const;
  const store = baidu.openStore(entry, { bucket: 'b', credentials, runtime: { clock: { now: () => now }, uniqueName: () => 'name', resolve: () => '127.0.0.1' } });
  atEnd(() => store.close());
  if (store.restore === undefined) throw new Error('no restore');
  return { bos, store, restore: store.restore };
}

describe('a restore of BOS', () => {
  test('is asked for once, under way, and done', async () => {
    const { bos, store, restore } = await open();
    await expect(get(store, 'cold')).rejects.toMatchObject({ kind: 'archived' });
    expect(await store.stat('cold', never)).toMatchObject({ archived: true, storageClass: 'ARCHIVE', metadata: { user: { a: 'b' } } });

    expect(await restore.request('cold', 3, never)).toBe('requested');
    expect(await restore.request('cold', 3, never)).toBe('requested');
    expect(await store.stat('cold', never)).toMatchObject({ archived: true, restoring: true });
    expect(bos.natives.filter((line) => line.startsWith('POST'))).toEqual(['POST /cold?restore=']);

    bos.state = 'restored';
    expect(await restore.request('cold', 3, never)).toBe('readable');
    expect(await store.stat('cold', never)).toMatchObject({ archived: false, restoredUntil: Date.parse(expiry), metadata: { user: { a: 'b' } } });
    expect((await get(store, 'cold')).bytes.toString()).toBe('content');
  });

  test('signs every key as it is sent', async () => {
    const { bos, restore } = await open();
    for (const key of oddKeys) {
      bos.state = 'archived';
      expect(await restore.request(key, 3, never), key).toBe('requested');
    }
    const posted = bos.natives.filter((line) => line.startsWith('POST')).map((line) => decodeURIComponent(line.slice('POST /'.length, -'?restore='.length)));
    expect(posted).toEqual(oddKeys);
  });

  test('takes temporary credentials', async () => {
    const { restore } = await open({ accessKey: 'ak', secretKey: 'sk', securityToken: "a token/+=!'()*" });
    expect(await restore.request('cold', 3, never)).toBe('requested');
  });

  test('of what is not archived asks for nothing', async () => {
    const { bos, store, restore } = await open();
    bos.state = 'standard';
    expect(await store.stat('warm', never)).toMatchObject({ archived: false });
    expect(bos.natives).toEqual([]);
    expect(await restore.request('warm', 3, never)).toBe('readable');
    expect(bos.natives).toEqual(['HEAD /warm']);
  });

  test('that is refused says what BOS said', async () => {
    const { bos, restore } = await open();
    bos.refusal = refused(403, 'AccessDenied');
    await expect(restore.request('cold', 3, never)).rejects.toMatchObject({ kind: 'denied', code: 'AccessDenied', message: 'POST b/cold: AccessDenied: why' });
    bos.refusal = refused(403, 'InvalidAccessKeyId');
    await expect(restore.request('cold', 3, never)).rejects.toMatchObject({ kind: 'bad-credentials' });
  });

  test.each([[1, '1'], [30, '30'], [365, '30']])('of %i days keeps the copy for %s', async (asked, days) => {
    const { bos, restore } = await open();
    await restore.request('cold', asked, never);
    expect(bos.days).toBe(days);
  });
});
