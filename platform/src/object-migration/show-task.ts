/** A task's answer, from what is kept of it and what its ledger has counted. */
import type { Count, Tally } from '../engine/ledger/ledger.ts';
import type { LedgerReading } from './ledger-admin.ts';
import { isActive } from './life-cycle.ts';
import { activeMsOf, leftMsOf, processed, progressOf, totalOf } from './numbers.ts';
import type { RunFacts } from './numbers.ts';
import type { Task } from './task.ts';
import type { StoredTask } from './task-repository.ts';

/** `reading` is undefined for a task whose ledger has not been made yet; one that still holds an earlier run counts as empty. */
export function showTask(stored: StoredTask, reading: LedgerReading | undefined): Task {
  const { accumulatedMs, runningSince, run, complete, records, toRetry, readAt } = stored;
  const current = reading !== undefined && reading.starts >= run.base ? reading : undefined;
  const tally = current?.tally ?? emptyTally;
  const facts: RunFacts = { tally, expected: current && expectedOf(current), complete, toRetry };
  const activeMs = activeMsOf(accumulatedMs, runningSince, readAt);
  const speed = isActive(stored.state) ? (current?.speed ?? 0) : 0;
  return {
    ...fixedOf(stored),
    state: stored.state,
    startedAt: stored.startedAt,
    error: stored.error,
    activeMs,
    tally,
    total: totalOf(facts),
    speed,
    leftMs: leftMsOf(stored.state, facts, speed, activeMs),
    progress: progressOf(stored.state, facts),
    failedRecord: records && { supported: stored.options.recordFailures, listKey: records.failedListKey, errorCode: records.failedError },
    successRecordError: records?.successError,
    skipRecordError: records?.skipError,
    noticeResult: stored.noticeResult,
  };
}

function fixedOf({ id, groupId, name, project, description, source, destination, options, bandwidth, priority, notice, createdAt }: StoredTask) {
  return { id, groupId, name, project, description, source, destination, options, bandwidth, priority, notice, createdAt };
}

/** The counting pass stays the measure once it is over, also when the listing finds another number later: progress must not fall. */
function expectedOf({ tally, counting, listed, pending }: LedgerReading): Count | undefined {
  if (counting.done) return counting.found;
  return listed ? add(processed(tally), pending) : undefined;
}

function add(a: Count, b: Count): Count {
  return { objects: a.objects + b.objects, bytes: a.bytes + b.bytes };
}

const nothing = { objects: 0, bytes: 0 };
const emptyTally: Tally = { succeeded: nothing, skipped: nothing, failed: nothing };
