import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrateToLatest, MigrationError } from '@haulier/platform/database/migrate.ts';
import { migrations } from '@haulier/platform/database/migrations/index.ts';
import { createTestDatabase } from './test-database.ts';
import type { TestDatabase } from './test-database.ts';

let database: TestDatabase;
beforeEach(async () => { database = await createTestDatabase({ migrated: false }); });
afterEach(() => database.drop());

describe('migrating', () => {
  test('runs everything once, however many processes start at once', async () => {
    const pools = [database.db, database.open(), database.open(), database.open()];
    const runs = await Promise.all(pools.map((db) => migrateToLatest(db)));
    expect(runs.flat()).toEqual(Object.keys(migrations));
    expect(await migrateToLatest(database.db)).toEqual([]);
  });

  test('refuses a database that a newer version has migrated', async () => {
    await migrateToLatest(database.db);
    await sql`insert into kysely_migration (name, timestamp) values ('999-from-the-future', '2999-01-01T00:00:00Z')`.execute(database.db);
    await expect(migrateToLatest(database.db)).rejects.toThrow(MigrationError);
    await expect(migrateToLatest(database.db)).rejects.toThrow(/newer Haulier \(999-from-the-future\)/);
  });
});

describe('integers of 64 bits', () => {
  test('arrive exactly', async () => {
    const { rows } = await sql`select 9007199254740991::bigint as most, -9007199254740991::bigint as least`.execute(database.db);
    expect(rows).toEqual([{ most: 9_007_199_254_740_991, least: -9_007_199_254_740_991 }]);
  });

  test.each(['9007199254740993', '-9223372036854775808'])('are refused rather than rounded: %s', async (text) => {
    await expect(sql`select ${text}::bigint as value`.execute(database.db)).rejects.toThrow(RangeError);
    expect((await sql`select 1::bigint as value`.execute(database.db)).rows).toEqual([{ value: 1 }]);
  });
});
