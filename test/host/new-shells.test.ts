import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { newShellWarnings } from '../../src/host/new-shells.ts';
import { rcFileOf, type Shell } from '../../src/host/rc-file.ts';
import { hasProgram, isRunning, realExec } from '../helpers/programs.ts';
import { put } from '../helpers/put.ts';
import { createWorld, temporaryFolder, testKey } from '../helpers/world.ts';

// A busy machine takes its time to start a shell.
vi.setConfig({ testTimeout: 120_000 });

const variable = 'OPENROUTER_API_KEY';
const sh = `export ${variable}="${testKey}"\n`;
const old = `sk-or-v1-${'0f'.repeat(32)}`;
const fish = `set -gx ${variable} "${testKey}"\n`;
const conf = '.config/fish/conf.d/openrouter.fish';

type Files = Readonly<Record<string, string>>;

/** What is said of the files of a home, of which the rc file of the shell was written. */
async function warnings(shell: Shell, files: Files, rcFile?: string): Promise<readonly string[]> {
  const { deps, home } = createWorld({ exec: realExec, env: { [variable]: old } });
  for (const [name, text] of Object.entries(files)) {
    put(join(home, name), text);
  }
  const path = rcFile === undefined ? rcFileOf(shell, deps) : join(home, rcFile);
  return newShellWarnings(deps, { rcFile: { shell, path }, variable, value: testKey });
}

const loads = '[ -f ~/.bashrc ] && . ~/.bashrc\n';

describe.skipIf(!hasProgram('bash'))('newShellWarnings with bash', () => {
  it.each<[string, Files]>([
    ['a file that login shells load', { '.bashrc': sh, '.profile': loads }],
    [
      'the guard of Debian above the line',
      { '.bashrc': `case $- in *i*) ;; *) return;; esac\n${sh}`, '.profile': loads },
    ],
    [
      'a banner and much output',
      { '.bashrc': `echo ${old}; seq 100000\n${sh}`, '.profile': loads },
    ],
    [
      'a question',
      { '.bashrc': `read -p "Name? " name; read x </dev/tty\n${sh}`, '.profile': loads },
    ],
    ['set -e', { '.bashrc': `set -e\n${sh}`, '.profile': loads }],
    ['a program left running', { '.bashrc': `sleep 30 &\n${sh}`, '.profile': loads }],
    [
      'an alias for everything',
      { '.bashrc': `${sh}alias printf=false sh=false\n`, '.profile': loads },
    ],
  ])('has nothing to say of %s', async (_, files) => {
    expect(await warnings('bash', files)).toEqual([]);
  });

  const terminal = 'A new bash';
  const login = 'A login bash';
  const [none, another, unknown] = [
    `does not get ${variable} from ~/.bashrc`,
    `has another ${variable} than the one written`,
    `could not be asked for ${variable}`,
  ];

  it.each<[string, Files, readonly string[]]>([
    [
      'login shells that read nothing',
      { '.bashrc': sh },
      [`${login} ${none}: have ~/.bash_profile read it, with: . ~/.bashrc`],
    ],
    [
      'login shells that read nothing, and a return in the rc file',
      { '.bashrc': `case $- in *i*) ;; *) return;; esac\n${sh}` },
      [`${login} ${none}: have ~/.bash_profile read it, with: . ~/.bashrc`],
    ],
    [
      'a login file that does not load the rc file',
      { '.bashrc': sh, '.bash_login': 'true\n', '.profile': loads },
      [`${login} ${none}: have ~/.bash_login read it, with: . ~/.bashrc`],
    ],
    [
      'a later file with an old key',
      { '.bashrc': sh, '.bash_profile': `${loads}export ${variable}=${old}\n` },
      [`${login} ${another}: see ~/.bash_profile:2 (export)`],
    ],
    [
      'a value worked out by a command',
      { '.bashrc': sh, '.bash_profile': `${loads}export ${variable}=$(echo no)\n` },
      [`${login} ${another}: see ~/.bash_profile:2 (export)`],
    ],
    [
      'a file that another one loads',
      {
        '.bashrc': `${sh}. ~/.secrets\n`,
        '.profile': loads,
        '.secrets': `\nexport ${variable}=${old}\n`,
      },
      [
        `${terminal} ${another}: see ~/.secrets:2 (export)`,
        `${login} ${another}: see ~/.secrets:2 (export)`,
      ],
    ],
    [
      'a login file that bash reads, not those after it',
      {
        '.bashrc': sh,
        '.bash_login': `${loads}unset ${variable}\n`,
        '.profile': `export ${variable}=${old}\n`,
      },
      [`${login} ${none}: see ~/.bash_login:2 (unset)`],
    ],
    [
      'readonly',
      { '.bashrc': `readonly ${variable}=${old}\n${sh}`, '.profile': loads },
      [
        `${terminal} ${another}: see ~/.bashrc:1 (readonly)`,
        `${login} ${another}: see ~/.bashrc:1 (readonly)`,
      ],
    ],
    [
      'a return above the line',
      { '.bashrc': `return\n${sh}`, '.profile': loads },
      [
        `${terminal} ${none}: see ~/.bashrc:1 (return)`,
        `${login} ${none}: see ~/.bashrc:1 (return)`,
      ],
    ],
    [
      'an unset below it',
      { '.bashrc': `${sh}unset ${variable}\n`, '.profile': loads },
      [`${terminal} ${none}: see ~/.bashrc:2 (unset)`, `${login} ${none}: see ~/.bashrc:2 (unset)`],
    ],
    [
      'a condition that does not hold',
      { '.bashrc': `false && ${sh}`, '.profile': loads },
      [
        `${terminal} ${none}: see ~/.bashrc:1 (export)`,
        `${login} ${none}: see ~/.bashrc:1 (export)`,
      ],
    ],
    [
      'exec of another program',
      { '.bashrc': `${sh}exec cat\n`, '.profile': loads },
      [
        `${terminal} ${unknown}: it ended before it was ready: see ~/.bashrc:2 (exec)`,
        `${login} ${unknown}: it ended before it was ready: see ~/.bashrc:2 (exec)`,
      ],
    ],
  ])('names the place: %s', async (_, files, said) => {
    expect(await warnings('bash', files)).toEqual(said);
  });

  it('says where a file is to be loaded that bash does not read', async () => {
    const said = await warnings('bash', { mine: sh, '.profile': loads }, 'mine');
    expect(said[0]).toBe(
      `${terminal} does not get ${variable} from ~/mine: have ~/.bashrc read it, with: . ~/mine`,
    );
  });

  it('ends a file that never ends, and what it has started', async () => {
    const pidFile = join(temporaryFolder(), 'pid');
    const said = await warnings('bash', {
      '.bashrc': `sleep 600 & echo $! >> ${pidFile}; wait\n${sh}`,
    });
    expect(said).toContain(`${terminal} ${unknown}: it was not ready after 10 s`);
    const pids = readFileSync(pidFile, 'utf8').trim().split('\n').map(Number);
    expect(pids.length).toBeGreaterThan(0);
    await expect.poll(() => pids.filter(isRunning)).toEqual([]);
  });
});

