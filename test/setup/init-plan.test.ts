import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planInit } from '../../src/setup/init-plan.ts';
import { presetNamed } from '../../src/setup/presets.ts';
import { newKey } from '../../src/setup/setup-key.ts';
import { readSetup } from '../../src/setup-file/setup-file.ts';
import { createWorld, testKey } from '../helpers/world.ts';

/** Plans the preset "basic" with a new key, on a setup file with this text. */
async function planWithKey(text = '', stores = true) {
  const { deps, home } = createWorld();
  const rcFile = { shell: 'bash', path: join(home, '.bashrc') } as const;
  const key = newKey(testKey, 'the sign-in', stores ? rcFile : null);
  const path = join(home, 'openclaw.json5');
  if (text !== '') writeFileSync(path, text);
  const setup = await readSetup(deps.files, path);
  return planInit(deps, { setup }, presetNamed('basic'), key, null);
}

describe('a new key', () => {
  it('is written to the rc file and never to the setup file', async () => {
    const { changes, keyLine } = await planWithKey();
    const [setup, rc] = changes.files;
    expect(setup?.after).not.toContain(testKey);
    expect(rc?.after).toContain(`export OPENROUTER_API_KEY="${testKey}"`);
    expect(keyLine).toMatchObject({ variable: 'OPENROUTER_API_KEY', value: testKey });
  });

  it('gets the variable that the entry names', async () => {
    const text = `{ models: { openrouter: { provider: 'openrouter', apiKey: '\${MINE}' } } }`;
    expect((await planWithKey(text)).keyLine).toMatchObject({ variable: 'MINE' });
  });

  it('is not stored without an rc file', async () => {
    const { changes, keyLine } = await planWithKey('', false);
    expect(changes.files).toHaveLength(1);
    expect(keyLine).toBeNull();
  });
});
