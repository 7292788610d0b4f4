import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runBin } from '../helpers/bin.ts';
import { typingShells } from '../helpers/completion.ts';
import { put } from '../helpers/put.ts';
import { runProgramInTerminal } from '../helpers/terminal.ts';
import { packageFolder, temporaryFolder } from '../helpers/world.ts';

/** A home with a program of our name that offers `words`, and writes down the arguments it is then run with. */
function homeOffering(words: readonly string[]): string {
  const home = temporaryFolder();
  writeFileSync(join(home, 'words'), words.map((word) => `${word}\n`).join(''));
  const program = join(home, 'bin/openclaw-openrouter');
  put(
    program,
    `#!/bin/sh
if [ "$1" = completion ]; then exec cat "$HOME/words"; fi
printf '%s\\0' "$@" > "$HOME/argv"
echo was run
`,
  );
  chmodSync(program, 0o755);
  return home;
}

const hostile = [
  'q/$(touch harm)',
  'q/`touch harm`',
  'q/\'"; touch harm; \'"',
  'q/&touch harm&',
  'q/|touch harm',
  'q/>harm',
  `q/\${IFS}$HOME`,
  'q/*?[a-z]{b,c}',
  'q/~ #!! \\',
  '~q/x',
];

describe.each(typingShells)('$name', (shell) => {
  it.skipIf(!existsSync(shell.path)).each(hostile)(
    `treats %s as text, when TAB is pressed and when the line is run (needs ${shell.name})`,
    async (word) => {
      const home = homeOffering([word]);
      const terminal = runProgramInTerminal(shell.path, shell.args, {
        home,
        columns: 200,
        env: { PATH: `${join(home, 'bin')}:${process.env.PATH}`, SHELL: shell.path },
      });
      terminal.type(shell.load(join(packageFolder, 'completions')));
      await terminal.shows('ready');
      terminal.type(`openclaw-openrouter models show ${word.startsWith('~') ? '' : 'q'}\t`);
      await terminal.shows('/');
      terminal.press('enter');
      await terminal.shows('was run');
      const args = readFileSync(join(home, 'argv'), 'utf8').split('\0').slice(0, -1);
      expect(args).toEqual(['models', 'show', word]);
      expect(existsSync(join(home, 'harm'))).toBe(false);
    },
  );
});

describe('completion --words', () => {
  const rowOf = (id: string) => ({
    ...{ id, canonicalSlug: null, name: id, created: null, author: 'a', contextLength: null },
    ...{ maxCompletionTokens: null, inputModalities: [], outputModalities: [] },
    ...{ pricing: { prompt: '0', completion: '0' }, supportedParameters: [], free: true },
    ...{ expirationDate: null, isModerated: null, inputPerMillion: '0', outputPerMillion: '0' },
  });
  const baseUrl = 'http://127.0.0.1:9/api/v1';

  it.each(['a/$(touch harm)', 'a/`id`', 'a/b c', '-rf', 'a/b\u001b[2J', 'a/b\nc', ''])(
    'offers no model of a list that has %j in it',
    async (id) => {
      const home = temporaryFolder();
      const file = join(home, '.cache/openclaw-openrouter/models-127.0.0.1_9_api_v1.json');
      mkdirSync(dirname(file), { recursive: true });
      const list = (ids: readonly string[]) =>
        JSON.stringify({
          ...{ version: 3, baseUrl, fetchedAt: '2026-11-22T12:00:00.000Z', etag: null },
          models: ids.map(rowOf),
        });
      const options = { home, env: { OPENROUTER_BASE_URL: baseUrl } };
      writeFileSync(file, list(['a/good']));
      const good = await runBin(['completion', '--words', 'models'], options);
      expect(good.stdout).toBe('a/good\n');
      writeFileSync(file, list(['a/good', id]));
      expect((await runBin(['completion', '--words', 'models'], options)).stdout).toBe('');
    },
  );

  it('offers the entries that are plain words, in any language', async () => {
    const home = temporaryFolder();
    const file = join(home, '.config/openclaw/openclaw.json5');
    mkdirSync(dirname(file), { recursive: true });
    const names = [
      ...['router-a', '模型 1', '$(touch harm)', '`id`', '-rf', 'a\nb', 'a;b', "it's", ''],
    ];
    const models = Object.fromEntries(
      names.map((name) => [name, { provider: 'openrouter', defaultModel: 'openai/gpt-4o' }]),
    );
    writeFileSync(file, JSON.stringify({ models }));
    const { stdout } = await runBin(['completion', '--words', 'entries'], { home });
    expect(stdout).toBe('router-a\n模型 1\n');
  });
});
