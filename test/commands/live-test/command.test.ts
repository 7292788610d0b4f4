import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { define } from '../../../src/commands/live-test/command.ts';
import type { TestOptions } from '../../../src/commands/live-test/inputs.ts';
import type { runTest } from '../../../src/commands/live-test/run.ts';
import type { Deps } from '../../../src/platform/deps.ts';
import { FoundProblems, UsageError } from '../../../src/platform/errors.ts';
import { chatCount, optionsOf, resilient, worldOnline, worldWith } from './worlds.ts';

describe('the command line of test', () => {
  it('tests every entry, live, by default', async () => {
    expect(await optionsFrom([])).toEqual(optionsOf());
  });

  it('reads every flag', async () => {
    const options = await optionsFrom(
      'one two --tools --max-cost $0.10 --concurrency 3 --yes --junit out.xml --github --timeout 500'.split(
        ' ',
      ),
    );
    expect(options).toEqual(
      optionsOf({
        entries: ['one', 'two'],
        tools: true,
        maxCost: '0.10',
        concurrency: 3,
        yes: true,
        junit: 'out.xml',
        github: true,
        timeout: 500,
      }),
    );
  });

  it('reads faults, a channel and a prompt', async () => {
    const args = ['--simulate', 'primary:503', '--channel', 'telegram', '--prompt', 'Hi'];
    expect(await optionsFrom(args)).toEqual(
      optionsOf({ simulate: 'primary:503', channel: 'telegram', prompt: 'Hi' }),
    );
  });

  it('asks for no confirmation with --sandbox', async () => {
    expect(await optionsFrom(['--sandbox'])).toEqual(optionsOf({ sandbox: true }));
  });

  it.each([
    [['one', '--channel', 'telegram']],
    [['one', 'two', '--prompt', 'Hi']],
    [['--tools', '--stream']],
    [['--prompt', 'Hi', '--tools']],
    [['--prompt', 'Hi', '--max-cost', '1']],
    [['--prompt', 'Hi', '--junit', 'out.xml']],
    [['--simulate', 'broke', '--max-cost', '1']],
    [['--max-cost', 'cheap']],
    [['--concurrency', '0']],
  ])('rejects %j', async (args) => {
    await expect(optionsFrom(args)).rejects.toBeInstanceOf(UsageError);
  });
});

describe('the exit of test', () => {
  it('is without an error when every link answers', async () => {
    const { deps, printed } = await worldOnline(resilient);
    await runCommand(deps, ['--json']);
    expect(JSON.parse(printed.out)).toMatchObject({ schemaVersion: 1, ok: true });
    expect(printed.err).toBe('');
  });

  it('is FoundProblems, after the report, when a link fails', async () => {
    const { deps, printed } = await worldOnline(resilient, 'openai/gpt-4o:404');
    await expect(runCommand(deps, [])).rejects.toBeInstanceOf(FoundProblems);
    expect(printed.out).toContain('router-resilient\tfallback1\topenai/gpt-4o\tnot_found\t1\t404');
  });

  it('is FoundProblems when no link answers in a rehearsal, and fine when one does', async () => {
    const { deps } = worldWith(resilient);
    await expect(runCommand(deps, ['--simulate', '*:503'])).rejects.toBeInstanceOf(FoundProblems);
    await runCommand(deps, ['--simulate', 'primary:503']);
  });
});

describe('the extra reports', () => {
  it('write a JUnit file, and no temporary file beside it', async () => {
    const { deps, home } = await worldOnline(resilient);
    mkdirSync(join(home, 'reports'));
    await runCommand(deps, ['--junit', 'reports/report.xml']);
    expect(readFileSync(join(home, 'reports/report.xml'), 'utf8')).toMatch(
      /^<\?xml [\s\S]*<\/testsuites>\n$/,
    );
    expect(readdirSync(join(home, 'reports'))).toEqual(['report.xml']);
  });

  it('replace an older JUnit file', async () => {
    const { deps, home } = await worldOnline(resilient);
    writeFileSync(join(home, 'report.xml'), 'old');
    await runCommand(deps, ['--junit', 'report.xml']);
    expect(readFileSync(join(home, 'report.xml'), 'utf8')).not.toContain('old');
  });

  it('create the folder of the file', async () => {
    const { deps, home } = await worldOnline(resilient);
    await runCommand(deps, ['--junit', 'a/b/report.xml']);
    expect(readdirSync(join(home, 'a/b'))).toEqual(['report.xml']);
  });

  it.each([
    ['a folder', '.', /is a folder/],
    ['a device', '/dev/null', /is not a regular file/],
  ])('are rejected before any request where they would go to %s', async (_what, path, words) => {
    const { deps, sandbox } = await worldOnline(resilient);
    await expect(runCommand(deps, ['--junit', path])).rejects.toThrow(words);
    expect(chatCount(sandbox)).toBe(0);
  });

  it('are annotations relative to the workspace, and a summary after what the file has', async () => {
    const world = await worldOnline(resilient, 'openai/gpt-4o:404');
    const summary = join(world.home, 'summary.md');
    writeFileSync(summary, 'before\n');
    const env = { ...world.deps.env, GITHUB_WORKSPACE: world.home, GITHUB_STEP_SUMMARY: summary };
    await expect(runCommand({ ...world.deps, env }, ['--github'])).rejects.toBeInstanceOf(
      FoundProblems,
    );
    expect(world.printed.out).toContain(
      '\n::error file=.config/openclaw/openclaw.json5,line=8,col=9,',
    );
    expect(readFileSync(summary, 'utf8')).toMatch(/^before\n### ✗ openclaw-openrouter test\n/);
  });

  it('print nothing to stdout with --json', async () => {
    const { deps, printed } = await worldOnline(resilient, 'openai/gpt-4o:404');
    await expect(runCommand(deps, ['--github', '--json'])).rejects.toBeInstanceOf(FoundProblems);
    expect(JSON.parse(printed.out)).toMatchObject({ ok: false });
    expect(printed.err).toContain('::error file=');
  });
});

async function optionsFrom(args: readonly string[]): Promise<TestOptions> {
  const { deps } = worldWith(resilient);
  const seen: TestOptions[] = [];
  const run: typeof runTest = async (_world, options) => {
    seen.push(options);
    throw new Stop();
  };
  await runCommand(deps, args, run).catch((error: unknown) => {
    if (!(error instanceof Stop)) throw error;
  });
  const [options] = seen;
  if (options === undefined) throw new Error('It was not run');
  // Commander's own, of --no-color.
  const { color: _, ...rest } = { color: true, ...options };
  return rest;
}

class Stop extends Error {}

async function runCommand(
  deps: Deps,
  args: readonly string[],
  run?: typeof runTest,
): Promise<void> {
  const root = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  define(root.command('test'), deps, run);
  await root.parseAsync(['test', ...args], { from: 'user' });
}
