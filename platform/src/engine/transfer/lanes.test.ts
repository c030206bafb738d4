import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inLanes } from './lanes.ts';

const never = new AbortController().signal;

describe('inLanes', () => {
  it('does every item once, no more than so many at a time', async () => {
    let running = 0;
    let most = 0;
    const done: number[] = [];
    await inLanes([1, 2, 3, 4, 5, 6, 7], 3, never, async (item) => {
      most = Math.max(most, ++running);
      await sleep(1);
      running -= 1;
      done.push(item);
    });
    expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(3);
  });

  it('throws the first failure after the others have stopped', async () => {
    let running = 0;
    const failing = inLanes([1, 2, 3, 4, 5], 2, never, async (item, signal) => {
      running += 1;
      try {
        if (item === 2) throw new Error('second');
        await sleep(10_000, undefined, { signal });
      } finally {
        running -= 1;
      }
    });
    await expect(failing).rejects.toThrow('second');
    expect(running).toBe(0);
  });

  it('passes the caller\'s abort on', async () => {
    const caller = new AbortController();
    const waiting = inLanes([1], 1, caller.signal, (_, signal) => sleep(10_000, undefined, { signal }));
    caller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow();
  });
});
