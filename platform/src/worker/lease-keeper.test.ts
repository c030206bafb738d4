import { setImmediate as settle } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { FencedError } from '../engine/ledger/ledger.ts';
import type { Clock } from '../engine/transfer/transfer.ts';
import type { SyncLease, SyncWork } from '../object-migration/sync/sync-work.ts';
import { LeaseKeeper } from './lease-keeper.ts';

const lease: SyncLease = { eventId: 1, epoch: 1, key: 'a', attempts: 0, begun: false, upload: undefined };
const never = new AbortController().signal;
const waitFor = (signal: AbortSignal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'))));

/** Time passes when the test says so. */
function manualClock() {
  let now = 0;
  let sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    sleep: (ms) => new Promise((wake) => sleepers.push({ until: now + ms, wake })),
  };
  const pass = async (ms: number) => {
    now += ms;
    const due = sleepers.filter(({ until }) => until <= now);
    sleepers = sleepers.filter(({ until }) => until > now);
    for (const { wake } of due) wake();
    await settle();
  };
  return { clock, pass };
}

function open(extend: SyncWork['extend']) {
  const { clock, pass } = manualClock();
  const keeper = new LeaseKeeper({ leases: { extend }, clock, log: { info() {}, warn() {}, error() {} }, heartbeatMs: 1_000, leaseMs: 8_000, leaseGuardMs: 5_000 });
  void keeper.run(never);
  return { keeper, pass };
}

describe('the keeper of leases', () => {
  it('extends what is worked under, and only that', async () => {
    const asked: number[] = [];
    const { keeper, pass } = open((leases) => {
      asked.push(leases.length);
      return Promise.resolve(leases);
    });
    const end = Promise.withResolvers<string>();
    const work = keeper.during(lease, 0, never, () => end.promise);
    for (let second = 0; second < 20; second += 1) await pass(1_000);
    end.resolve('done');
    expect(await work).toBe('done');
    await pass(1_000);
    expect(asked).toEqual(Array.from({ length: 20 }, () => 1));
  });

  it('ends the work under a lease that somebody else has', async () => {
    const { keeper, pass } = open(() => Promise.resolve([]));
    const work = expect(keeper.during(lease, 0, never, waitFor)).rejects.toBeInstanceOf(FencedError);
    await pass(1_000);
    await work;
  });

  it.each([
    ['fails', () => Promise.reject(new Error('no database'))],
    ['never answers', () => new Promise<never>(() => {})],
  ])('ends the work before the lease does, when the database %s', async (_, extend) => {
    const { keeper, pass } = open(extend);
    let over = false;
    const work = expect(keeper.during(lease, 0, never, waitFor).finally(() => { over = true; })).rejects.toBeInstanceOf(FencedError);
    for (let second = 0; second < 4; second += 1) await pass(1_000);
    expect(over).toBe(false);
    await pass(1_000);
    await work;
  });

  it('passes the outer end on as it is', async () => {
    const { keeper } = open((leases) => Promise.resolve(leases));
    const outer = new AbortController();
    const work = expect(keeper.during(lease, 0, outer.signal, waitFor)).rejects.toThrow('the process ends');
    outer.abort(new Error('the process ends'));
    await work;
  });
});
