import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planFile } from '../../src/changes/change-set.ts';
import { commit } from '../../src/changes/commit.ts';
import { undo } from '../../src/changes/undo.ts';
import { UserError } from '../../src/platform/errors.ts';
import { presetNamed, presets } from '../../src/setup/presets.ts';
import { setupEdits } from '../../src/setup/setup-edits.ts';
import { readSetup } from '../../src/setup-file/setup-file.ts';
import { createWorld } from '../helpers/world.ts';

const noKey = { variable: null, rcFile: null };
const guide = join(import.meta.dirname, '..', 'fixtures', 'guide');
const pairs = readdirSync(guide).flatMap((file) =>
  presets.map(({ name }) => [name, file] as const),
);

describe.each(pairs)('preset %s on %s', (preset, file) => {
  it('keeps every comment, changes nothing the second time, and is undone byte for byte', async () => {
    const { deps, home } = createWorld();
    const path = join(home, 'openclaw.json5');
    const before = readFileSync(join(guide, file), 'utf8');
    writeFileSync(path, before);
    const apply = async () => {
      const setup = await readSetup(deps.files, path);
      const edits = setupEdits(presetNamed(preset), noKey, setup);
      return commit(deps, { command: 'init', files: [planFile(setup.snapshot, 'json5', edits)] });
    };
    await apply();
    const after = await readSetup(deps.files, path);
    expect(after.problems).toEqual([]);
    for (const comment of before.match(/\/\/.*/g) ?? []) expect(after.text).toContain(comment);
    for (const { name } of presets.find(({ name }) => name === preset)?.entries ?? []) {
      expect(after.entries.map((entry) => entry.name)).toContain(name);
    }
    expect((await apply()).written).toEqual([]);
    if (after.text !== before) await undo(deps);
    expect(readFileSync(path, 'utf8')).toBe(before);
    await expect(undo(deps)).rejects.toThrow(UserError);
  });
});

describe('a preset without a setup file', () => {
  it('makes a readable one', async () => {
    const { deps, home } = createWorld();
    const path = join(home, 'new', 'openclaw.json5');
    const setup = await readSetup(deps.files, path);
    const edits = setupEdits(presetNamed('auto'), noKey, setup);
    await commit(deps, { command: 'init', files: [planFile(setup.snapshot, 'json5', edits)] });
    expect(readFileSync(path, 'utf8')).toBe(
      [
        '{',
        '  models: {',
        '    // OpenRouter picks the model for each request; the price follows its pick.',
        '    "router-auto": {',
        '      provider: "openrouter",',
        `      apiKey: "\${OPENROUTER_API_KEY}",`,
        '      defaultModel: "openrouter/auto",',
        '      parameters: {',
        '        temperature: 0.7,',
        '      },',
        '    },',
        '  },',
        '}',
        '',
      ].join('\n'),
    );
  });
});
