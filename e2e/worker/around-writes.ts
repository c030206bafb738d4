/** What stands between the engine and the buckets of a test: writes that take long, or fail. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeCredentials } from '@haulier/platform/object-migration/task.ts';
import { StoreFailure } from '@haulier/platform/object-store/failure.ts';
import type { FailureKind } from '@haulier/platform/object-store/failure.ts';
import type { ObjectStore } from '@haulier/platform/object-store/object-store.ts';
import type { Around } from './installation.ts';

type Write = (...args: Parameters<ObjectStore['write']>) => ReturnType<ObjectStore['write']>;

/** `write` stands between the engine and the destination's objects; the store does not copy by itself, past it. */
const aroundWrites = (write: (inner: Write, credentials: NodeCredentials | undefined) => Write): Around => (store, { bucket }, credentials) => {
  const inner: Write = (...args) => store.write(...args);
  const own = bucket === 'destination' ? write(inner, credentials) : inner;
  return {
    location: store.location,
    traits: store.traits,
    list: (...args) => store.list(...args),
    stat: (...args) => store.stat(...args),
    read: (...args) => store.read(...args),
    write: (...args) => (args[0].startsWith('oms/') ? inner : own)(...args),
    remove: (...args) => store.remove(...args),
    checkBucket: (...args) => store.checkBucket(...args),
    ...(store.multipart === undefined ? {} : { multipart: store.multipart }),
    close: () => store.close(),
  };
};

/** Each part of a large object takes this long. */
export const slowParts = (ms: number): Around => (store, place, credentials) => {
  const plain = aroundWrites((write) => write)(store, place, credentials);
  const { multipart } = plain;
  if (multipart === undefined) return plain;
  return {
    ...plain,
    multipart: {
      ...multipart,
      async writePart(...args) {
        await sleep(ms);
        return multipart.writePart(...args);
      },
    },
  };
};

/** Each write takes this long. */
export const slowly = (ms: number): Around => aroundWrites((write) => async (...args) => {
  await sleep(ms);
  return write(...args);
});

/** Writes fail so while `fails` says it. */
export const failing = (kind: FailureKind, fails: (key: string, credentials: NodeCredentials | undefined) => boolean): Around => aroundWrites((write, credentials) => async (key, body, options, signal) => {
  if (!fails(key, credentials)) return write(key, body, options, signal);
  body.discard();
  throw new StoreFailure(kind, `writing ${key}`);
});
