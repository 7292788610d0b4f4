import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/server.ts';
import { binPath, compileCache, runBin } from '../helpers/bin.ts';
import { put } from '../helpers/put.ts';
import { realClock } from '../helpers/sandbox.ts';
import { packageFolder } from '../helpers/world.ts';

const setup =
  '{ models: { "router-a": { provider: "openrouter", defaultModel: "openai/gpt-4o" } } }';

/** A home with a cached list of models, a setup file, and the bin on the PATH under its own name. No test changes it. */
const home = mkdtempSync(join(tmpdir(), 'completion-'));
let env: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  const sandbox = await startSandbox({ clock: realClock });
  put(join(home, '.config/openclaw/openclaw.json5'), setup);
  const bin = put(
    join(home, 'bin/openclaw-openrouter'),
    `#!/bin/sh\nexec '${process.execPath}' '${binPath}' "$@"\n`,
  );
  chmodSync(bin, 0o755);
  env = {
    OPENROUTER_BASE_URL: sandbox.url,
    OPENROUTER_API_KEY: sandbox.key,
    HOME: home,
    PATH: `${dirname(bin)}:${process.env.PATH}`,
    LANG: 'C.UTF-8',
    NODE_COMPILE_CACHE: compileCache,
  };
  expect((await runBin(['models', '--refresh'], { home, env })).exitCode).toBe(0);
  return async () => {
    await sandbox.close();
    rmSync(home, { recursive: true, force: true });
  };
});

interface Shell {
  readonly name: string;
  readonly path: string;
  /** A program that prints what the shell proposes for `$LINE`, one a line. */
  readonly program: (script: string) => readonly string[];
}

const shells: readonly Shell[] = [
  {
    name: 'bash',
    path: '/bin/bash',
    program: (script) => [
      '-c',
      `source '${script}'
       COMP_LINE=$LINE COMP_POINT=\${#LINE} COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
       read -ra COMP_WORDS <<< "$LINE"; COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
       _openclaw_openrouter 2>/dev/null; printf '%s\\n' "\${COMPREPLY[@]}"`,
    ],
  },
  {
    name: 'fish',
    path: '/usr/bin/fish',
    program: (script) => [
      '--no-config',
      '-c',
      `source '${script}'; complete -C "$LINE" | string replace -r '\\t.*' ''; true`,
    ],
  },
];

const script = { bash: 'openclaw-openrouter.bash', fish: 'openclaw-openrouter.fish' };

describe.each(shells)('$name', (shell) => {
  it.skipIf(!existsSync(shell.path)).each([
    ['openclaw-openrouter doc', ['doctor']],
    ['openclaw-openrouter doctor --offl', ['--offline']],
    ['openclaw-openrouter init --preset res', ['resilient']],
    ['openclaw-openrouter completion z', ['zsh']],
    [
      'openclaw-openrouter init --model google/gemini-2.5-fl',
      ['google/gemini-2.5-flash', 'google/gemini-2.5-flash-lite'],
    ],
    ['openclaw-openrouter test rout', ['router-a']],
    ['openclaw-openrouter models show openai/gpt-4o-m', ['openai/gpt-4o-mini']],
    ['openclaw-openrouter spend --fail-on e', ['exceeded']],
    // And no files of the folder.
    ['openclaw-openrouter spend --by ', ['channel', 'day', 'entry', 'model']],
  ])(`completes "%s" (needs ${shell.name})`, (line, expected) => {
    const file = join(packageFolder, 'completions', script[shell.name as keyof typeof script]);
    const proposed = execFileSync(shell.path, shell.program(file), {
      env: { ...env, LINE: line },
      encoding: 'utf8',
    });
    expect(
      proposed
        .split('\n')
        .filter((word) => word !== '')
        .sort(),
    ).toEqual(expected);
  });
});

describe('zsh', () => {
  it.skipIf(!existsSync('/usr/bin/zsh'))(
    'loads the script, and lists every command (needs zsh)',
    () => {
      const file = join(packageFolder, 'completions/_openclaw-openrouter');
      const program = `autoload -U compinit && compinit -u -d "$HOME/.zcompdump"
      source '${file}' && print -r -- "\${_comps[openclaw-openrouter]}" && zsh -n '${file}'`;
      const printed = execFileSync('/usr/bin/zsh', ['-f', '-c', program], {
        env,
        encoding: 'utf8',
      });
      expect(printed.trim()).toBe('_openclaw_openrouter');
    },
  );
});

it('completion prints nothing and succeeds without a list of models and a setup file', async () => {
  for (const source of ['models', 'entries']) {
    await expect(runBin(['completion', '--words', source])).resolves.toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '',
    });
  }
});
