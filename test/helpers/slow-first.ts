import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** In starting order. All other files follow in vitest's order. */
const slowest = [
  'e2e/host-apply.test.ts',
  'e2e/host-plugin.test.ts',
  'e2e/host-as-direct.test.ts',
  'e2e/host-credentials.test.ts',
  'e2e/host-chat.test.ts',
  'live-test/rehearse-host.test.ts',
  'e2e/key-rotate.test.ts',
  'e2e/serve-page.test.ts',
  'config/crash.test.ts',
  'e2e/narrow-terminal.test.ts',
  'config/large-files.test.ts',
  'json5/laws.test.ts',
  'json5/odd-files.test.ts',
  'gateway/load.test.ts',
];

/**
 * Starts the slowest files first, so that none is still running when the other workers have nothing left to do. vitest
 * only knows durations from the last run: none after `npm ci`, and misleading ones for tests that were skipped.
 */
export default class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => rank(a) - rank(b));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const index = slowest.findIndex((name) => moduleId.endsWith(`/${name}`));
  return index < 0 ? slowest.length : index;
}
