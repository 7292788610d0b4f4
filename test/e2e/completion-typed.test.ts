import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { typingShells } from '../helpers/completion.ts';
import { put } from '../helpers/put.ts';
import { runProgramInTerminal } from '../helpers/terminal.ts';
import { packageFolder, temporaryFolder } from '../helpers/world.ts';

const words = {
  models: ['openai/gpt-4o-mini', 'meta/llama-3:free', '@preset/mine', 'a=b/c'],
  entries: ['my entry', 'router-a', '模型 1'],
  channels: ['whatsapp'],
  'channels-with-entries': ['whatsapp=my entry'],
  'entries-of-other one.json5': ['on another'],
};

/** A home with a program of our name that knows these words, and writes down the arguments it is then run with. */
function home(): string {
  const folder = temporaryFolder();
  for (const [source, list] of Object.entries(words)) {
    writeFileSync(join(folder, `words-${source}`), list.map((word) => `${word}\n`).join(''));
  }
  for (const file of ['file one.json5', 'other one.json5']) writeFileSync(join(folder, file), '');
  const program = join(folder, 'bin/openclaw-openrouter');
  put(
    program,
    `#!/bin/sh
if [ "$1" = completion ]; then
  exec cat "$HOME/words-$3\${5:+-of-$5}"
fi
printf '%s\\0' "$@" > "$HOME/argv"
echo was run
`,
  );
  chmodSync(program, 0o755);
  return folder;
}

describe.each(typingShells)('$name', (shell) => {
  it.skipIf(!existsSync(shell.path)).each([
    ['doct\t', ['doctor']],
    ['help doct\t', ['help', 'doctor']],
    ['key st\t', ['key', 'status']],
    ['key rot\t --del\t', ['key', 'rotate', '--delete']],
    ['key create --res\t mon\t', ['key', 'create', '--reset', 'monthly']],
    [
      'models comp\t openai/gp\t meta/\t',
      ['models', 'compare', 'openai/gpt-4o-mini', 'meta/llama-3:free'],
    ],
    ['models show meta/llama-3:f\t', ['models', 'show', 'meta/llama-3:free']],
    ['models show @pre\t', ['models', 'show', '@preset/mine']],
    ['models show a=b\t', ['models', 'show', 'a=b/c']],
    ['models --so\t out\t', ['models', '--sort', 'output-price']],
    ['init --model=openai/gp\t', ['init', '--model=openai/gpt-4o-mini']],
    ['test my\t', ['test', 'my entry']],
    ['test "my\t', ['test', 'my entry']],
    ["test 'my e\t", ['test', 'my entry']],
    ['test my\\ en\t', ['test', 'my entry']],
    ['test router-a 模\t', ['test', 'router-a', '模型 1']],
    ['test --chan\t wh\t', ['test', '--channel', 'whatsapp']],
    ['init --channel whatsapp=m\t', ['init', '--channel', 'whatsapp=my entry']],
    ['serve --entry my\t', ['serve', '--entry', 'my entry']],
    ['apply --entry=my\t', ['apply', '--entry=my entry']],
    ['doctor --config fi\t', ['doctor', '--config', 'file one.json5']],
    ['doctor --config=fi\t', ['doctor', '--config=file one.json5']],
    ['doctor --only files/ex\t', ['doctor', '--only', 'files/exists']],
    ["test --config 'other one.json5' on\t", ['test', '--config', 'other one.json5', 'on another']],
    ['serve --on-alert fi\t', ['serve', '--on-alert', 'file one.json5']],
  ])(`completes %j as it is typed (needs ${shell.name})`, async (line, expected) => {
    const folder = home();
    const terminal = runProgramInTerminal(shell.path, shell.args, {
      home: folder,
      columns: 200,
      env: { PATH: `${join(folder, 'bin')}:${process.env.PATH}`, SHELL: shell.path },
    });
    terminal.type(shell.load(join(packageFolder, 'completions')));
    await terminal.shows('ready');
    terminal.type(`cd; openclaw-openrouter ${line}`);
    terminal.press('enter');
    await terminal.shows('was run');
    const args = readFileSync(join(folder, 'argv'), 'utf8').split('\0').slice(0, -1);
    expect(args).toEqual(expected);
  });
});
