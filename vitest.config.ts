import { defineConfig } from 'vitest/config';

/** Pure rooms: no store, no database, no process. Seconds. */
export default defineConfig({
  test: { include: ['{wire,lib,platform}/src/**/*.test.ts'], testTimeout: 20_000, hookTimeout: 60_000 },
});
