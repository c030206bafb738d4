import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterReport, afterUpdate, estimatedEnd, newClone, newProgress, newRun, reportedEvents, reportedSubtask, taskProgress, type TaskProgress } from './progress.ts';
import type { ProgressReport } from './server-migration.ts';
import type { SubtaskName } from './server.ts';
import { phaseOf, subtaskPlan } from './subtask-plan.ts';

const plan = subtaskPlan({ osType: 'LINUX', type: 'MIGRATE_FILE', syncing: true }) ?? [];
const launches = plan.slice(-2);
const fresh = newProgress(plan, plan.map((_, index) => 100 + index));
const noon = Date.UTC(2026, 10, 21, 12);

function report(subtask: SubtaskName, progress: number, more: Partial<ProgressReport> = {}): ProgressReport {
  return {
    subtask, progress, copied: 0, total: 0, processTrace: '', speed: undefined, compressRate: undefined, remainingSeconds: undefined, agentTime: undefined, usage: {}, ...more,
  };
}

/** Every report a minute after the one before. */
function afterAll(reports: readonly ProgressReport[], from: TaskProgress = fresh): TaskProgress {
  return reports.reduce((progress, each, index) => afterReport(progress, each, noon + index * 60_000), from);
}

const done = (names: readonly SubtaskName[]) => names.map((name) => report(name, 100));
const copied = (progress: number, copied: number | bigint, total: number | bigint, more: Partial<ProgressReport> = {}) => report('MIGRATE_LINUX_FILE', progress, { copied, total, ...more });
const synced = (progress: number, copied: number, total: number, more: Partial<ProgressReport> = {}) => report('SYNC_LINUX_FILE', progress, { copied, total, ...more });

describe("a task's progress", () => {
  it.each<[string, readonly ProgressReport[], number]>([
    ['nothing', [], 0],
    ['a quarter of the configuration', done(plan.slice(0, 1)), 5],
    ['all of the configuration', done(plan.slice(0, 4)), 21],
    ['half of the data', [...done(plan.slice(0, 4)), copied(50, 50, 100)], 50],
    ['all of the data', done(plan.slice(0, 5)), 80],
    ['a round of synchronising', done(plan.slice(0, 6)), 80],
    ['half of the launch', [...done(plan.slice(0, 5)), ...done(launches.slice(0, 1))], 90],
    ['everything that counts', [...done(plan.slice(0, 5)), ...done(launches)], 100],
    ['all but a step of the configuration', done(plan.slice(1)), 94],
  ])('%s', (_, reports, expected) => {
    expect(taskProgress(afterAll(reports).subtasks)).toBe(expected);
  });
});

const anyReport = fc.record({
  subtask: fc.constantFrom(...plan, 'CLONE_VM' as const),
  progress: fc.integer({ min: 0, max: 100 }),
  copied: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  total: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  speed: fc.option(fc.double({ min: 0, max: 10_000, noNaN: true }), { nil: undefined }),
  remainingSeconds: fc.option(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), { nil: undefined }),
}).map(({ subtask, progress, ...more }) => report(subtask, progress, more));

describe('reports in any order', () => {
  it('never take back the task, nor a step that is done once', () => {
    fc.assert(fc.property(fc.array(anyReport, { maxLength: 40 }), (reports) => {
      let before = fresh;
      for (const [index, each] of reports.entries()) {
        const after = afterReport(before, each, noon + index);
        expect(taskProgress(after.subtasks)).toBeGreaterThanOrEqual(taskProgress(before.subtasks));
        for (const [place, subtask] of after.subtasks.entries()) {
          const was = before.subtasks[place];
          expect([subtask.id, subtask.name]).toEqual([was?.id, was?.name]);
          if (phaseOf[subtask.name] !== 'repeated') expect(subtask.progress).toBeGreaterThanOrEqual(was?.progress ?? 0);
          expect(subtask.endedAt !== undefined).toBe(subtask.progress === 100);
        }
        before = after;
      }
    }));
  });

  it('show 100 exactly when all is done, and change nothing when they come again', () => {
    fc.assert(fc.property(fc.array(anyReport, { maxLength: 40 }), (reports) => {
      const end = afterAll(reports);
      const counted = end.subtasks.filter(({ name }) => phaseOf[name] !== 'repeated');
      expect(taskProgress(end.subtasks) === 100).toBe(counted.every(({ progress }) => progress === 100));
      const last = reports.at(-1);
      if (last !== undefined) expect(afterReport(end, last, noon + 1e9)).toBe(end);
    }));
  });

  it('come to the same for the steps that are done once, whatever their order', () => {
    const once = anyReport.filter(({ subtask }) => phaseOf[subtask] !== 'repeated');
    const shuffled = fc.array(once, { maxLength: 20 }).chain((reports) => fc.tuple(fc.constant(reports), fc.shuffledSubarray(reports, { minLength: reports.length })));
    fc.assert(fc.property(shuffled, ([reports, others]) => {
      const steps = (progress: TaskProgress) => progress.subtasks.map((subtask) => subtask.progress);
      expect(steps(afterAll(others))).toEqual(steps(afterAll(reports)));
    }));
  });
});

