import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { detect, repair } from '../../src/cli/host-health-check.ts';
import { createWorld } from '../helpers/world.ts';

const text = `{ models: { one: { provider: 'openrouter', defaultModle: 'openai/gpt-4o' } } }\n`;

describe('the health check of the host', () => {
  it('finds what doctor finds, in the shape of the host', async () => {
    const { deps, path } = world();
    const findings = await detect({ env: deps.env }, deps);
    expect(findings).toContainEqual({
      checkId: 'openrouter-cli/files/unknown-keys',
      severity: expect.any(String),
      message: expect.stringContaining('defaultModle'),
      source: 'openrouter-cli',
      path,
      line: 1,
      column: text.indexOf('defaultModle') + 1,
      fixHint: expect.any(String),
    });
  });

  it('mends what doctor mends, and with dryRun says what it would', async () => {
    const { deps, path } = world();
    const planned = await repair({ env: deps.env, dryRun: true }, deps);
    expect(planned.status).toBe('repaired');
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(await repair({ env: deps.env }, deps)).toEqual(planned);
    expect(readFileSync(path, 'utf8')).toContain(`defaultModel: 'openai/gpt-4o'`);
    expect(await repair({ env: deps.env }, deps)).toMatchObject({ status: 'skipped', changes: [] });
  });

  it('looks where the environment of the host says', async () => {
    const { deps } = world();
    const env = { ...deps.env, OPENCLAW_OPENROUTER_CONFIG: '/nowhere/openclaw.json5' };
    expect((await detect({ env }, deps)).map(({ checkId }) => checkId)).toContain(
      'openrouter-cli/files/exists',
    );
  });
});

/** Nobody answers: the network is none of this. */
function world() {
  const made = createWorld({
    fetch: async () => {
      throw new TypeError('fetch failed');
    },
    exec: async () => ({
      exitCode: null,
      stdout: '',
      stderr: '',
      notFound: true,
      timedOut: false,
    }),
  });
  const path = join(made.home, '.config', 'openclaw', 'openclaw.json5');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return { ...made, path };
}
