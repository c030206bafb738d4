import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesSource } from '@haulier/lib/bytes/byte-stream.ts';
import { AimdLimiter } from '@haulier/lib/limiter/aimd.ts';
import { settle, VirtualClock } from '@haulier/lib/retry/virtual-clock.ts';
import { createLocalStore } from '../../providers/local/local-store.ts';
import { get, never, noMetadata, put } from '../contract/fixture.ts';
import { describeStoreContract } from '../contract/store-contract.ts';
import { StoreFailure, type FailureKind } from '../failure.ts';
import type { ObjectStore } from '../object-store.ts';
import { around, type StoreOperation } from './around.ts';
import { withConcurrency, withConcurrencyByServer, type EndpointLimiters } from './concurrency.ts';
import { withMetering, type RequestOutcome } from './metering.ts';
import { defaultRetryPolicy, withRetry } from './retry.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'haulier-decorators-'));
});
afterAll(() => rm(root, { recursive: true }));

async function newBucket(): Promise<ObjectStore> {
  const bucket = randomUUID();
  await mkdir(join(root, bucket));
  return createLocalStore({ root, bucket, uniqueName: randomUUID });
}

/** Fails the first requests of a kind, and counts all. */
function failing(store: ObjectStore, failures: readonly StoreFailure[]): { readonly store: ObjectStore; readonly sent: StoreOperation[] } {
  const left = [...failures];
  const sent: StoreOperation[] = [];
  return {
    sent,
    store: around(store, (operation, run) => {
      sent.push(operation);
      const failure = left.shift();
      return failure === undefined ? run() : Promise.reject(failure);
    }),
  };
}

function failures(...kinds: readonly FailureKind[]): StoreFailure[] {
  return kinds.map((kind) => new StoreFailure(kind, kind));
}

function limiters(count: number): EndpointLimiters {
  const options = { initial: count, min: 1, max: count, now: () => 0 };
  return { reads: new AimdLimiter(options), others: new AimdLimiter(options) };
}

describeStoreContract('A decorated store', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'haulier-decorated-'));
  const clock = new VirtualClock();
  const observer = { request: () => {}, retry: () => {} };
  const decorated = (bucket: string): ObjectStore =>
    withRetry(withConcurrency(withMetering(createLocalStore({ root: folder, bucket, uniqueName: randomUUID }), observer, () => clock.now()), limiters(2)), defaultRetryPolicy, { clock, random: () => 0 });
  return {
    async newBucket() {
      const bucket = randomUUID();
      await mkdir(join(folder, bucket));
      return decorated(bucket);
    },
    missing: decorated('missing'),
    close: () => rm(folder, { recursive: true }),
  };
});

describe('withRetry', () => {
  const policy = { ...defaultRetryPolicy, attempts: 3 };

  async function attempt<T>(of: readonly StoreFailure[], operation: (store: ObjectStore) => Promise<T>) {
    const { store, sent } = failing(await newBucket(), of);
    const clock = new VirtualClock();
    const retries: [StoreOperation, FailureKind][] = [];
    const retrying = withRetry(store, policy, { clock, random: () => 0.5 }, (kind, failure) => retries.push([kind, failure]));
    const result = operation(retrying).then(() => 'ok', (error: unknown) => error instanceof StoreFailure ? error.kind : error);
    await clock.advance(100_000);
    return { result: await result, sent, retries };
  }
  const list = (store: ObjectStore) => store.list({ prefix: '', from: { kind: 'start' } }, never);
  const write = (store: ObjectStore) => put(store, 'key', 'x');
  const create = async (store: ObjectStore) => store.multipart?.create('key', { metadata: noMetadata }, never);

  test.each<[string, FailureKind[], (store: ObjectStore) => Promise<unknown>, string, number]>([
    ['sends a listing again', ['transient', 'throttled'], list, 'ok', 3],
    ['gives up after the attempts', ['transient', 'transient', 'unreachable', 'transient'], list, 'unreachable', 3],
    ['does not repeat what is final', ['denied'], list, 'denied', 1],
    ['never sends a body again', ['throttled'], write, 'throttled', 1],
    ['creates an upload again that was not begun', ['throttled', 'unreachable'], create, 'ok', 3],
    ['does not create an upload twice', ['transient'], create, 'transient', 1],
  ])('%s', async (_, kinds, operation, result, requests) => {
    const attempts = await attempt(failures(...kinds), operation);
    expect(attempts).toMatchObject({ result });
    expect(attempts.sent).toHaveLength(requests);
  });

  test('waits as long as the store asks', async () => {
    const { store, sent } = failing(await newBucket(), [new StoreFailure('throttled', 'slow down', { retryAfterMs: 5000 })]);
    const clock = new VirtualClock();
    const listing = list(withRetry(store, policy, { clock, random: () => 0 }));
    await clock.advance(4999);
    expect(sent).toHaveLength(1);
    await clock.advance(2);
    expect(sent).toHaveLength(2);
    await listing;
  });

  test('tells of each retry', async () => {
    expect((await attempt(failures('throttled'), list)).retries).toEqual([['list', 'throttled']]);
  });
});