/** What may befall a task: reports, early and late, and what begins anew. */
const anyHappening = fc.oneof(
  { weight: 20, arbitrary: fc.record({ report: anyReport, agentTime: fc.option(fc.integer({ min: 0, max: 3_600_000 }), { nil: undefined }), passed: fc.integer({ min: -1000, max: 600_000 }) }) },
  { weight: 1, arbitrary: fc.constantFrom('run' as const, 'clone' as const) },
);

describe('the figures of a task', () => {
  it('are numbers that can be shown, whatever happens, and go backwards only when a run begins', () => {
    const kinds = fc.constantFrom(
      { osType: 'LINUX', type: 'MIGRATE_FILE', syncing: true } as const, { osType: 'LINUX', type: 'MIGRATE_BLOCK', syncing: false } as const, { osType: 'WINDOWS', type: 'MIGRATE_BLOCK', syncing: true } as const,
    );
    fc.assert(fc.property(kinds, fc.array(anyHappening, { maxLength: 60 }), (kind, happenings) => {
      const steps = subtaskPlan(kind) ?? [];
      let [progress, at] = [newProgress(steps, steps.map((_, index) => index)), noon];
      for (const each of happenings) {
        const before = progress;
        if (each === 'run') progress = newRun(progress);
        else if (each === 'clone') progress = newClone(progress, 99);
        else {
          at += each.passed;
          const agentTime = each.agentTime === undefined ? {} : { agentTime: new Date(noon + each.agentTime).toISOString() };
          progress = afterReport(progress, { ...each.report, ...agentTime }, at);
        }
        const percent = taskProgress(progress.subtasks);
        expect(Number.isInteger(percent) && percent >= 0 && percent <= 100, String(percent)).toBe(true);
        expect(percent).toBeGreaterThanOrEqual(each === 'run' ? 0 : taskProgress(before.subtasks));
        for (const number of [progress.speed, progress.pace?.bytesPerSecond ?? 0]) expect(Number.isFinite(number) && number >= 0, String(number)).toBe(true);
        for (const amount of [progress.copied, progress.total, progress.remainingSeconds ?? 0]) expect(BigInt(amount)).toBeGreaterThanOrEqual(0n);
        const end = estimatedEnd(progress);
        if (end !== undefined) expect(end).toBeGreaterThanOrEqual(progress.reportedAt ?? Infinity);
      }
    }), { numRuns: 300 });
  });

  it('are true of several disks, empty ones among them, copied at an even speed by an agent that tells neither speed nor time and begins anew now and then', () => {
    const disks = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2 ** 40 })), { minLength: 1, maxLength: 5 });
    const looks = fc.array(fc.record({ seconds: fc.integer({ min: 1, max: 240 }), again: fc.boolean() }), { minLength: 1, maxLength: 40 });
    fc.assert(fc.property(disks, fc.integer({ min: 1, max: 2 ** 30 }), looks, (sizes, bytesPerSecond, reports) => {
      const total = sizes.reduce((sum, size) => sum + size, 0);
      let progress = afterAll(done(plan.slice(0, 4)));
      let seconds = 0;
      const tell = () => {
        const amount = Math.min(total, seconds * bytesPerSecond);
        progress = afterReport(progress, copied(total === 0 ? 100 : Math.floor((amount * 100) / total), amount, total), noon + seconds * 1000);
        return amount;
      };
      tell();
      for (const each of reports) {
        seconds += each.seconds;
        const amount = tell();
        // An agent that begins anew tells first what it told last.
        if (each.again) tell();
        expect([progress.copied, progress.total]).toEqual([amount, total]);
        expect(taskProgress(progress.subtasks)).toBe(amount === total ? 80 : 21 + Math.floor(59 * Math.floor((amount * 100) / total) / 100 + 1e-9));
        if (amount === total) {
          expect(progress).toMatchObject({ speed: 0, remainingSeconds: 0 });
          return;
        }
        expect(progress.speed).toBeCloseTo((bytesPerSecond * 8) / 1e6, 6);
        expect(Math.abs(Number(progress.remainingSeconds) - (total - amount) / bytesPerSecond)).toBeLessThan(1.01);
      }
    }));
  });
});

