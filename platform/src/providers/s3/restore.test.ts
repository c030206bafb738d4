import { describe, expect, test } from 'vitest';
import type { ArchiveRestore } from '../../object-store/object-store.ts';
import { restoreRequest, type RestoreDocument } from './restore.ts';
import { fakeStore, type FakeAnswer, type FakeStore } from './testing/fake-store.ts';

const never = new AbortController().signal;
const archived: FakeAnswer = { headers: { 'x-amz-storage-class': 'GLACIER' } };
const documented: RestoreDocument = ({ storageClass }, days) => restoreRequest(days, `<Class>${storageClass}</Class>`);

async function restoring(head: FakeAnswer, post: FakeAnswer, restore = documented): Promise<FakeStore & { restore: ArchiveRestore }> {
  const fake = await fakeStore(({ method }) => (method === 'HEAD' ? head : post), { restore });
  if (fake.store.restore === undefined) throw new Error('no restore');
  return { ...fake, restore: fake.store.restore };
}

describe('a restore', () => {
  test('asks as its cloud wants to be asked', async () => {
    const { restore, seen } = await restoring(archived, { status: 202 });
    expect(await restore.request('a b', 3, never)).toBe('requested');
    expect(seen.map(({ method, target, body }) => `${method} ${target} ${body}`)).toEqual([
      'HEAD /b/a%20b ', 'POST /b/a%20b?restore= <RestoreRequest><Days>3</Days><Class>GLACIER</Class></RestoreRequest>',
    ]);
  });

  test('has no body where the cloud takes none', async () => {
    const { restore, seen } = await restoring(archived, { status: 202 }, () => '');
    await restore.request('k', 3, never);
    expect(seen[1]).toMatchObject({ body: '', headers: { 'content-length': '0' } });
    expect(seen[1]?.headers).not.toHaveProperty('content-type');
  });

  test.each<[string, FakeAnswer, 'requested' | 'readable', number]>([
    ['is an ordinary object', {}, 'readable', 1],
    ['has been restored', { headers: { ...archived.headers, 'x-amz-restore': 'ongoing-request="false", expiry-date="Fri, 21 Dec 2012 00:00:00 GMT"' } }, 'readable', 1],
    ['is being restored', { headers: { ...archived.headers, 'x-amz-restore': 'ongoing-request="true"' } }, 'requested', 1],
  ])('of what %s asks for nothing', async (_, head, answer, requests) => {
    const { restore, seen } = await restoring(head, { status: 500 });
    expect(await restore.request('k', 1, never)).toBe(answer);
    expect(seen).toHaveLength(requests);
  });

  test.each<[string, FakeAnswer, 'requested' | 'readable']>([
    ['accepted', { status: 202 }, 'requested'],
    ['done already', { status: 200 }, 'readable'],
    ['under way', { status: 409, body: '<Error><Code>RestoreAlreadyInProgress</Code></Error>' }, 'requested'],
  ])('that is %s is no error', async (_, post, answer) => {
    expect(await (await restoring(archived, post)).restore.request('k', 1, never)).toBe(answer);
  });

  test.each([['AccessDenied', 403, 'denied'], ['SlowDown', 503, 'throttled']] as const)('that is refused as %s fails', async (code, status, kind) => {
    const { restore } = await restoring(archived, { status, body: `<Error><Code>${code}</Code></Error>` });
    await expect(restore.request('k', 1, never)).rejects.toMatchObject({ kind });
  });

  test('of what is not there is absent', async () => {
    await expect((await restoring({ status: 404 }, {})).restore.request('k', 1, never)).rejects.toMatchObject({ kind: 'absent' });
  });

  test('is not offered where the cloud has none', async () => {
    expect((await fakeStore(() => ({}))).store.restore).toBeUndefined();
  });
});
