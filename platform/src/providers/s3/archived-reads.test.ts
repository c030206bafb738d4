import { expect, test } from 'vitest';
import { never } from '../../object-store/contract/fixture.ts';
import { tellingArchives } from './archived-reads.ts';
import { fakeStore, type FakeAnswer } from './testing/fake-store.ts';

const archived: FakeAnswer = { headers: { 'x-amz-storage-class': 'GLACIER' } };

function refusal(status: number, code: string): FakeAnswer {
  return { status, body: `<Error><Code>${code}</Code></Error>` };
}

test.each<[string, FakeAnswer, FakeAnswer, string, number]>([
  ['of an archive by a code nobody documents', refusal(400, 'Frozen'), archived, 'archived', 2],
  ['of an archive as if it were forbidden', refusal(403, 'AccessDenied'), archived, 'archived', 2],
  ['of an archive as Amazon does', refusal(403, 'InvalidObjectState'), archived, 'archived', 1],
  ['of what is readable', refusal(403, 'AccessDenied'), {}, 'denied', 2],
  ['of what cannot be looked at either', refusal(403, 'AccessDenied'), { status: 403 }, 'denied', 2],
  ['of what is gone', refusal(404, 'NoSuchKey'), archived, 'absent', 1],
  ['for a while', refusal(503, 'SlowDown'), archived, 'throttled', 1],
  ['by a fault of the store', refusal(500, 'InternalError'), archived, 'transient', 1],
])('a read that is refused, %s', async (_, get, head, kind, requests) => {
  const { store, seen } = await fakeStore(({ method }) => (method === 'GET' ? get : head));
  await expect(tellingArchives(store).read('k', {}, never)).rejects.toMatchObject({ kind });
  expect(seen).toHaveLength(requests);
});

test('a read that is not refused is opened', async () => {
  const { store, seen } = await fakeStore(() => ({ body: 'abc' }));
  const { object, body } = await tellingArchives(store).read('k', {}, never);
  body.discard();
  expect(object.size).toBe(3);
  expect(seen).toHaveLength(1);
});