describe('bytes', () => {
  it('keep every digit', () => {
    const most = 2n ** 63n - 1n;
    const progress = afterAll([copied(1, most - 2n, most)]);
    expect([progress.copied, progress.total]).toEqual([most - 2n, most]);
  });

  it('are not taken back by a late report of the same percent', () => {
    const progress = afterAll([copied(50, 500, 1000), copied(50, 505, 1000)]);
    expect(afterReport(progress, copied(50, 500, 1000, { speed: 3 }), noon + 1e6)).toBe(progress);
    expect(progress.copied).toBe(505);
  });

  it('may turn out to be more, or less, and are not forgotten by a report that does not tell how many there are', () => {
    expect(afterAll([copied(50, 500, 1000), copied(51, 600, 1200)]).total).toBe(1200);
    expect(afterAll([copied(50, 500, 1000), copied(51, 600, 900)]).total).toBe(900);
    expect(afterAll([copied(50, 500, 1000), copied(51, 600, 0)])).toMatchObject({ copied: 600, total: 1000 });
  });

  it('are those of the copy from its first report on, and stay when other steps are reported', () => {
    const progress = afterAll([report('SSL_CONFIG', 100, { copied: 7, total: 9 }), copied(0, 0, 1000), copied(30, 300, 1000), report('CONFIGURE_LINUX_FILE', 10)]);
    expect([progress.copied, progress.total]).toEqual([300, 1000]);
  });
});

describe('speed and remaining time', () => {
  it('are as told', () => {
    const progress = afterAll([copied(10, 100, 1000, { speed: 80.5, remainingSeconds: 77, compressRate: 1.5 })]);
    expect(progress).toMatchObject({ speed: 80.5, remainingSeconds: 77, compressRate: 1.5, reportedAt: noon });
    expect(reportedSubtask(progress, 'MIGRATE_LINUX_FILE')?.speed).toBe(80.5);
    expect(estimatedEnd(progress)).toBe(noon + 77_000);
  });

  it('are measured where nothing is told', () => {
    const progress = afterAll([copied(0, 0, 1e9), copied(6, 60e6, 1e9), copied(12, 120e6, 1e9)]);
    expect(progress.speed).toBeCloseTo(8, 9);
    expect(progress.remainingSeconds).toBe(880);
    expect(estimatedEnd(progress)).toBe(noon + 120_000 + 880_000);
  });

  it('come to the true speed after it has changed, and are unknown at first', () => {
    expect(afterAll([copied(0, 0, 1e9)])).toMatchObject({ speed: 0, remainingSeconds: undefined });
    const steps = Array.from({ length: 8 }, (_, index) => copied(index + 6, 60e6 + index * 6e6, 1e9));
    expect(afterAll([copied(0, 0, 1e9), ...steps]).speed).toBeCloseTo(0.8, 2);
  });

  it('count a told speed for the remaining time until one is measured', () => {
    expect(afterAll([copied(1, 1e6, 101e6, { speed: 8 })]).remainingSeconds).toBe(100);
  });

  it('leave no time when the copy is done, and keep numbers beyond 2^53', () => {
    expect(afterAll([copied(40, 4, 10, { remainingSeconds: 2n ** 62n })]).remainingSeconds).toBe(2n ** 62n);
    expect(estimatedEnd(afterAll([copied(40, 4, 10, { remainingSeconds: 2n ** 62n })]))).toBeUndefined();
    expect(afterAll([copied(40, 4, 10, { remainingSeconds: 50 }), copied(100, 10, 10)]).remainingSeconds).toBe(0);
  });

  it('are not those of other steps, nor of the moment when those were reported', () => {
    const progress = afterAll([copied(40, 4, 10, { speed: 7, remainingSeconds: 50 }), report('CONFIGURE_LINUX_FILE', 1, { speed: 999, remainingSeconds: 1 })]);
    expect(progress).toMatchObject({ speed: 7, remainingSeconds: 50, reportedAt: noon });
    expect(estimatedEnd(progress)).toBe(noon + 50_000);
  });

  it('are 0 once all is copied, and its step keeps what it was copied with', () => {
    const progress = afterAll([copied(40, 4, 10, { speed: 7, remainingSeconds: 50 }), copied(100, 10, 10, { speed: 8, remainingSeconds: 3 }), report('CONFIGURE_LINUX_FILE', 1)]);
    expect(progress).toMatchObject({ speed: 0, remainingSeconds: 0 });
    expect(reportedSubtask(progress, 'MIGRATE_LINUX_FILE')?.speed).toBe(8);
  });
});

