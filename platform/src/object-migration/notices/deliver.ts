import type { Clock } from '../../engine/transfer/transfer.ts';
import type { DueNotice, NoticeRepository, SendNotice } from './notice.ts';

export interface DeliverDeps {
  readonly notices: NoticeRepository;
  readonly send: SendNotice;
  readonly clock: Clock;
  readonly log: { warn(facts: object, message: string): void };
}

/** Tries of one notice: the last comes about a day after the first. */
const mostTurns = 12;
const firstWaitMs = 5_000;
const longestWaitMs = 4 * 3_600_000;
const leaseMs = 120_000;
const atOnce = 8;
const forgetEveryMs = 3_600_000;
/** How long a settled notice can still be seen in its task. */
const keptMs = 90 * 24 * 3_600_000;

/** Waits between tries, in milliseconds: after `turn` tries. */
function waitAfter(turn: number): number {
  return Math.min(longestWaitMs, firstWaitMs * 4 ** (turn - 1));
}

/** Sends what is due, once. Returns how many notices there were. */
export async function deliverDue(deps: DeliverDeps, signal: AbortSignal): Promise<number> {
  const due = await deps.notices.take(atOnce, leaseMs);
  await Promise.all(due.map((notice) => deliver(deps, notice, signal)));
  return due.length;
}

/** Delivers until the signal aborts, and forgets what is long settled. An error of a round is logged, and the next one comes. */
export async function deliverNotices(deps: DeliverDeps, everyMs: number, signal: AbortSignal): Promise<void> {
  let forgot = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    let sent = 0;
    try {
      sent = await deliverDue(deps, signal);
      if (deps.clock.now() - forgot > forgetEveryMs) {
        forgot = deps.clock.now();
        await deps.notices.forgetSettled(keptMs);
      }
    } catch (error) {
      if (error !== signal.reason) deps.log.warn({ err: error }, 'notices could not be sent');
    }
    if (sent < atOnce) await deps.clock.sleep(everyMs, signal).catch(() => undefined);
  }
}

/** A notice that the signal interrupts is tried again when its lease has ended. */
async function deliver({ notices, send, log }: DeliverDeps, notice: DueNotice, signal: AbortSignal): Promise<void> {
  const { delivered, error, retryable } = await send(notice, signal);
  if (error === undefined) return notices.settle(notice, { kind: 'delivered' }, delivered, undefined);
  log.warn({ notice: notice.id, topic: notice.order.topicUrn, turn: notice.turn, code: error }, 'a notice was not taken');
  if (!retryable || notice.turn >= mostTurns) return notices.settle(notice, { kind: 'failed', error }, delivered, undefined);
  return notices.settle(notice, { kind: 'pending', error }, delivered, waitAfter(notice.turn));
}
