import { describe, expect, test } from 'vitest';
import type { ListPosition, ObjectStore } from '../../object-store/object-store.ts';
import { fakeStore } from './testing/fake-store.ts';

const never = new AbortController().signal;
const start: ListPosition = { kind: 'start' };

function page(keys: readonly string[], more: { readonly truncated?: boolean; readonly token?: string } = {}): { readonly body: string } {
  const entries = keys.map((key) => `<Contents><Key>${encodeURIComponent(key)}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;e&quot;</ETag><Size>1</Size></Contents>`);
  const token = more.token === undefined ? '' : `<NextContinuationToken>${more.token}</NextContinuationToken>`;
  return { body: `<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>${more.truncated ?? false}</IsTruncated>${token}${entries.join('')}</ListBucketResult>` };
}

function list(store: ObjectStore, from: ListPosition = start, prefix = ''): Promise<readonly string[]> {
  return store.list({ prefix, from }, never).then(({ objects }) => objects.map(({ key }) => key));
}

describe('a listing', () => {
  test('asks for encoded keys after the last one', async () => {
    const { store, seen } = await fakeStore(() => page(['p/b'], { truncated: true }));
    const { next } = await store.list({ prefix: 'p/', from: { kind: 'after', key: 'p/a b' }, limit: 7 }, never);
    expect(seen[0]?.target).toBe('/b?encoding-type=url&list-type=2&max-keys=7&prefix=p%2F&start-after=p%2Fa%20b');
    expect(next).toEqual({ kind: 'after', key: 'p/b' });
  });

  test('in version 1 has a marker', async () => {
    const { store, seen } = await fakeStore(() => page(['b'], { truncated: true }), { listVersion: 1 });
    await store.list({ prefix: '', from: { kind: 'after', key: 'a' } }, never);
    expect(seen[0]?.target).toBe('/b?encoding-type=url&marker=a&max-keys=1000&prefix=');
  });

  test('reads on over pages without keys', async () => {
    const answers = [page([], { truncated: true, token: 't1' }), page([], { truncated: true, token: 't2' }), page(['z'])];
    const fake = await fakeStore((_, n) => answers[n] ?? {});
    expect(await list(fake.store)).toEqual(['z']);
    expect(fake.parameter('continuation-token')).toEqual([null, 't1', 't2']);
  });

  test.each([
    ['repeats a page', page(['a', 'b'], { truncated: true }), { kind: 'after', key: 'b' }, ''],
    ['starts with the key it should start after', page(['b', 'c']), { kind: 'after', key: 'b' }, ''],
    ['is out of order', page(['b', 'a']), start, ''],
    ['is in the order of UTF-16', page(['\u{10000}', '\ufffd']), start, ''],
    ['has a key twice', page(['a', 'a']), start, ''],
    ['leaves its prefix', page(['x/1', 'y/1']), start, 'x/'],
    ['says that there is more without a key or token', page([], { truncated: true }), start, ''],
    ['repeats a token', page([], { truncated: true, token: 't' }), start, ''],
    ['is HTML', { body: '<html><body>Welcome</body></html>' }, start, ''],
    ['does not say whether it is all', { body: page(['a']).body.replace(/<IsTruncated>.*<\/IsTruncated>/, '') }, start, ''],
    ['is cut off', { body: page(['a']).body.slice(0, -3) }, start, ''],
    ['has a key that is no UTF-8', { body: page(['x']).body.replace('>x<', '>%ff<') }, start, ''],
  ] as const)('that %s is refused', async (_, answer, from, prefix) => {
    const { store } = await fakeStore(() => answer);
    await expect(list(store, from, prefix)).rejects.toMatchObject({ name: 'StoreFailure', kind: 'protocol' });
  });

  test('in the order of UTF-8 is taken', async () => {
    const { store } = await fakeStore(() => page(['a', 'a\ud7ff', 'a\ue000', 'a\uffff', 'a\u{10000}']));
    expect(await list(store)).toHaveLength(5);
  });

  test('that breaks off is tried again later', async () => {
    const { store } = await fakeStore(() => ({ ...page(['a']), cutAfter: 20 }));
    await expect(list(store)).rejects.toMatchObject({ kind: 'transient' });
  });
});