describe('a round of synchronising', () => {
  const first = afterAll([...done(plan.slice(0, 5)), synced(0, 0, 100), synced(60, 60, 100), synced(100, 100, 100)]);
  const shown = (progress: TaskProgress) => [reportedSubtask(progress, 'SYNC_LINUX_FILE')?.progress, progress.copied, progress.total];

  it.each<[string, ProgressReport, readonly unknown[]]>([
    ['at 0', synced(0, 0, 100), [0, 0, 100]],
    ['with another total', synced(5, 3, 60), [5, 3, 60]],
  ])('begins %s', (_, each, expected) => {
    expect(shown(afterReport(first, each, noon + 1e6))).toEqual(expected);
    expect(taskProgress(afterReport(first, each, noon + 1e6).subtasks)).toBe(80);
  });

  it('does not begin with a late report of the last', () => {
    expect(afterReport(first, synced(60, 60, 100), noon + 1e6)).toBe(first);
  });

  it('is not taken back, nor begun again, by a late report of the one before', () => {
    const time = (second: number) => ({ agentTime: `2026-11-21 12:00:${String(second).padStart(2, '0')}` });
    const second = afterAll([synced(0, 0, 60, time(20)), synced(30, 20, 60, time(21))], afterAll([synced(50, 50, 100, time(10)), synced(100, 100, 100, time(11))]));
    expect(shown(second)).toEqual([30, 20, 60]);
    for (const late of [synced(60, 60, 100, time(12)), synced(100, 100, 100, time(11)), synced(0, 0, 100, time(9))]) expect(afterReport(second, late, noon + 1e6)).toBe(second);
    const ended = afterReport(second, synced(100, 60, 60, time(22)), noon + 1e6);
    for (const late of [synced(60, 60, 100, time(12)), synced(0, 0, 60, time(20)), synced(30, 20, 60, time(21))]) expect(afterReport(ended, late, noon + 2e6)).toBe(ended);
  });

  it('goes on with a clock that has been set back', () => {
    const summer = afterAll([synced(0, 0, 60, { agentTime: '2026-10-25T02:59:50' }), synced(30, 20, 60, { agentTime: '2026-10-25T02:59:55' })]);
    expect(shown(afterReport(summer, synced(60, 40, 60, { agentTime: '2026-10-25T02:00:00' }), noon + 1e6))).toEqual([60, 40, 60]);
  });

  it("begins when the agent's clock has gone on", () => {
    const told = afterReport(first, synced(100, 100, 100, { agentTime: '2026-11-21 12:00:00' }), noon + 1e6);
    expect(afterReport(told, synced(60, 60, 100, { agentTime: '2026-11-21 11:59:50' }), noon + 2e6)).toBe(told);
    expect(shown(afterReport(told, synced(30, 30, 100, { agentTime: '2026-11-21 12:01:00' }), noon + 2e6))).toEqual([30, 30, 100]);
  });
});

