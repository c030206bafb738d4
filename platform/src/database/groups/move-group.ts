import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { isActiveGroup } from '../../object-migration/groups/group-life-cycle.ts';
import type { GroupId, GroupState } from '../../object-migration/groups/group.ts';
import type { GroupChange } from '../../object-migration/groups/group-repository.ts';
import { addNotice } from '../notices/pg-notices.ts';
import type { Database } from '../schema.ts';

/** State, times, order, reason, secrets and the message about them change together or not at all. */
export async function moveGroup(db: Kysely<Database>, id: GroupId, from: GroupState, change: GroupChange): Promise<boolean> {
  const { notice } = change;
  if (notice === undefined) return move(db, id, from, change);
  return db.transaction().execute(async (trx) => {
    const moved = await move(trx, id, from, change);
    if (moved) await addNotice(trx, `group/${id}`, notice);
    return moved;
  });
}

async function move(db: Kysely<Database>, id: GroupId, from: GroupState, change: GroupChange): Promise<boolean> {
  const moved = await db.updateTable('task_group')
    .set({ state: change.to, not_before: null, ...timesOf(from, change.to), ...restOf(change) })
    .where('id', '=', id).where('state', '=', from).where('deleted_at', 'is', null).executeTakeFirst();
  return moved.numUpdatedRows === 1n;
}

function timesOf(from: GroupState, to: GroupState) {
  const now = sql<Date>`clock_timestamp()`;
  if (isActiveGroup(to)) return isActiveGroup(from) ? {} : { started_at: now, running_since: now };
  if (!isActiveGroup(from)) return {};
  return { running_since: null, accumulated_ms: sql<number>`accumulated_ms + greatest(0, (extract(epoch from clock_timestamp() - running_since) * 1000)::bigint)` };
}

function restOf(change: GroupChange) {
  const { sealedCredentials, order, error, dropCredentials } = change;
  return {
    ...(sealedCredentials === undefined ? {} : { credentials: Buffer.from(sealedCredentials) }),
    ...(dropCredentials === true ? { credentials: null } : {}),
    ...(order === undefined ? {} : { order_number: sql<number>`order_number + 1`, order_kind: order }),
    ...('error' in change ? { error_code: error?.code ?? null, error_message: error?.message ?? null } : {}),
  };
}
