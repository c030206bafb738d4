import { sql } from 'kysely';
import { afterAll, beforeAll } from 'vitest';
import { describeLedgerContract } from '@haulier/platform/engine/ledger/ledger-contract.ts';
import { PgLedgerAdmin } from '@haulier/platform/database/ledger/pg-ledger-admin.ts';
import { createTestDatabase } from './test-database.ts';
import type { TestDatabase } from './test-database.ts';
import { newTaskId } from './ledger-samples.ts';

let database: TestDatabase;
beforeAll(async () => { database = await createTestDatabase(); });
afterAll(() => database.drop());

describeLedgerContract('PostgreSQL', async () => {
  const taskId = newTaskId();
  const admin = new PgLedgerAdmin({ db: database.db, zone: 'UTC', largeFrom: 1_000_000 });
  await admin.create(taskId);
  await admin.beginRun(taskId, { failedOnly: false });
  await admin.setDesired(taskId, 'run');
  return {
    ledgerFor: (workerId) => admin.ledgerFor(taskId, workerId),
    async expireLeasesOf(workerId) {
      await sql`update ledger_worker set lease_until = now() where task_id = ${taskId} and worker_id = ${workerId}`.execute(database.db);
    },
    retryFailed: () => admin.beginRun(taskId, { failedOnly: true }),
  };
});
