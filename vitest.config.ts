import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { availableParallelism, platform, release } from 'node:os';
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
    // Most tests wait for processes and sockets at times: two workers more than cores leave none of them idle.
    maxWorkers: availableParallelism() + 2,
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

/**
 * Whether files of tests can be in memory: with extended attributes (Linux 6.6), with programs, and with room for all.
 * On a disk the tests would mostly wait for `fsync`.
 */
function hasMemoryFolder(): boolean {
  const [major = 0, minor = 0] = release().split('.').map(Number);
  const takesAttributes = platform() === 'linux' && (major > 6 || (major === 6 && minor >= 6));
  if (!takesAttributes || !existsSync(memoryFolder)) return false;
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  const takesPrograms = mounts.some((line) => / \/dev\/shm tmpfs (?!.*\bnoexec\b)/.test(line));
  const { bavail, bsize } = statfsSync(memoryFolder);
  return takesPrograms && bavail * bsize > 2_000_000_000;
}
