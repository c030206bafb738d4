import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prepared } from '@haulier/platform/database/prepared.ts';
import { createTestDatabase } from './test-database.ts';
import type { TestDatabase } from './test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ migrated: false });
});
afterAll(() => database.drop());

test('a marked statement is planned once a connection and asked again with other parameters; any other is not kept', async () => {
  await database.db.connection().execute(async (db) => {
    const next = async (number: number) => (await sql<{ next: number }>`${prepared} select ${number}::integer + 1 as next`.execute(db)).rows;
    for (const number of [1, 5, 9]) expect(await next(number)).toEqual([{ next: number + 1 }]);
    await sql`select ${1}::integer as plain`.execute(db);
    const { rows } = await sql`select statement from pg_prepared_statements`.execute(db);
    expect(rows).toEqual([{ statement: '/* prepared */ select $1::integer + 1 as next' }]);
  });
});

test('one that fails leaves its connection as it was', async () => {
  await database.db.connection().execute(async (db) => {
    const share = async (of: number) => (await sql<{ share: number }>`${prepared} select 100 / ${of}::integer as share`.execute(db)).rows;
    await expect(share(0)).rejects.toThrow('division by zero');
    expect(await share(4)).toEqual([{ share: 25 }]);
  });
});
