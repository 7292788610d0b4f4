import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'plist';
import { describe, expect, it } from 'vitest';
import { renderStatus } from '../../src/commands/key/render.ts';
import { keyStatus } from '../../src/keys/status.ts';
import { setupFilePath } from '../../src/platform/paths.ts';
import { sharedDatabase, writeProfiles } from '../helpers/host-keys.ts';
import { onMac } from '../helpers/mac.ts';
import { put } from '../helpers/put.ts';
import { testSandbox } from '../helpers/sandbox.ts';
import { createWorld, testKey } from '../helpers/world.ts';

const stranger = `sk-or-v1-${'99ff'.repeat(16)}`;

async function statusOf(files: Readonly<Record<string, string>>, tty = false) {
  const sandbox = await testSandbox();
  const env = { ...sandbox.env, OPENROUTER_MANAGEMENT_KEY: sandbox.managementKey };
  const world = createWorld({ env, tty });
  for (const [path, text] of Object.entries(files)) {
    put(
      join(world.home, path),
      text
        .replaceAll('<key>', sandbox.key)
        .replaceAll('<hex>', sandbox.key.slice(9))
        .replaceAll('<other>', stranger),
    );
  }
  const read = () => keyStatus(world.deps, setupFilePath(world.deps), 5_000);
  return { sandbox, world, read };
}

const setupText = `{ models: { one: { provider: 'openrouter', apiKey: '\${OPENROUTER_API_KEY}', defaultModel: 'a/b' } } }`;

