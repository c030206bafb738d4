import { defineConfig } from 'vitest/config';

/** What keeps both processors busy for long, or judges what is done within a time: one file after another, with nothing beside it. */
const alone = [
  'e2e/durability/**/*.test.ts', 'e2e/server-migration/fleet.test.ts', 'e2e/volumes/kill-loop.test.ts', 'e2e/traps/**/*.test.ts', 'e2e/worker/crash.test.ts', 'e2e/worker/migration-tasks.test.ts',
  'e2e/sync/crash.test.ts', 'e2e/database/ledger-torture.test.ts',
  // One Cinder with two projects, whose quotas they use up.
  'e2e/volumes/cinder.test.ts', 'e2e/volumes/cinder-room.test.ts',
];

/** What crosses a process: real stores, a real PostgreSQL, the real binary. Most of it waits for answers, so that several files are tried at a time, each with buckets, disks and servers of its own. */
export default defineConfig({
  test: {
    globalSetup: ['e2e/stores/last-one-out.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    projects: [
      { extends: true, test: { name: 'side by side', include: ['e2e/**/*.test.ts'], exclude: alone, maxWorkers: 3, sequence: { groupOrder: 1 } } },
      { extends: true, test: { name: 'alone', include: alone, fileParallelism: false, sequence: { groupOrder: 2 } } },
    ],
  },
});
