import { defineConfig } from 'vitest/config';

/** Contracts over real stores, emulators and clouds, and stock clients: thousands of requests that wait for an answer, each test with a bucket, a disk or a server of its own. */
const contracts = [
  'e2e/clouds/**/*.test.ts', 'e2e/s3/contract.test.ts', 'e2e/azure/contract.test.ts', 'e2e/google/contract.test.ts', 'e2e/volumes/cinder-contract.test.ts', 'e2e/volumes/stock-*.test.ts',
];

/** What crosses a process: real stores, a real PostgreSQL, the real binary. One file at a time, but for those, which come last. */
export default defineConfig({
  test: {
    globalSetup: ['e2e/stores/last-one-out.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    projects: [
      { extends: true, test: { name: 'e2e', include: ['e2e/**/*.test.ts'], exclude: contracts, fileParallelism: false, sequence: { groupOrder: 1 } } },
      { extends: true, test: { name: 'contracts', include: contracts, maxWorkers: 3, sequence: { groupOrder: 2 } } },
    ],
  },
});
