import type { Reporter, TestModule } from 'vitest/node';

/** Lists every skipped test with its reason after the run, so that nothing is skipped silently. */
export default class NameSkips implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap((module) => [...module.children.allTests('skipped')]);
    if (skipped.length === 0) return;
    console.log(`\nSkipped on this machine:`);
    for (const test of skipped) {
      const result = test.result();
      const reason = result.state === 'skipped' && result.note ? ` (${result.note})` : '';
      console.log(`  ${test.fullName}${reason}`);
    }
  }
}
