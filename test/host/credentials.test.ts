import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostCredentials, referencedVariable } from '../../src/host/credentials.ts';
import { keyUseProblem, keyUses } from '../../src/host/key-use.ts';
import {
  keyCases,
  keyNamed,
  nameOfKey,
  sharedDatabase,
  writeKeys,
  writeProfiles,
} from '../helpers/host-keys.ts';
import { put } from '../helpers/put.ts';
import { createWorld, testKey } from '../helpers/world.ts';

describe('hostCredentials', () => {
  it.each(keyCases)('finds first what OpenClaw uses: $name', async (one) => {
    const { deps, home } = createWorld();
    const { config, provider, env } = writeKeys(home, one);
    const whole = { ...config, models: { providers: { openrouter: provider } } };
    const world = { ...deps, env: { ...deps.env, ...env } };
    const [used] = await hostCredentials(world, whole, 'main');
    expect(nameOfKey(used?.key ?? '')).toBe(one.used);
  });

  it('lets an empty variable hide all but the config, as OpenClaw does', async () => {
    const { deps, home } = createWorld({ env: { OPENROUTER_API_KEY: '' } });
    const { config } = writeKeys(home, { name: '', dotenv: 'a', configEnv: 'b', used: 'b' });
    const inConfig = { where: "env of OpenClaw's config", key: keyNamed('b') };
    expect(await hostCredentials(deps, config, 'main')).toEqual([inConfig]);
    const shell = { env: { shellEnv: { enabled: true } } };
    expect(await hostCredentials(deps, shell, 'main')).toEqual([]);
  });

  it('names a secret that only OpenClaw can read, without a key', async () => {
    const { deps } = createWorld();
    const apiKey = { source: 'file', provider: 'vault', id: 'value' };
    const config = { models: { providers: { openrouter: { apiKey } } } };
    expect(await hostCredentials(deps, config, 'main')).toEqual([
      { where: "models.providers.openrouter.apiKey of OpenClaw's config", key: null },
    ]);
    const shell = { env: { shellEnv: { enabled: true } } };
    expect(await hostCredentials(deps, shell, 'main')).toMatchObject([{ key: null }]);
  });

  it('takes a database that cannot be read for a key that only OpenClaw can read', async () => {
    const { deps, home } = createWorld({ env: { OPENROUTER_API_KEY: testKey } });
    put(sharedDatabase(home), 'not a database, but long enough to be taken for one');
    expect(await hostCredentials(deps, {}, 'main')).toMatchObject([
      { key: null },
      { key: testKey },
    ]);
  });

  it('conceals every key that it finds', async () => {
    const { deps, home } = createWorld();
    writeProfiles(sharedDatabase(home), { 'openrouter:default': 'profile' });
    await hostCredentials(deps, {}, 'main');
    expect(deps.io.mask(`${keyNamed('profile')}`)).not.toContain(keyNamed('profile').slice(-8));
  });
});

it.each([
  [`\${OPENROUTER_API_KEY}`, 'OPENROUTER_API_KEY'],
  ['$MY_KEY', 'MY_KEY'],
  ['OPENROUTER_API_KEY', 'OPENROUTER_API_KEY'],
  [{ source: 'env', id: 'MY_KEY' }, 'MY_KEY'],
  [{ source: 'file', provider: 'a', id: 'value' }, null],
  ['sk-or-v1-1a2b', null],
  [undefined, null],
])('%j of the host config refers to the variable %j', (apiKey, variable) => {
  expect(referencedVariable(apiKey)).toBe(variable);
});

describe('keyUses', () => {
  it('tells of a secret that refers to a variable which nobody sets', async () => {
    const { deps } = createWorld({ env: { OPENROUTER_API_KEY: testKey } });
    const apiKey = { source: 'env', provider: 'default', id: 'UNSET' };
    const config = { models: { providers: { openrouter: { apiKey } } } };
    expect((await keyUses(deps, config, testKey)).map(keyUseProblem)).toEqual([
      "OpenClaw (agent main) has no OpenRouter key: models.providers.openrouter.apiKey of OpenClaw's config refers to UNSET, which is set nowhere",
    ]);
  });

  it('groups agents by the key that they use', async () => {
    const { deps, home } = createWorld({ env: { OPENROUTER_API_KEY: testKey } });
    const config = { agents: { entries: { main: {}, work: {}, home: {} } } };
    writeKeys(home, { name: '', ownProfiles: { 'openrouter:default': 'own' }, used: null });
    const uses = await keyUses(deps, config, testKey);
    expect(uses).toMatchObject([
      { agents: ['main'], isExpected: false },
      { agents: ['work', 'home'], isExpected: true },
    ]);
    expect(uses.map(keyUseProblem)).toEqual([
      expect.stringMatching(
        /^OpenClaw \(agent main\) uses sk-or-v1-6f77… from OpenClaw's profile openrouter:default/,
      ),
      null,
    ]);
  });

  const profile = { type: 'api_key', provider: 'openrouter', key: testKey };
  it.each([
    ['its profiles', JSON.stringify({ version: 1, profiles: { 'openrouter:default': profile } })],
    ['its flat shape', JSON.stringify({ openrouter: { apiKey: testKey } })],
    ['what nobody understands', '{'],
  ])('has agents blocked by the file of an older host: %s', async (_, text) => {
    const { deps, home } = createWorld({ env: { OPENROUTER_API_KEY: testKey } });
    const config = { agents: { entries: { main: {}, work: {} } } };
    const folder = join(home, '.openclaw', 'agents', 'main', 'agent');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'auth-profiles.json'), text);
    const uses = await keyUses(deps, config, testKey);
    expect(uses.map(keyUseProblem)).toEqual([
      'OpenClaw (agents main, work) refuses OpenRouter until openclaw doctor --fix has moved ~/.openclaw/agents/main/agent/auth-profiles.json into its database',
    ]);
    // Once there is something in the database, it only warns.
    writeKeys(home, { name: '', profiles: { 'openrouter:default': 'stored' }, used: null });
    const after = await keyUses(deps, config, testKey);
    expect(after).toMatchObject([{ blockedBy: null }]);
  });

  it('goes by no file about other providers', async () => {
    const { deps, home } = createWorld({ env: { OPENROUTER_API_KEY: testKey } });
    const folder = join(home, '.openclaw', 'agents', 'main', 'agent');
    mkdirSync(folder, { recursive: true });
    const profiles = { 'openai:default': { ...profile, provider: 'openai' } };
    writeFileSync(join(folder, 'auth-profiles.json'), JSON.stringify({ profiles }));
    expect((await keyUses(deps, {}, testKey)).map(keyUseProblem)).toEqual([null]);
  });
});
