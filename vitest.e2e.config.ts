import { defineConfig } from 'vitest/config';

/** What crosses a process: real stores, a real PostgreSQL, the real binary. */
export default defineConfig({
  test: { include: ['e2e/**/*.test.ts'], globalSetup: ['e2e/stores/last-one-out.ts'], testTimeout: 180_000, hookTimeout: 180_000, fileParallelism: false },
});
