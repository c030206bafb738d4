import { expect, test } from 'vitest';
import { VirtualClock } from '@haulier/lib/retry/virtual-clock.ts';
import { deliverDue, type DeliverDeps } from './deliver.ts';
import type { DueNotice, NoticeResult, SendNotice } from './notice.ts';

const nothing = { objects: 0, bytes: 0 };
const notice: DueNotice = {
  id: 'n', turn: 1, delivered: [],
  order: { topicUrn: 'urn:smn:r:p:t', onSuccess: true, onFailure: true, language: 'en-us', template: undefined },
  facts: {
    taskName: 't', succeeded: true, error: undefined, startedAt: undefined, activeMs: 0, migrated: nothing, skipped: nothing, failed: nothing,
    sourceBucket: 's', destinationBucket: 'd', listFile: undefined, outcomeLists: undefined, failedLists: undefined,
  },
};

async function settled(turn: number, answer: Awaited<ReturnType<SendNotice>>): Promise<readonly [NoticeResult, readonly string[], number | undefined]> {
  const results: [NoticeResult, readonly string[], number | undefined][] = [];
  const deps: DeliverDeps = {
    notices: {
      take: () => Promise.resolve([{ ...notice, turn }]),
      settle: (_, result, delivered, againMs) => Promise.resolve(void results.push([result, delivered, againMs])),
      forgetSettled: () => Promise.resolve(),
    },
    send: () => Promise.resolve(answer),
    clock: new VirtualClock(),
    log: { warn() {} },
  };
  expect(await deliverDue(deps, new AbortController().signal)).toBe(1);
  const [result] = results;
  if (result === undefined || results.length > 1) throw new Error('a notice is settled once');
  return result;
}

test('a notice that all have taken is settled', async () => {
  expect(await settled(1, { delivered: ['a', 'b'], error: undefined, retryable: false })).toEqual([{ kind: 'delivered' }, ['a', 'b'], undefined]);
});

test.each([[1, 5_000], [2, 20_000], [5, 1_280_000], [9, 14_400_000], [11, 14_400_000]])('after try %i the next comes %i ms later', async (turn, ms) => {
  expect(await settled(turn, { delivered: ['a'], error: 'OMS.0161', retryable: true })).toEqual([{ kind: 'pending', error: 'OMS.0161' }, ['a'], ms]);
});

test('it fails when no further try can succeed, and after the last one', async () => {
  expect(await settled(1, { delivered: [], error: 'OMS.0158', retryable: false })).toEqual([{ kind: 'failed', error: 'OMS.0158' }, [], undefined]);
  expect(await settled(12, { delivered: [], error: 'OMS.0156', retryable: true })).toEqual([{ kind: 'failed', error: 'OMS.0156' }, [], undefined]);
});
