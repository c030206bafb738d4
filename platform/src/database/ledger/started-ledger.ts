import type { Kysely } from 'kysely';
import type { Count } from '../../engine/ledger/ledger.ts';
import type { BandwidthWindow, TaskId } from '../../object-migration/task.ts';
import type { Database } from '../schema.ts';

export interface StartedLedger {
  readonly taskId: TaskId;
  readonly bandwidth: readonly BandwidthWindow[];
  /** What a counting pass found beforehand. */
  readonly found: Count | undefined;
  /** Tasks of one pool keep to one bandwidth together. */
  readonly pool: string;
}

/** A ledger whose first run has begun, as `create`, `setBandwidth` and `beginRun` leave it, in the transaction that makes its task. */
export async function insertStartedLedger(db: Kysely<Database>, { taskId, bandwidth, found, pool }: StartedLedger): Promise<void> {
  await db.insertInto('ledger_state').values({
    task_id: taskId,
    starts: 1,
    run: 1,
    bandwidth_windows: JSON.stringify(bandwidth),
    bandwidth_pool: pool,
    ...(found === undefined ? {} : { counting_objects: found.objects, counting_bytes: found.bytes, counting_done: true }),
  }).execute();
}