describe('another run', () => {
  it('begins at 0 with the same steps', () => {
    const ran = afterAll([...done(plan), copied(100, 5, 5)]);
    expect(newRun(newClone(ran, 900))).toEqual(fresh);
  });
});

describe('a clone', () => {
  it('is a step that begins at 0 each time, under one id', () => {
    const cloned = afterAll([report('CLONE_VM', 100)], newClone(fresh, 900));
    expect(reportedSubtask(cloned, 'CLONE_VM')).toMatchObject({ id: 900, progress: 100 });
    expect(reportedSubtask(newClone(cloned, 901), 'CLONE_VM')).toMatchObject({ id: 900, progress: 0, endedAt: undefined });
    expect(afterReport(fresh, report('CLONE_VM', 100), noon)).toBe(fresh);
  });
});

describe('an update', () => {
  const change = { name: 'SSL_CONFIG', progress: 40, startedAt: 5, endedAt: undefined, speed: undefined, userOp: 'REPLICATE', processTrace: 'half' } as const;

  it('raises progress and never lowers it', () => {
    expect(reportedSubtask(afterUpdate(fresh, [change]), 'SSL_CONFIG')).toMatchObject({ progress: 40, startedAt: 5, processTrace: 'half' });
    const ran = afterAll(done(plan));
    expect(reportedSubtask(afterUpdate(ran, [change]), 'SSL_CONFIG')).toMatchObject({ progress: 100, startedAt: noon + 60_000, endedAt: noon + 60_000 });
  });

  it('that says what was shown changes nothing', () => {
    const ran = afterAll([...done(plan.slice(0, 4)), copied(50, 5, 10, { speed: 3 })]);
    expect(afterUpdate(ran, ran.subtasks)).toEqual(ran);
  });
});

describe('events', () => {
  const events = (reports: readonly ProgressReport[], syncing = true, from = fresh) => {
    const last = reports.at(-1);
    return last === undefined ? [] : reportedEvents(afterAll(reports, from), last, syncing);
  };

  it.each<[string, ProgressReport, readonly string[]]>([
    ['configuration', report('SSL_CONFIG', 100), []],
    ['a copy without data yet', copied(0, 0, 100), []],
    ['first bytes', copied(0, 1, 100), ['flow']],
    ['first percent', copied(1, 1, 100), ['flow']],
    ['the whole copy', copied(100, 100, 100), ['flow', 'copy-and-sync']],
    ['an empty copy', copied(100, 0, 0), ['flow', 'copy-and-sync']],
    ['synchronising', synced(5, 5, 100), ['flow']],
    ['a round', synced(100, 100, 100), ['flow']],
    ['a launch without a copy', report('DETTACH_AGENT_IMAGE', 100), []],
  ])('of %s', (_, each, expected) => {
    expect(events([each])).toEqual(expected);
    expect(events([each, each])).toEqual(expected);
  });

  it('without synchronising', () => {
    expect(events([copied(100, 1, 1)], false)).toEqual(['flow', 'copy-and-launch']);
  });

  it('of a launch come with its last step, in either order', () => {
    const copy = copied(100, 1, 1);
    expect(events([copy, ...done(launches.slice(0, 1))])).toEqual([]);
    expect(events([copy, ...done(launches)])).toEqual(['launch-done']);
    expect(events([copy, ...done(launches.toReversed())])).toEqual(['launch-done']);
    expect(events([...done(launches)])).toEqual([]);
  });

  it('of a clone', () => {
    expect(events([report('CLONE_VM', 99)], true, newClone(fresh, 1))).toEqual([]);
    expect(events([report('CLONE_VM', 100)], true, newClone(fresh, 1))).toEqual(['clone-done']);
  });

  it('of a late report are those that were told before', () => {
    expect(events([copied(100, 10, 10), copied(50, 5, 10)])).toEqual(['flow']);
  });
});