describe.skipIf(!hasProgram('zsh'))('newShellWarnings with zsh', () => {
  it('has nothing to say of .zshrc, nor of another order of files that end the same', async () => {
    const zprofile = `export ${variable}=${old}\n`;
    expect(await warnings('zsh', { '.zshrc': sh, '.zprofile': zprofile })).toEqual([]);
  });

  it('names a line of .zlogin, which is read last', async () => {
    const said = await warnings('zsh', { '.zshrc': sh, '.zlogin': `export ${variable}=${old}\n` });
    expect(said).toEqual([
      `A login zsh has another ${variable} than the one written: see ~/.zlogin:1 (export)`,
    ]);
  });

  it('names a .zshenv that moves the other files', async () => {
    const said = await warnings('zsh', { '.zshrc': sh, '.zshenv': 'ZDOTDIR=~/dots\n' });
    expect(said).toEqual([
      `A new zsh does not get ${variable} from ~/.zshrc: see ~/.zshenv:1 (ZDOTDIR)`,
      `A login zsh does not get ${variable} from ~/.zshrc: see ~/.zshenv:1 (ZDOTDIR)`,
    ]);
  });
});

describe.skipIf(!hasProgram('fish'))('newShellWarnings with fish', () => {
  it('has nothing to say of conf.d', async () => {
    expect(await warnings('fish', { [conf]: fish })).toEqual([]);
  });

  it('names the line of config.fish, which is read after conf.d', async () => {
    const config = `\nset -gx ${variable} ${old}\n`;
    const said = await warnings('fish', { [conf]: fish, '.config/fish/config.fish': config });
    const other = `has another ${variable} than the one written: see ~/.config/fish/config.fish:2 (set)`;
    expect(said).toEqual([`A new fish ${other}`, `A login fish ${other}`]);
  });
});

it('says that a shell is not installed', async () => {
  const { deps } = createWorld({ exec: realExec, env: { PATH: '/nonexistent' } });
  const rcFile = { shell: 'fish', path: '/x/config.fish' } as const;
  const said = await newShellWarnings(deps, { rcFile, variable, value: testKey });
  expect(said).toEqual([
    `A new fish could not be asked for ${variable}: fish is not installed`,
    `A login fish could not be asked for ${variable}: fish is not installed`,
  ]);
});
