import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { regrant } from './bandwidth.ts';

describe('a share', () => {
  test.each([
    { what: 'of the only worker is all', limit: 100, confirmed: 0, others: [], granted: 100, inUse: 100 },
    { what: 'of a newcomer waits for the others', limit: 100, confirmed: 0, others: [100], granted: 0, inUse: 0 },
    { what: 'is lowered at once, and counts as in use until confirmed', limit: 100, confirmed: 100, others: [0], granted: 50, inUse: 100 },
    { what: 'is raised when the others have confirmed', limit: 100, confirmed: 0, others: [50], granted: 50, inUse: 50 },
    { what: 'is raised by what there is room for', limit: 100, confirmed: 10, others: [70], granted: 30, inUse: 30 },
    { what: 'is not lowered for others who use too much', limit: 100, confirmed: 40, others: [90], granted: 40, inUse: 40 },
    { what: 'is lifted with the limit', limit: Infinity, confirmed: 10, others: [10], granted: Infinity, inUse: Infinity },
    { what: 'falls with a new limit', limit: 100, confirmed: Infinity, others: [Infinity], granted: 50, inUse: Infinity },
    { what: 'of a newcomer waits for those without limit', limit: 100, confirmed: 0, others: [Infinity], granted: 0, inUse: 0 },
  ])('$what', ({ limit, confirmed, others, granted, inUse }) => {
    expect(regrant(limit, confirmed, others)).toEqual({ granted, inUse });
  });
});

/** The ledger's rows and what each worker believes; a lost answer leaves the worker with its old share. */
class Task {
  readonly inUse = new Map<number, number>();
  readonly believes = new Map<number, number>();
  limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  beat(worker: number, answerArrives: boolean): void {
    const confirmed = this.believes.get(worker) ?? 0;
    const others = [...this.inUse].filter(([id]) => id !== worker).map(([, inUse]) => inUse);
    const share = regrant(this.limit, confirmed, others);
    this.inUse.set(worker, share.inUse);
    this.believes.set(worker, answerArrives ? share.granted : confirmed);
  }

  die(worker: number): void {
    this.inUse.delete(worker);
    this.believes.delete(worker);
  }

  get used(): number {
    return [...this.believes.values()].reduce((sum, share) => sum + share, 0);
  }

  get reserved(): number {
    return [...this.inUse.values()].reduce((sum, share) => sum + share, 0);
  }
}

describe('all shares together', () => {
  const worker = fc.nat({ max: 5 });
  const event = fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('beat' as const), worker, answerArrives: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('die' as const), worker }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('limit' as const), limit: fc.oneof(fc.integer({ min: 1, max: 1_000_000 }), fc.constant(Infinity)) }) },
  );

  test('never pass a limit that has not been lowered, whatever is lost and whoever dies', () => {
    fc.assert(fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const task = new Task(1_000);
      let allowed = 1_000;
      for (const step of events) {
        const before = task.reserved;
        if (step.kind === 'beat') task.beat(step.worker, step.answerArrives);
        else if (step.kind === 'die') task.die(step.worker);
        else task.limit = step.limit;
        allowed = Math.max(task.limit, before);
        expect(task.reserved).toBeLessThanOrEqual(allowed);
        expect(task.used).toBeLessThanOrEqual(task.reserved);
      }
    }));
  });

  test('come to equal parts of the limit within three heartbeats of each', () => {
    fc.assert(fc.property(fc.array(event, { maxLength: 40 }), fc.integer({ min: 100, max: 1_000_000 }), (events, limit) => {
      const task = new Task(1_000);
      for (const step of events) {
        if (step.kind === 'beat') task.beat(step.worker, step.answerArrives);
        else if (step.kind === 'die') task.die(step.worker);
        else task.limit = step.limit;
      }
      task.limit = limit;
      task.beat(0, true);
      for (let round = 0; round < 3; round++) for (const id of [...task.believes.keys()]) task.beat(id, true);
      const fair = Math.floor(limit / task.believes.size);
      expect([...task.believes.values()]).toEqual([...task.believes].map(() => fair));
    }));
  });
});
