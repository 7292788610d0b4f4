import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveKey } from '../../src/host/key-sources.ts';
import { keyVariable } from '../../src/setup-file/key-format.ts';
import { keyNamed, sharedDatabase, writeProfiles } from '../helpers/host-keys.ts';
import { put } from '../helpers/put.ts';
import { createWorld, testKey, type WorldOptions } from '../helpers/world.ts';

const other = `sk-or-v1-${'9f'.repeat(32)}`;
const reference = `\${OPENROUTER_API_KEY}`;

describe('keyVariable', () => {
  it.each([
    [reference, 'OPENROUTER_API_KEY'],
    [` \${MY_KEY} `, 'MY_KEY'],
    [null, 'OPENROUTER_API_KEY'],
    [testKey, null],
    ['$MY_KEY', null],
  ])('of %j is %j', (text, variable) => {
    expect(keyVariable(text)).toBe(variable);
  });
});

describe('resolveKey', () => {
  it('returns a literal key', async () => {
    const { deps } = world({});
    expect(await resolveKey(deps, testKey)).toMatchObject({
      key: testKey,
      variable: null,
      source: { kind: 'literal' },
    });
  });

  it('masks the key from then on, unless it is a word such as a placeholder', async () => {
    const { deps } = world({});
    for (const key of ['openrouter', 'hunter22']) await resolveKey(deps, key);
    expect(deps.io.mask('hunter22 of https://openrouter.ai')).toBe(
      '(hidden) of https://openrouter.ai',
    );
  });

  it('prefers the environment and lists what it shadows', async () => {
    const { deps } = world({
      '.bashrc': `# mine\nexport OPENROUTER_API_KEY="${other}"\n`,
      '.openclaw/.env': `OPENROUTER_API_KEY=${testKey}\n`,
    });
    const found = await resolveKey(
      { ...deps, env: { ...deps.env, OPENROUTER_API_KEY: testKey } },
      reference,
    );
    expect(found).toEqual({
      key: testKey,
      variable: 'OPENROUTER_API_KEY',
      source: { kind: 'environment', where: 'OPENROUTER_API_KEY' },
      shadowed: [
        { kind: 'rc', where: '~/.bashrc:2', same: false },
        { kind: 'host-env', where: '~/.openclaw/.env:1', same: true },
      ],
    });
  });

  it("prefers the rc file to the host's .env", async () => {
    const { deps } = world({
      '.bashrc': `export OPENROUTER_API_KEY=${testKey}\necho $OPENROUTER_API_KEY\n`,
      '.openclaw/.env': `OPENROUTER_API_KEY=${other}\n`,
    });
    expect(await resolveKey(deps, reference)).toMatchObject({
      key: testKey,
      source: { kind: 'rc', where: '~/.bashrc:1' },
    });
  });

  it("prefers the rc file of the user's shell", async () => {
    const files = {
      '.bashrc': `export OPENROUTER_API_KEY=${other}\n`,
      '.zshrc': `export OPENROUTER_API_KEY=${testKey}\n`,
    };
    const { deps } = world(files, { env: { SHELL: '/bin/zsh' } });
    expect(await resolveKey(deps, reference)).toMatchObject({ key: testKey });
  });

  it('finds a key of fish in conf.d', async () => {
    const { deps } = world({
      '.config/fish/conf.d/openrouter.fish': `set -gx OPENROUTER_API_KEY ${testKey}\n`,
    });
    expect(await resolveKey(deps, reference)).toMatchObject({
      source: { where: '~/.config/fish/conf.d/openrouter.fish:1' },
    });
  });

  it('prefers config.fish, which fish reads last', async () => {
    const { deps } = world({
      '.config/fish/config.fish': `set -gx OPENROUTER_API_KEY ${testKey}\n`,
      '.config/fish/conf.d/openrouter.fish': `set -gx OPENROUTER_API_KEY ${other}\n`,
    });
    expect(await resolveKey(deps, reference)).toMatchObject({
      key: testKey,
      source: { where: '~/.config/fish/config.fish:1' },
      shadowed: [{ where: '~/.config/fish/conf.d/openrouter.fish:1', same: false }],
    });
  });

  it('ignores a line that is commented out', async () => {
    const { deps } = world({ '.bashrc': `# export OPENROUTER_API_KEY=${testKey}\n` });
    expect(await resolveKey(deps, reference)).toMatchObject({ missing: 'OPENROUTER_API_KEY' });
  });

  it('lists the places that were searched for a missing key', async () => {
    const { deps } = world({}, { env: { SHELL: '/bin/bash', OPENROUTER_API_KEY: ' ' } });
    expect(await resolveKey(deps, reference)).toEqual({
      missing: 'OPENROUTER_API_KEY',
      empty: [{ kind: 'environment', where: 'OPENROUTER_API_KEY' }],
      searched: [
        'the environment',
        '~/.bashrc',
        '~/.zshrc',
        '~/.config/fish/config.fish',
        '~/.config/fish/conf.d/openrouter.fish',
        '~/.openclaw/.env',
      ],
    });
  });

  it('skips a file that cannot be read', async () => {
    const { deps, home } = world({ '.openclaw/.env': `OPENROUTER_API_KEY=${testKey}\n` });
    mkdirSync(join(home, '.bashrc'));
    expect(await resolveKey(deps, reference)).toMatchObject({ key: testKey });
  });

  it('searches only the environment where there is no home folder', async () => {
    const { deps } = world({});
    const homeless = { ...deps, place: { ...deps.place, home: null } };
    expect(await resolveKey(homeless, reference)).toMatchObject({ searched: ['the environment'] });
  });
});

function world(files: Readonly<Record<string, string>>, options: WorldOptions = {}) {
  const created = createWorld(options);
  for (const [name, text] of Object.entries(files)) {
    put(join(created.home, name), text);
  }
  return created;
}

describe('a key that OpenClaw stores itself', () => {
  it('is found where no variable is set', async () => {
    const { deps, home } = createWorld();
    writeProfiles(sharedDatabase(home), { 'openrouter:default': 'profile' });
    expect(await resolveKey(deps, null)).toMatchObject({
      key: keyNamed('profile'),
      source: { kind: 'profile', where: "OpenClaw's profile openrouter:default" },
    });
  });

  it('yields to any other place, and to a variable of another name', async () => {
    const { deps, home } = createWorld({ env: { OPENROUTER_API_KEY: testKey } });
    writeProfiles(sharedDatabase(home), { 'openrouter:default': 'profile' });
    expect(await resolveKey(deps, null)).toMatchObject({ key: testKey });
    expect(await resolveKey(deps, `\${OTHER_KEY}`)).toMatchObject({ missing: 'OTHER_KEY' });
  });
});
