import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { legacyConfigRules } from '../../doctor-contract-api.js';
import { main } from '../../src/cli/main.ts';
import plugin, { type HostApi } from '../../src/cli/plugin.ts';
import { commands } from '../../src/commands/index.ts';
import { packageFolder } from '../helpers/world.ts';

vi.mock('../../src/cli/main.ts', () => ({ main: vi.fn(async () => 0) }));

const manifest = json('openclaw.plugin.json');
const packageJson = json('package.json');

describe('the plugin', () => {
  it('has the id of its manifest', () => {
    const [descriptor] = registered().descriptors;
    expect(plugin.id).toBe(manifest.id);
    expect(descriptor).toMatchObject(manifest.cliCommands[0]);
    expect(manifest.cliCommands).toHaveLength(1);
    expect(manifest.activation).toEqual({ onStartup: false, onCommands: ['openrouter'] });
  });

  it('is where package.json says, and in the package', () => {
    expect(packageJson.openclaw.extensions).toEqual(['./dist/plugin.js']);
    expect(packageJson.files).toEqual(
      expect.arrayContaining([
        'bin',
        'dist',
        'completions',
        'openclaw.plugin.json',
        'doctor-contract-api.js',
      ]),
    );
  });

  it.each([
    [{ openrouter: { provider: 'openrouter', defaultModel: 'a/b' } }, true],
    [{ mode: 'merge', providers: { openrouter: { baseUrl: 'x' } } }, false],
    [{ local: { provider: 'ollama' } }, false],
    [null, false],
  ])('makes the doctor of the host explain where an entry belongs: of %j, %j', (models, says) => {
    const [rule] = legacyConfigRules;
    expect(rule?.path).toEqual(['models']);
    expect(rule?.match(models)).toBe(says);
    expect(manifest).toMatchObject({
      doctorContract: { configRepair: true },
      configContracts: { compatibilityMigrationPaths: ['models.*.provider'] },
    });
  });

  it('lists every command to the host', () => {
    const names = hostProgram().commands[0]?.commands.map((command) => command.name());
    expect(names).toEqual(commands.map(({ name }) => name));
  });

  it.each([
    [['models', 'sonnet', '--limit', '2']],
    [['models', '--help']],
    [['doctor', '--no-color', '--json', '--config', 'a b']],
    [['test', 'one', '--prompt', '-x']],
    [['nonsense', '--json']],
    [['--version']],
    [[]],
  ])('passes %j on as it was typed', async (args) => {
    await hostProgram().parseAsync(['openrouter', ...args], { from: 'user' });
    expect(main).toHaveBeenCalledExactlyOnceWith(args, 'openclaw openrouter');
  });

  it('ends with the exit code of the command', async () => {
    vi.mocked(main).mockResolvedValueOnce(130);
    await hostProgram().parseAsync(['openrouter', 'init'], { from: 'user' });
    expect(process.exitCode).toBe(130);
  });

  it.each([
    [['openrouter', 'doctor', '--json'], true, true],
    [['openrouter', 'models', '--csv'], true, true],
    [['openrouter', 'doctor'], true, false],
    [['openrouter', 'models'], false, true],
    [['openrouter', 'completion', 'bash'], false, true],
    [['--profile', 'work', 'openrouter'], false, true],
  ])('reserves stdout of %j (a terminal: %j) for data: %j', (argv, stdoutIsTTY, data) => {
    const [descriptor] = registered().descriptors;
    expect(descriptor?.machineOutput({ argv, stdoutIsTTY })).toBe(data);
  });
});

let exitCode: typeof process.exitCode;
beforeEach(() => {
  exitCode = process.exitCode;
  vi.mocked(main).mockClear();
});
afterEach(() => {
  process.exitCode = exitCode;
});

type Registered = Parameters<HostApi['registerCli']>;

function registered() {
  const calls: Registered[] = [];
  plugin.register({ registerCli: (...call) => void calls.push(call) });
  const [call] = calls;
  if (call === undefined) throw new Error('the plugin registered nothing');
  const [registrar, { descriptors }] = call;
  return { registrar, descriptors };
}

/** As the host has it: options after a command are the command's. */
function hostProgram(): Command {
  const program = new Command('openclaw').enablePositionalOptions().exitOverride();
  program.option('--no-color').option('--profile <name>');
  registered().registrar({ program });
  return program;
}

function json(name: string) {
  return JSON.parse(readFileSync(join(packageFolder, name), 'utf8'));
}
