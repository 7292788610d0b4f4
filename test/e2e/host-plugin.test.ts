import { readFileSync } from 'node:fs';
import JSON5 from 'json5';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { guide, type HostHome, hasHost, hostHome, pack } from '../helpers/host.ts';

// Starts the real OpenClaw, which takes seconds each time.
describe.skipIf(!hasHost)('the plugin in the real OpenClaw', { timeout: 600_000 }, () => {
  let host: HostHome;

  beforeAll(async () => {
    host = hostHome();
    host.writeSetup(guide('5.1'));
    const tarball = await pack(host.home);
    const install = ['plugins', 'install', `npm-pack:${tarball}`, '--force'];
    expect(await host.openclaw(...install, '--accept-capabilities')).toMatchObject({
      exitCode: 0,
    });
  }, 600_000);

  afterAll(() => host.remove());

  it('is loaded without a warning', async () => {
    const inspected = await host.openclaw(
      'plugins',
      'inspect',
      'openrouter-cli',
      '--runtime',
      '--json',
    );
    expect(JSON.parse(inspected.stdout)).toMatchObject({
      plugin: { id: 'openrouter-cli', status: 'loaded' },
      diagnostics: [],
    });
    const examined = await host.openclaw('plugins', 'doctor');
    expect(examined).toMatchObject({ exitCode: 0, stderr: '' });
    expect(examined.stdout).toContain('configuration checks passed');
    expect(await host.openclaw('config', 'validate')).toMatchObject({ exitCode: 0 });
  });

  it('has openclaw doctor say where an entry belongs that was pasted into its config', async () => {
    const config = readFileSync(host.configPath, 'utf8');
    host.writeConfig(JSON.stringify({ ...JSON5.parse(config), ...JSON5.parse(guide('2.1')) }));
    const examined = await host.openclaw('doctor', '--non-interactive');
    host.writeConfig(config);
    expect(examined.stdout.replace(/[^\w"]+/g, ' ')).toContain(
      'an entry with provider "openrouter" belongs in',
    );
  });

  it('is in the help of the host', async () => {
    expect((await host.openclaw('--help')).stdout).toMatch(/^\s+openrouter \*?\s+Set up, test/m);
  });

  it('keeps what the host says about its config out of a pipe', async () => {
    const config = readFileSync(host.configPath, 'utf8');
    const { plugins, ...rest } = JSON5.parse(config);
    const entries = { ...plugins?.entries, 'no-such-plugin': { enabled: true } };
    host.writeConfig(JSON.stringify({ ...rest, plugins: { ...plugins, entries } }));
    onTestFinished(() => host.writeConfig(config));
    for (const args of [
      ['models', '--sandbox', '--limit', '1'],
      ['doctor', '--sandbox', '--only', 'models'],
      ['completion', 'bash'],
    ]) {
      const under = await host.openclaw('openrouter', ...args);
      expect(under.stderr).toContain('no-such-plugin');
      expect(under.stdout).toBe(asUnderHost((await host.bin(...args)).stdout));
    }
  }, 600_000);

  it.concurrent.each([
    [['models', 'sonnet', '--sandbox', '--limit', '2', '--json']],
    [['models', 'sonnet', '--sandbox', '--limit', '2', '--csv']],
    [['models', 'sonnet', '--sandbox', '--limit', '2']],
    [['models', 'show', 'openai/gpt-4o', '--sandbox', '--json']],
    [['doctor', '--sandbox', '--only', 'files', 'models', 'chain', '--json']],
    [['test', '--simulate', 'primary:503*3', '--json']],
    [['spend', '--sandbox', '--json']],
    [['init', '--dry-run', '--yes', '--preset', 'channels', '--sandbox', '--json']],
    [['apply', '--check', '--json']],
    [['apply', '--dry-run']],
    [['undo', '--list', '--json']],
    [['completion', 'bash']],
    [['models', '--help']],
    [['help', 'doctor']],
    [['--version']],
    [['modles', '--json']],
    [['models', '--lmit', '3', '--json']],
    [['doctor', '--only', 'nonsense']],
    [['undo', '--yes']],
  ])('%j exits and prints as it does in our own bin', async (args) => {
    const [under, own] = await Promise.all([
      host.openclaw('openrouter', ...args),
      host.bin(...args),
    ]);
    expect(under.exitCode).toBe(own.exitCode);
    expect(timeless(under.stdout)).toBe(timeless(asUnderHost(own.stdout)));
    expect(timeless(withoutLog(under.stderr))).toBe(timeless(asUnderHost(own.stderr)));
  });
});

/** OpenClaw logs what is slow on a busy machine, and what it knows of its other plugins. */
function withoutLog(text: string): string {
  return text.replace(/^\[[a-z-]+(\/[a-z-]+)?\] .*\n/gm, '');
}

/** Hints and help say what a person types there; all else is the same. */
function asUnderHost(text: string): string {
  return text.replace(
    /openclaw-openrouter(?= (init|models|doctor|test|apply|undo|serve)\b)/g,
    'openclaw openrouter',
  );
}

/** Two runs are never at the same time, nor equally long; a forecast is of the very second. */
function timeless(text: string): string {
  return text
    .replace(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, '(time)')
    .replace(
      /("(?:ttftMs|totalMs|waitedMs|id|dayEndUsd|monthEndUsd|usdPerDay|days|daysLeft)": )[^,\n]+/g,
      '$1(…)',
    )
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:(port)');
}
