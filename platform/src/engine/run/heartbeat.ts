import { FencedError } from '../ledger/ledger.ts';
import type { RunState } from './run-state.ts';

/** Reads the orders and obeys them. */
export async function readOrders(run: RunState): Promise<void> {
  const { desired, bandwidth } = await run.deps.ledger.heartbeat();
  run.bandwidth.set(bandwidth);
  if (desired === 'pause') run.end({ kind: 'paused' });
}

/**
 * Keeps the leases until `over` aborts. When no heartbeat has succeeded for as long as the tuning says, the leases may
 * be somebody else's: the run crashes, and with it every store request.
 *
 * @param tick called after each heartbeat, failed ones included.
 */
export async function beat(run: RunState, over: AbortSignal, tick: () => void): Promise<void> {
  const { clock, tuning } = run;
  let heard = clock.now();
  while (!over.aborted) {
    if (!(await slept(run, tuning.heartbeatMs, over))) return;
    const asked = clock.now();
    const error = await failureOf(withinGuard(run, heard + tuning.leaseGuardMs - asked, over));
    if (error === undefined) heard = asked;
    else if (error instanceof FencedError || clock.now() - heard >= tuning.leaseGuardMs) run.crash(error);
    tick();
  }
}

async function withinGuard(run: RunState, ms: number, over: AbortSignal): Promise<void> {
  const given = new AbortController();
  const late = run.clock.sleep(Math.max(0, ms), AbortSignal.any([given.signal, over])).then(() => {
    throw new Error('the ledger has not answered a heartbeat in time');
  });
  try {
    await Promise.race([readOrders(run), late]);
  } finally {
    given.abort();
    late.catch(() => {});
  }
}

async function failureOf(work: Promise<void>): Promise<unknown> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return error ?? new Error('rejected without a reason');
  }
}

/** False when `over` came first. */
async function slept(run: RunState, ms: number, over: AbortSignal): Promise<boolean> {
  try {
    await run.clock.sleep(ms, over);
    return true;
  } catch (error) {
    if (over.aborted) return false;
    throw error;
  }
}
