import { createPgIdentityStore } from '@haulier/platform/database/identity/pg-identity-store.ts';
import { identityStoreContract } from '@haulier/platform/identity/testing/identity-store-contract.ts';
import { afterEach } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database/test-database.ts';

const databases: TestDatabase[] = [];
afterEach(async () => {
  for (const database of databases.splice(0)) await database.drop();
});

identityStoreContract('the store in PostgreSQL', async () => {
  const database = await createTestDatabase();
  databases.push(database);
  return createPgIdentityStore(database.db);
});
