import { existsSync, statfsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import SlowFirst from './test/helpers/slow-first.ts';

const memoryFolder = '/dev/shm';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/helpers/build-once.ts'],
    setupFiles: ['test/helpers/no-real-home.ts'],
    reporters: ['default', './test/helpers/name-skips.ts'],
    // Files share one module graph: loading it anew for each would take longer than most tests.
    isolate: false,
    env: hasMemoryFolder() ? { TMPDIR: memoryFolder } : {},
    // Most tests wait for processes and sockets at times: one worker more than cores leaves none of them idle.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: SlowFirst },
    // Many tests run the bin several times, and a busy machine with two cores must not make one fail.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // The built bin runs in processes of its own, which this does not see.
    coverage: {
      include: ['src/**/*.ts'],
      reporter: ['text-summary', 'html'],
      // With everything installed it is 96 and 89; without PostgreSQL and other shells some tests are skipped.
      thresholds: { lines: 94, branches: 87 },
    },
  },
});

/** Whether Linux has a folder in memory with room for all tests. On a disk they would mostly wait for `fsync`. */
function hasMemoryFolder(): boolean {
  if (!existsSync(memoryFolder)) return false;
  const { bavail, bsize } = statfsSync(memoryFolder);
  return bavail * bsize > 2_000_000_000;
}