describe('withConcurrency', () => {
  test('holds the permit of a read until its body is through', async () => {
    const limits = limiters(1);
    const store = withConcurrency(await newBucket(), limits);
    await put(store, 'key', 'content');
    const first = await store.read('key', {}, never);
    let isOpen = false;
    const second = store.read('key', {}, never).then((opened) => {
      isOpen = true;
      return opened;
    });
    await settle();
    expect([isOpen, limits.reads.inUse, limits.others.inUse]).toEqual([false, 1, 0]);
    first.body.discard();
    first.body.discard();
    const { body } = await second;
    await body.pipe({ write: () => undefined });
    body.discard();
    expect(limits.reads.inUse).toBe(0);
  });

  test('a copy within one endpoint does not wait for itself', async () => {
    const store = withConcurrency(await newBucket(), limiters(1));
    await put(store, 'from', 'content');
    const { body } = await store.read('from', {}, never);
    await store.write('to', body, { metadata: noMetadata }, never);
    expect((await get(store, 'to')).bytes.toString()).toBe('content');
  });

  test('gives every permit back, whatever happens', async () => {
    const limits = limiters(2);
    const store = withConcurrency(await newBucket(), limits);
    await put(store, 'key', 'content');
    await expect(store.stat('nothing', never)).rejects.toMatchObject({ kind: 'absent' });
    await expect(store.read('nothing', {}, never)).rejects.toMatchObject({ kind: 'absent' });
    const { body } = await store.read('key', {}, never);
    await expect(body.pipe({ write: () => Promise.reject(new Error('sink')) })).rejects.toThrow('sink');
    await expect(store.list({ prefix: '', from: { kind: 'start' } }, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    expect([limits.reads.inUse, limits.others.inUse]).toEqual([0, 0]);
  });

  test('of many servers lets none wait for another', async () => {
    const inner = await newBucket();
    await put(inner, 'a/key', 'content');
    await put(inner, 'b/key', 'content');
    const limits: Readonly<Record<string, EndpointLimiters>> = { a: limiters(1), b: limiters(1) };
    const store = withConcurrencyByServer(inner, (key) => limits[key.slice(0, 1)] ?? limiters(1));
    const held = await store.read('a/key', {}, never);
    const waiting = store.read('a/key', {}, never);
    expect((await get(store, 'b/key')).bytes.toString()).toBe('content');
    expect([limits['a']?.reads.inUse, limits['b']?.reads.inUse]).toEqual([1, 0]);
    held.body.discard();
    (await waiting).body.discard();
    expect(limits['a']?.reads.inUse).toBe(0);
    expect(await store.stat('b/key', never)).toMatchObject({ size: 7 });
    expect('bears' in store).toBe(false);
  });

  test('asks for less after SlowDown', async () => {
    const options = { initial: 8, min: 1, max: 8, now: () => 0 };
    const limits = { reads: new AimdLimiter(options), others: new AimdLimiter(options) };
    const store = withConcurrency(failing(await newBucket(), failures('throttled', 'throttled')).store, limits);
    await expect(store.stat('key', never)).rejects.toMatchObject({ kind: 'throttled' });
    await expect(store.read('key', {}, never)).rejects.toMatchObject({ kind: 'throttled' });
    expect([limits.reads.limit, limits.others.limit]).toEqual([4, 4]);
  });
});

test('withMetering tells of every attempt, its outcome and its time', async () => {
  const seen: [StoreOperation, RequestOutcome, number][] = [];
  let now = 0;
  const { store } = failing(await newBucket(), failures('throttled'));
  const metered = withMetering(store, { request: (_, operation, outcome, ms) => seen.push([operation, outcome, ms]) }, () => now += 5);
  await expect(metered.stat('key', never)).rejects.toMatchObject({ kind: 'throttled' });
  await put(metered, 'key', 'x');
  await expect(metered.stat('key', AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  await expect(metered.write('key', { ...bytesSource(Buffer.from('x')), pipe: () => Promise.reject(new Error('source')) }, { metadata: noMetadata }, never)).rejects.toThrow('source');
  expect(seen).toEqual([['stat', 'throttled', 5], ['write', 'ok', 5], ['stat', 'aborted', 5], ['write', 'broken', 5]]);
});
