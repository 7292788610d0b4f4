import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import json5 from 'json5';
import { expect, it } from 'vitest';
import { runBin } from '../helpers/bin.ts';
import { testSandbox } from '../helpers/sandbox.ts';
import { temporaryFolder } from '../helpers/world.ts';

it('lets eight init runs add their entries at the same time', async () => {
  const { env } = await testSandbox();
  const home = temporaryFolder();
  const names = Array.from({ length: 8 }, (_, index) => `router-${index}`);
  const flags = ['--model', 'openai/gpt-4o', '--no-restart', '--no-verify'];
  const runs = await Promise.all(
    names.map((name) => runBin(['init', '--yes', '--name', name, ...flags], { home, env })),
  );
  expect(runs.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual(names.map(() => [0, '']));
  const text = readFileSync(join(home, '.config/openclaw/openclaw.json5'), 'utf8');
  const { models } = json5.parse<{ models: object }>(text);
  expect(Object.keys(models).sort()).toEqual(names);
});
