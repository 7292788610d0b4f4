import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goodKey } from '../../doctor/doctor-world.ts';
import { runBin } from '../../helpers/bin.ts';
import { put } from '../../helpers/put.ts';
import { testSandbox } from '../../helpers/sandbox.ts';
import { temporaryFolder } from '../../helpers/world.ts';

const fixture = (step: string) =>
  readFileSync(
    join(import.meta.dirname, '..', '..', 'fixtures', 'guide', `guide-${step}.json5`),
    'utf8',
  );

function homeWith(text: string): { home: string; path: string } {
  const home = temporaryFolder();
  const path = put(join(home, '.config/openclaw/openclaw.json5'), text);
  return { home, path };
}

describe('openclaw-openrouter doctor', () => {
  it('reports the wrong id of the guide with its place and fix, and exits with 1', async () => {
    const { env } = await testSandbox();
    const { home, path } = homeWith(fixture('4.1'));
    const { exitCode, stdout } = await runBin(['doctor', '--json'], { home, env });
    const report = JSON.parse(stdout);
    expect(exitCode).toBe(1);
    expect(Object.keys(report)).toEqual([
      ...['schemaVersion', 'ok', 'checksRun', 'checksSkipped', 'findings', 'skipped'],
    ]);
    expect(report).toMatchObject({ schemaVersion: 1, ok: false });
    expect(report.findings[0]).toEqual({
      checkId: 'models/exists',
      severity: 'error',
      message: '"meta-llama/llama-3.3-70b" does not exist',
      path: 'models.router-budget.defaultModel',
      file: path,
      line: 16,
      column: 15,
      fixHint: 'meta-llama/llama-3.3-70b-instruct ($0.10 in, $0.32 out per M)',
    });
    expect(report.checksRun + report.checksSkipped).toBeGreaterThan(50);
  });

  it('fixes it with --fix --yes, and finds nothing afterwards', async () => {
    const { env } = await testSandbox();
    const { home, path } = homeWith(fixture('4.1'));
    const { exitCode, stdout } = await runBin(['doctor', '--fix', '--yes'], { home, env });
    expect(stdout).toMatch(
      /^fixed\t\t\trouter-budget: replace "meta-llama\/llama-3\.3-70b" with "/,
    );
    expect(exitCode).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(
      fixture('4.1').replace('llama-3.3-70b"', 'llama-3.3-70b-instruct"'),
    );
    expect((await runBin(['doctor'], { home, env })).exitCode).toBe(0);
    expect((await runBin(['undo', '--yes'], { home, env })).exitCode).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(fixture('4.1'));
  });

  it('sends OpenRouter nothing with --offline once the list of models is cached', async () => {
    const sandbox = await testSandbox();
    const { home } = homeWith(fixture('3.1'));
    await runBin(['doctor'], { home, env: sandbox.env });
    const before = sandbox.requests.length;
    const { stdout } = await runBin(['doctor', '--offline'], { home, env: sandbox.env });
    expect(stdout).toContain('error\tmodels/exists\t');
    expect(stdout).toContain('skipped\tkey/accepted\t\tno network with --offline');
    expect(sandbox.requests.length).toBe(before);
  });

  it('reports a missing setup file as a finding, not as an error', async () => {
    const { exitCode, stdout } = await runBin(['doctor', '--offline', '--json']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout).findings).toMatchObject([
      { checkId: 'files/exists', severity: 'error' },
    ]);
  });

  it('shows a syntax error with its line and column', async () => {
    const { home } = homeWith('{\n  models: {\n    a: { provider "openrouter" },\n  },\n}\n');
    const { exitCode, stdout } = await runBin(['doctor', '--offline', '--json'], { home });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout).findings).toMatchObject([
      { checkId: 'files/syntax', line: 3, column: 19 },
    ]);
  });

  it.each([
    ['a folder', (path: string) => mkdirSync(path, { recursive: true })],
    ['no text', (path: string) => writeFileSync(path, new Uint8Array([123, 0, 255, 125]))],
  ])('exits 2 when the setup file is %s', async (_what, make) => {
    const path = join(temporaryFolder(), 'setup.json5');
    make(path);
    const { exitCode, stdout } = await runBin(['doctor', '--offline', '--json', '--config', path]);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { type: 'file' } });
  });

  it.each([
    [['--only', 'models/exist'], 'Did you mean models/exists'],
    [['--severity-min', 'bad'], 'info, warning, error'],
    [['--fix'], '--yes'],
    [['--yes'], '--fix'],
    [['--ofline'], '--offline'],
  ])('rejects %j with a suggestion', async (args, words) => {
    const { exitCode, stdout, stderr } = await runBin(['doctor', ...args]);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(words);
  });

  it('fails on warnings with --fail-on, and hides lower severities', async () => {
    const { env } = await testSandbox();
    const { home } = homeWith(
      fixture('2.1').replace('anthropic/claude-sonnet-4', 'acme/retiring-1'),
    );
    expect((await runBin(['doctor'], { home, env })).exitCode).toBe(0);
    const strict = await runBin(['doctor', '--severity-min', 'warning', '--json'], { home, env });
    expect(strict.exitCode).toBe(1);
    expect(JSON.parse(strict.stdout).findings).toMatchObject([{ checkId: 'models/retiring' }]);
  });

  it('writes annotations that a pull request shows at the line', async () => {
    const { env } = await testSandbox();
    const { home, path } = homeWith(fixture('3.1'));
    const args = ['doctor', '--github', '--only', 'models/exists'];
    const { stdout } = await runBin(args, { home, env, cwd: dirname(path) });
    expect(stdout).toMatch(
      /^::error file=openclaw\.json5,line=\d+,col=\d+,title=models\/exists::"meta-llama\/llama-3\.3-70b:free" does not exist%0A.*\n$/,
    );
  });

  describe('without the list of models', () => {
    // Nothing listens at port 1.
    const env = { OPENROUTER_BASE_URL: 'http://127.0.0.1:1/api/v1', OPENROUTER_API_KEY: goodKey };

    it.each([
      [['models/exists'], 'models/exists could not run: The list of models could not be fetched'],
      [['models'], 'checks could not run: The list of models could not be fetched'],
      [['files', 'models/exists'], 'models/exists could not run: '],
      [['key'], 'checks could not run: OpenRouter did not answer'],
      [['network/latency'], 'network/latency could not run: OpenRouter did not answer'],
    ])('exits with 2 if --only asks for %j', async (only, words) => {
      const { home } = homeWith(fixture('2.1'));
      const args = ['doctor', ...only.flatMap((id) => ['--only', id])];
      const [plain, json, github] = await Promise.all([
        runBin(args, { home, env }),
        runBin([...args, '--json'], { home, env }),
        runBin([...args, '--github'], { home, env }),
      ]);
      expect([plain.exitCode, json.exitCode, github.exitCode]).toEqual([2, 2, 2]);
      expect(plain.stderr).toContain(words);
      expect(JSON.parse(json.stdout)).toMatchObject({
        ok: false,
        skipped: expect.any(Array),
        error: { type: 'network', message: expect.stringContaining(words) },
      });
      expect(github.stdout).toContain('::error title=doctor::');
    });

    it.each([
      [['models', '--offline'], env, 'the list of models is not cached yet'],
      [['key/accepted', '--offline'], env, 'no network with --offline'],
      [['key'], { OPENROUTER_BASE_URL: env.OPENROUTER_BASE_URL }, 'there is no usable key'],
    ])('exits with 2 for --only %j: %s', async (only, given, words) => {
      const { home } = homeWith(fixture('2.1'));
      const { exitCode, stderr } = await runBin(['doctor', '--only', ...only], {
        home,
        env: given,
      });
      expect(exitCode).toBe(2);
      expect(stderr).toContain(words);
    });

    it('exits with 0 if what --only asks for does not exist here', async () => {
      const { home } = homeWith(fixture('2.1'));
      const args = ['doctor', '--only', 'host/installed', '--json'];
      const { exitCode, stdout } = await runBin(args, { home, env });
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ ok: true, checksRun: 0, checksSkipped: 1 });
    });

    it('checks the rest with --offline', async () => {
      const { home } = homeWith(fixture('2.1'));
      const { exitCode, stdout } = await runBin(['doctor', '--offline', '--json'], { home, env });
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ ok: true, checksRun: expect.any(Number) });
    });
  });

  it('lists its checks', async () => {
    const { exitCode, stdout } = await runBin(['doctor', '--list-checks']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('models/exists\tmodels\tOpenRouter lists every model id\n');
  });

  it('works without a key or a network under --sandbox', async () => {
    const { home } = homeWith(fixture('5.1'));
    const { exitCode, stdout } = await runBin(['doctor', '--sandbox', '--json'], { home });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true });
  });
});
