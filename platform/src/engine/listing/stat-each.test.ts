import { expect, test } from 'vitest';
import { settle, VirtualClock } from '@haulier/lib/retry/virtual-clock.ts';
import { around } from '../../object-store/decorators/around.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import type { ObjectStore } from '../../object-store/object-store.ts';
import { MemoryStore } from '../transfer/testing/memory-store.ts';
import { statEachByServer } from './stat-each.ts';

const never = new AbortController().signal;

/** Everything is there; whoever looks at a key that begins with "silent" waits until he gives up. */
function servers(begun: string[] = []): ObjectStore {
  return {
    ...around(new MemoryStore(), (_, run) => run()),
    stat: (key, signal) => {
      begun.push(key);
      if (!key.startsWith('silent')) return Promise.resolve({ key, size: 1, lastModified: 1, etag: undefined, archived: false, keyEncrypted: false, metadata: { user: {} } });
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));
    },
  };
}

test('what is silent is given up when nothing is answered any more, and all else is looked at', async () => {
  const clock = new VirtualClock();
  const keys = [...Array.from({ length: 600 }, (_, n) => `silent/${n}`), 'there/1', 'there/2'];
  let seen: readonly unknown[] | undefined;
  const looking = statEachByServer(servers(), keys, clock, never).then((all) => (seen = all));
  await clock.advance(59_000);
  expect(seen).toBeUndefined();
  await clock.advance(1_000);
  await looking;
  expect(seen?.slice(-2)).toMatchObject([{ key: 'there/1', size: 1 }, { key: 'there/2', size: 1 }]);
  for (const one of seen?.slice(0, 600) ?? []) expect(one).toMatchObject({ kind: 'server-away', message: 'no answer within 15 s; it is looked at later' });
});

test('no look is given up while others are answered', async () => {
  const clock = new VirtualClock();
  const answers: (() => void)[] = [];
  const store: ObjectStore = { ...servers(), stat: (key) => new Promise((_, reject) => answers.push(() => reject(new StoreFailure('absent', key)))) };
  const looking = statEachByServer(store, ['a', 'b', 'c'], clock, never);
  for (let n = 0; n < 3; n++) {
    await clock.advance(14_000);
    answers[n]?.();
    await settle();
  }
  expect(await looking).toMatchObject([{ kind: 'absent', message: 'a' }, { kind: 'absent', message: 'b' }, { kind: 'absent', message: 'c' }]);
});

test('an abort ends it with its reason', async () => {
  const abort = new AbortController();
  const looking = statEachByServer(servers(), ['silent/a'], new VirtualClock(), abort.signal);
  const reason = new Error('enough');
  abort.abort(reason);
  await expect(looking).rejects.toBe(reason);
});
