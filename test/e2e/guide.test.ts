import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runBin } from '../helpers/bin.ts';
import { testSandbox } from '../helpers/sandbox.ts';
import { packageFolder, temporaryFolder } from '../helpers/world.ts';

/** The guide's examples, as printed there, and what is wrong with each: an id that OpenRouter does not have. */
const examples: readonly (readonly [step: string, wrong: readonly [string, string] | null])[] = [
  ['2.1', null],
  ['3.1', ['meta-llama/llama-3.3-70b:free', 'meta-llama/llama-3.3-70b-instruct:free']],
  ['4.1', ['meta-llama/llama-3.3-70b', 'meta-llama/llama-3.3-70b-instruct']],
  ['4.2', null],
  ['5.1', null],
  ['6.1', null],
  ['6.2', null],
  ['7.1', null],
  ['7.2', null],
];

function homeWithExample(step: string): string {
  const home = temporaryFolder();
  const file = join(home, '.config/openclaw/openclaw.json5');
  mkdirSync(dirname(file), { recursive: true });
  copyFileSync(join(packageFolder, `test/fixtures/guide/guide-${step}.json5`), file);
  return home;
}

describe.each(examples)('the guide, step %s', (step, wrong) => {
  it('has the expected findings of doctor', async () => {
    const { env } = await testSandbox();
    const run = await runBin(['doctor', '--json'], { home: homeWithExample(step), env });
    const report = JSON.parse(run.stdout);
    const errors = report.findings.filter(
      ({ severity }: { severity: string }) => severity === 'error',
    );
    if (wrong === null) {
      expect(errors).toEqual([]);
      expect(run.exitCode).toBe(0);
      return;
    }
    expect(run.exitCode).toBe(1);
    expect(errors).toHaveLength(1);
    expect(errors[0].message).toContain(`"${wrong[0]}"`);
    expect(JSON.stringify(errors[0])).toContain(wrong[1]);
    expect(errors[0]).toMatchObject({ line: expect.any(Number), column: expect.any(Number) });
  });

  it('has the expected result of test', async () => {
    const { env } = await testSandbox();
    const run = await runBin(['test', '--json'], { home: homeWithExample(step), env });
    const report = JSON.parse(run.stdout);
    expect(report.ok).toBe(wrong === null);
    expect(run.exitCode).toBe(wrong === null ? 0 : 1);
    const failed = report.entries
      .flatMap(({ links }: { links: readonly { ok: boolean }[] }) => links)
      .filter(({ ok }: { ok: boolean }) => !ok);
    expect(
      failed.map(({ model, outcome }: { model: string; outcome: string }) => [model, outcome]),
    ).toEqual(wrong === null ? [] : [[wrong[0], 'not_found']]);
  });

  it('is fixed by doctor --fix, and stays fixed', async () => {
    const { env } = await testSandbox();
    const home = homeWithExample(step);
    const fix = await runBin(['doctor', '--fix', '--yes', '--json'], { home, env });
    expect(fix.exitCode, fix.stdout).toBe(0);
    expect((await runBin(['test'], { home, env })).exitCode).toBe(0);
    const again = await runBin(['doctor', '--fix', '--dry-run'], { home, env });
    expect(again.exitCode).toBe(0);
  });

  it('has its spend', async () => {
    const { env } = await testSandbox();
    const run = await runBin(['spend', '--json'], { home: homeWithExample(step), env });
    expect(run.exitCode).toBe(0);
    const { today, month } = JSON.parse(run.stdout);
    const limits = step === '6.1' ? ['2', '30'] : [null, null];
    expect([today.usd, month.usd]).toEqual(['0.5', '3']);
    expect([today.limit, month.limit]).toEqual(limits);
  });
});
