import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { testSandbox } from '../helpers/sandbox.ts';
import { temporaryFolder } from '../helpers/world.ts';
import { requestsOf, type TestGateway, testGateway } from './start.ts';

/** A folder into which `@openai/codex` and `@anthropic-ai/claude-code` were installed with npm. */
const folder = process.env.REQUIRE_AGENTS;
const why = folder === undefined ? ' (skipped: REQUIRE_AGENTS names no folder)' : '';

async function beforeSandbox(): Promise<TestGateway> {
  const sandbox = await testSandbox({});
  const models = { main: { defaultModel: 'anthropic/claude-sonnet-4' } };
  return testGateway({ models, baseUrl: sandbox.url, key: sandbox.key });
}

/** Runs an agent in a home and a folder of its own; gives what it printed. */
async function run(
  program: string,
  args: readonly string[],
  home: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const cwd = join(home, 'work');
  mkdirSync(cwd);
  const all = { PATH: process.env.PATH ?? '', HOME: home, LANG: 'C.UTF-8', ...env };
  const running = promisify(execFile)(join(folder ?? '', 'node_modules/.bin', program), args, {
    cwd,
    env: all,
    timeout: 100_000,
  });
  running.child.stdin?.end();
  const { stdout } = await running;
  return stdout;
}

describe.skipIf(folder === undefined)(`agents, unchanged${why}`, () => {
  it('Codex has a turn with a tool call through /responses', async () => {
    const gateway = await beforeSandbox();
    const home = temporaryFolder();
    const provider = `name = "serve"\nbase_url = "${gateway.url}"\nenv_key = "ANY"\nwire_api = "responses"`;
    const config = `model = "main"\nmodel_provider = "serve"\n[model_providers.serve]\n${provider}\n`;
    mkdirSync(join(home, '.codex'));
    writeFileSync(join(home, '.codex', 'config.toml'), config);
    const args = ['exec', '--skip-git-repo-check', '--sandbox', 'read-only', 'call exec_command'];
    expect(await run('codex', args, home, { ANY: 'anything' })).toContain('in the sandbox');
    expect(requestsOf(gateway)).toMatchObject([
      { entry: 'main', outcome: 'ok', stream: true },
      { entry: 'main', outcome: 'ok', stream: true },
    ]);
    expect(requestsOf(gateway)[1]?.cache?.cachedTokens).toBeGreaterThan(1_000);
  });

  it('Claude Code has a turn with a tool call through /messages', async () => {
    const gateway = await beforeSandbox();
    const args = ['-p', 'call Bash', '--allowedTools', 'Bash'];
    const printed = await run('claude', args, temporaryFolder(), {
      ANTHROPIC_BASE_URL: gateway.url.replace(/\/v1$/, ''),
      ANTHROPIC_AUTH_TOKEN: 'anything',
      ANTHROPIC_MODEL: 'main',
      ANTHROPIC_DEFAULT_HAIKU_MODEL: 'main',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      IS_SANDBOX: '1',
    });
    expect(printed).toContain('in the sandbox');
    const turns = requestsOf(gateway).filter(({ outcome }) => outcome === 'ok');
    expect(turns.length).toBeGreaterThanOrEqual(2);
    expect(turns[1]?.cache?.cachedTokens).toBeGreaterThan(1_000);
  });
});
