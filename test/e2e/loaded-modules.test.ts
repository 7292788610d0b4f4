import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runBin } from '../helpers/bin.ts';
import { testSandbox } from '../helpers/sandbox.ts';
import { temporaryFolder } from '../helpers/world.ts';

const setup = {
  models: {
    main: {
      provider: 'openrouter',
      defaultModel: 'openai/gpt-4o',
      apiKey: `\${OPENROUTER_API_KEY}`,
    },
  },
};

// Each takes longer to load than a request to this machine takes.
it.each([
  [['doctor']],
  [['models', '--refresh']],
  [['test', '--yes']],
  [['key', 'status']],
  [['spend']],
])('%j asks OpenRouter without undici, web streams or, over plain HTTP, TLS', async (args) => {
  const { env, requests } = await testSandbox();
  const modules = await modulesOf(args, env);
  expect(requests.length).toBeGreaterThan(0);
  const slow = /^NativeModule (?:internal\/deps\/undici\/.*|internal\/webstreams\/.*|https)$/;
  expect(modules.filter((name) => slow.test(name))).toEqual([]);
});

it('doctor --offline makes no signal, for which there is nothing to stop', async () => {
  const modules = await modulesOf(['doctor', '--offline'], {});
  expect(modules).not.toContain('NativeModule internal/abort_controller');
});

async function modulesOf(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const home = temporaryFolder();
  const config = join(home, 'setup.json5');
  writeFileSync(config, JSON.stringify(setup));
  const preload = join(home, 'list-modules.cjs');
  const list = join(home, 'modules.json');
  writeFileSync(preload, listingModules(list));
  const run = { home, env: { ...env, NODE_OPTIONS: `--require=${preload}` } };
  await runBin([...args, '--config', config], run);
  return JSON.parse(readFileSync(list, 'utf8'));
}

/** Those that Node loads at every start are left out. */
function listingModules(path: string): string {
  return `const atStart = new Set(process.moduleLoadList);
process.on('exit', () => {
  const later = process.moduleLoadList.filter((name) => !atStart.has(name));
  require('node:fs').writeFileSync(${JSON.stringify(path)}, JSON.stringify(later));
});
`;
}
