import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { presets } from '../../src/setup/presets.ts';
import { packageFolder } from '../helpers/world.ts';

const published = join(packageFolder, '..', 'shared', 'data', 'openrouter-models.json');

const ids = presets
  .flatMap(({ entries }) => entries)
  .flatMap(({ members }) => [
    members.defaultModel,
    members.complexModel,
    ...(members.fallbackModels ?? []),
  ])
  .filter((id) => id !== undefined);

describe('the presets', () => {
  it('are the seven steps of the guide', () => {
    expect(presets.map(({ name, step }) => `${step} ${name}`)).toEqual([
      '2.1 basic',
      '3.1 free',
      '4.1 channels',
      '4.2 auto',
      '5.1 resilient',
      '6.1 budget',
      '6.2 smart',
    ]);
  });

  it('have channels that only use their own entries', () => {
    for (const { channels = [], entries } of presets) {
      const names = entries.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(channels.map(({ entry }) => entry)));
    }
  });

  it.skipIf(!existsSync(published))('only use models that OpenRouter has published', () => {
    const { data } = JSON.parse(readFileSync(published, 'utf8'));
    const listed = data.map(({ id }: { id: string }) => id);
    expect(listed).toEqual(expect.arrayContaining(ids));
  });
});
