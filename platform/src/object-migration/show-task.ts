/** A task's answer, from what is kept of it and what its ledger has counted. */
import type { Tally } from '../engine/ledger/ledger.ts';
import type { LedgerReading } from './ledger-admin.ts';
import { isActive } from './life-cycle.ts';
import { activeMsOf, leftMsOf, progressOf, totalOf } from './numbers.ts';
import type { RunFacts } from './numbers.ts';
import type { Task } from './task.ts';
import type { StoredTask } from './task-repository.ts';

/** `reading` is undefined for a task whose ledger has not been made yet; one of an earlier run counts as empty. */
export function showTask(stored: StoredTask, reading: LedgerReading | undefined): Task {
  const { accumulatedMs, runningSince, run, complete, records, toRetry, readAt, ...shown } = stored;
  const current = reading?.run === run.number ? reading : undefined;
  const facts: RunFacts = {
    tally: current?.tally ?? emptyTally,
    counted: current?.counting ?? { found: nothing, done: false },
    complete,
    toRetry,
  };
  const activeMs = activeMsOf(accumulatedMs, runningSince, readAt);
  const speed = isActive(stored.state) ? (current?.speed ?? 0) : 0;
  return {
    ...shown,
    activeMs,
    tally: facts.tally,
    total: totalOf(facts),
    speed,
    leftMs: leftMsOf(stored.state, facts, speed, activeMs),
    progress: progressOf(stored.state, facts),
    failedRecord: records && { supported: stored.options.recordFailures, listKey: records.failedListKey, errorCode: records.failedError },
    successRecordError: records?.successError,
    skipRecordError: records?.skipError,
  };
}

const nothing = { objects: 0, bytes: 0 };
const emptyTally: Tally = { succeeded: nothing, skipped: nothing, failed: nothing };