describe('keyStatus', () => {
  it('finds keys in less usual places', async () => {
    const unit = '.config/systemd/user/openclaw-gateway.service';
    const found: Record<string, string> = {
      '.config/fish/conf.d/mine.fish': 'set -gx OPENROUTER_API_KEY <key>\n',
      '.config/environment.d/50-mine.conf': 'OPENROUTER_API_KEY=<key>\n',
      'gateway.env': 'OPENROUTER_API_KEY=<key>\n',
      '.zshrc': "alias claw='OPENROUTER_API_KEY=<key> openclaw'\n",
      '.config/fish/fish_variables':
        'SETUVAR --export OPENROUTER_API_KEY:sk\\x2dor\\x2dv1\\x2d<hex>\n',
      [`${unit}.d/my.conf`]: ' Environment = "OPENROUTER_API_KEY=<key>" \\\n A=1\n',
      '.openclaw-work/.env': 'OPENROUTER_API_KEY=<key>\n',
      '.openclaw-work/openclaw.json': '{ env: { vars: { OPENROUTER_API_KEY: "<key>" } } }\n',
    };
    const { world, read } = await statusOf({
      ...found,
      [unit]: '[Service]\n# <key>\nEnvironmentFile=-%h/gateway.env\n',
    });
    const { keys } = await read();
    const places = keys.flatMap((key) => key.places);
    const files = Object.keys(found).filter((path) =>
      places.some((place) => place.includes(`~/${path}`)),
    );
    expect(files).toEqual(Object.keys(found));
    expect(places.filter((place) => place.includes(`${unit}:`))).toEqual([]);
    expect(world.printed.err).toBe('');
  });

  it('finds every place of every key', async () => {
    const { world, read } = await statusOf({
      '.bashrc': '# OPENROUTER_API_KEY=<other>\n. ~/.secrets\nexport MINE="<key>"\n',
      '.secrets': 'export OPENROUTER_API_KEY=<key>\n',
      '.config/openclaw/openclaw.json5': `{ models: { one: { provider: 'openrouter', apiKey: '<key>', defaultModel: 'a/b' } } }`,
      '.openclaw/.env': 'OPENROUTER_API_KEY=<other>\nOPENROUTER_MANAGEMENT_KEY=<other>\n',
      '.openclaw/openclaw.json': '{ models: { providers: { openrouter: { apiKey: "<key>" } } } }',
      '.config/systemd/user/openclaw-gateway.service':
        '[Service]\nEnvironment=OPENROUTER_API_KEY=<key>\nEnvironmentFile=-/nowhere/env\n',
      '.config/systemd/user/openclaw-gateway.service.d/my.conf':
        '[Service]\nEnvironment="OPENROUTER_API_KEY=<other>"\n',
    });
    writeProfiles(sharedDatabase(world.home), { 'openrouter:default': 'stored' });
    const { keys } = await read();
    expect(keys.map(({ prefix, places }) => [prefix, ...places])).toEqual([
      [
        expect.stringMatching(/^sk-or-v1-.{4}…$/),
        'OPENROUTER_API_KEY of this shell',
        '~/.secrets:1',
        '~/.bashrc:3',
        '~/.config/systemd/user/openclaw-gateway.service:2',
        'models.one.apiKey in ~/.config/openclaw/openclaw.json5',
        'models.providers.openrouter.apiKey in ~/.openclaw/openclaw.json',
      ],
      [
        'sk-or-v1-99ff…',
        '~/.openclaw/.env:1',
        '~/.config/systemd/user/openclaw-gateway.service.d/my.conf:2',
      ],
      [expect.any(String), "OpenClaw's profile openrouter:default"],
    ]);
  });

  it('finds the places and users of macOS', async () => {
    const { world, sandbox } = await statusOf({
      '.zprofile': 'export OPENROUTER_API_KEY=<key>\n',
      '.zshenv': 'export MINE=<key>\n',
      '.openclaw/openclaw.json': '{}',
      '.openclaw/service-env/ai.openclaw.gateway.env': "# by OpenClaw\nexport OLD='<other>'\n",
      'Library/LaunchAgents/openclaw-openrouter.serve.plist': '',
      'Library/LaunchAgents/com.example.plist': '<string><other></string>',
    });
    const held = { HELD: sandbox.key, OPENROUTER_MANAGEMENT_KEY: stranger };
    writeFileSync(
      join(world.home, 'Library/LaunchAgents/ai.openclaw.gateway.plist'),
      build({ EnvironmentVariables: held }),
    );
    const deps = onMac(world.deps, { OPENROUTER_API_KEY: stranger });
    const { keys, users } = await keyStatus(deps, setupFilePath(deps), 5_000);
    expect(keys.map(({ places }) => places)).toEqual([
      [
        'OPENROUTER_API_KEY of this shell',
        '~/.zprofile:1',
        '~/.zshenv:1',
        expect.stringMatching(/^~\/Library\/LaunchAgents\/ai\.openclaw\.gateway\.plist:\d+$/),
      ],
      ['~/.openclaw/service-env/ai.openclaw.gateway.env:2', 'OPENROUTER_API_KEY of launchd'],
    ]);
    expect(users.map(({ who, prefix }) => [who, prefix === 'sk-or-v1-99ff…'])).toEqual([
      ['this shell', false],
      ['OpenClaw, started here (agent main)', false],
      ["OpenClaw's gateway (agent main)", true],
      ['serve, started by launchd', true],
    ]);
  });

  it('shows limits, and fails if a rejected key is in use', async () => {
    const { read, sandbox } = await statusOf({
      '.config/openclaw/openclaw.json5': setupText,
      '.openclaw/openclaw.json': '{}',
      '.openclaw/.env': 'OPENROUTER_API_KEY=<other>\n',
      '.config/systemd/user/openclaw-gateway.service': '[Service]\nEnvironment=HOME=/\n',
    });
    const status = await read();
    expect(status.ok).toBe(false);
    expect(status.keys[0]?.info).toMatchObject({ limit: '20', limitRemaining: '17' });
    expect(status.keys[1]?.problem).toContain('OpenRouter rejects it');
    expect(status.users.map(({ who, prefix }) => [who, prefix === 'sk-or-v1-99ff…'])).toEqual([
      ['this shell', false],
      ['OpenClaw, started here (agent main)', false],
      ["OpenClaw's gateway (agent main)", true],
      ['serve, started here', false],
    ]);
    expect(sandbox.requests.map(({ path }) => path)).toEqual(['/api/v1/key', '/api/v1/key']);
  });

  it('shows no key', async () => {
    const { read, world, sandbox } = await statusOf({ '.bashrc': `export A=${testKey}\n` });
    const status = await read();
    const shown = [
      JSON.stringify(status),
      renderStatus(world.deps.io.stdout, (args) => `program ${args}`, status),
      renderStatus(
        { isTty: true, color: false, unicode: true, columns: 80 },
        (args) => `program ${args}`,
        status,
      ),
    ].join('\n');
    for (const key of [testKey, sandbox.key, sandbox.managementKey]) {
      expect(shown).not.toContain(key);
    }
    expect(shown).toContain('$17.00 of $20.00 left, resets monthly');
  });
});
