import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { Dialect } from '../../../src/config/dialect.ts';
import { dialects } from '../../../src/config/dialects.ts';
import { put } from '../../helpers/put.ts';
import { seeded } from '../../helpers/seeded.ts';

// Each look starts a shell: a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });
const runs = seeded(500);
const name = 'OPENROUTER_API_KEY';
const key = `sk-or-v1-${'ab'.repeat(32)}`;
const home = mkdtempSync(join(tmpdir(), 'rc-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const shells = [
  { id: 'bash', args: ['--noprofile', '--norc'], rc: '.bashrc' },
  { id: 'zsh', args: ['-f'], rc: '.zshrc' },
  { id: 'fish', args: ['--no-config'], rc: '.config/fish/conf.d/openrouter.fish' },
] as const;

function dialect(id: string): Dialect {
  const found = dialects.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no dialect ${id}`);
  return found;
}

/** What a program sees that is started from a shell which has read the file. */
function seenBy(shell: (typeof shells)[number], text: string): string | null {
  const rc = put(join(home, shell.rc), text);
  const run = spawnSync(shell.id, [...shell.args, '-c', `source ${rc}\nprintf '\\0'\nenv -0`], {
    encoding: 'utf8',
    env: { HOME: home, PATH: process.env.PATH },
  });
  expect(run.stdout).toMatch(/\0PATH=|\0HOME=/);
  const variable = run.stdout.split('\0').find((member) => member.startsWith(`${name}=`));
  return variable === undefined ? null : variable.slice(name.length + 1);
}

const shFiles: Record<string, string> = {
  empty: '',
  'no final line end': 'alias ll="ls -l"',
  'commented out': `# export ${name}="old"\nalias a=b\n`,
  'double quotes': `export ${name}="old" # mine\nalias a=b\n`,
  'single quotes': `export ${name}='old'\n`,
  'no quotes': `export ${name}=old\n`,
  'quotes in the middle': `export ${name}=ol'd'"er"\n`,
  'over two lines': `export \\\n  ${name}=old\n`,
  'broken inside': `export ${name}="ol\\\nd"\n`,
  'with others': `export A=1 ${name}=2 B=3\n`,
  'inside if': `if true; then\n  export ${name}=old\nfi\n`,
  'after &&': `true && export ${name}=old\n`,
  several: `export ${name}=one\nexport ${name}=two\n`,
  'declare -x': `declare -x ${name}=old\n`,
  'typeset -x': `typeset -x ${name}=old\n`,
  'assigned, then exported': `${name}=old\nexport ${name}\n`,
  'a here document': `cat >/dev/null <<EOF\nexport ${name}=trap\nEOF\n`,
  'a quoted here document': `cat >/dev/null <<-'EOF'\n\texport ${name}=trap\n\tEOF\n`,
  'in a string': `x="\nexport ${name}=trap\n"\n`,
  'in a function': `f() {\n  export ${name}=trap\n}\n`,
  'in a subshell': `( export ${name}=trap )\n`,
  'a substitution': `export ${name}="$(echo hi)"\n`,
  'unset afterwards': `export ${name}=old\nunset ${name}\n`,
  'a shift': `x=$(( 1 << 2 ))\nexport ${name}=old\n`,
  'a case': `case $- in\n  *q*) ;;\n  *) y=1 ;;\nesac\nexport ${name}=old\n`,
  'an exported list': `p=(a b)\nexport ${name}=old\n`,
  'added to afterwards': `export ${name}=old\n${name}+="more" # mine\n`,
  'set again afterwards': `export ${name}=old\n${name}=plain\n`,
  'declared to be exported': `${name}=old\ndeclare -x ${name}\n`,
  'no longer exported': `export ${name}=old\ntypeset +x ${name}\n`,
  'a plain one after unset': `export ${name}=old\nunset ${name}\n${name}=plain\n`,
  'with a redirection': `export ${name}=old 2>/dev/null\n`,
  'below a list with an apostrophe in a comment': `p=(\n  git # isn't much\n)\nexport ${name}=old\n`,
  'below a function in brackets': `f () (\n  export ${name}=trap\n)\nexport ${name}=old\n`,
  'below a loop that ends in a brace': `f() { for x in 1 2; do :; done }\nexport ${name}=old\n`,
  'below braces in an expansion': `f() { y="\${x//[{]/}"; }\nexport ${name}=old\n`,
  'below a case of odd patterns': `f() {\n  case $1 in\n    {) y=1 ;;\n    (if|\\() y=2 ;;\n  esac\n}\nexport ${name}=old\n`,
  'below a condition with brackets': `f() {\n  [[ $1 < a && ( -z $2 ) ]] && y=1\n}\nexport ${name}=old\n`,
};

const fishFiles: Record<string, string> = {
  empty: '',
  'set -gx': `set -gx ${name} old # mine\n`,
  'set -x': `set -x ${name} 'old'\nset -x PATH /usr/bin /bin $PATH\n`,
  'set -Ux': `set -Ux ${name} "old"\n`,
  'long options': `set --global --export ${name} old\n`,
  'commented out': `# set -gx ${name} old`,
  'over two lines': `set -gx \\\n  ${name} old\n`,
  'inside if': `if true\n  set -gx ${name} old\nend\n`,
  'in a function': `function f\n  set -gx ${name} trap\nend\n`,
  several: `set -gx ${name} one\nset -gx ${name} two\n`,
  'export of bash': `export ${name}=old\n`,
  'erased afterwards': `set -gx ${name} old\nset -e ${name}\n`,
  'a substitution': `set -gx ${name} (echo hi)\n`,
  'added to afterwards': `set -gx ${name} old\nset -a ${name} more\n`,
  'set again afterwards': `set -gx ${name} old\nset -g ${name} plain\n`,
  'no longer exported': `set -gx ${name} old\nset -gu ${name}\n`,
  'with a redirection': `set -gx ${name} old >/dev/null\n`,
  'below else if': `function f\n  if false\n  else if true\n  end\nend\nset -gx ${name} old\n`,
  'below brackets in quotes': `function f\n  set -l x (echo "(" ')')\nend\nset -gx ${name} old\n`,
};

for (const shell of shells) {
  const here = spawnSync(shell.id, ['--version']).error === undefined;
  const { edit, read } = dialect(shell.id);
  const set = (text: string, value: string) =>
    edit(text, [{ op: 'set', path: [name], value }]).text;
  const remove = (text: string) => edit(text, [{ op: 'remove', path: [name] }]).text;
  const files = shell.id === 'fish' ? fishFiles : shFiles;

  describe.skipIf(!here)(`${shell.id} itself`, () => {
    for (const [what, text] of Object.entries(files)) {
      it(`sees the key that was set: ${what}`, () => {
        const edited = set(text, key);
        expect(seenBy(shell, edited)).toBe(key);
        expect((read(edited) as Record<string, string>)[name]).toBe(key);
        expect(set(edited, key)).toBe(edited);
      });

      it(`sees no key that was removed: ${what}`, () => {
        expect(seenBy(shell, remove(text))).toBeNull();
        expect(seenBy(shell, remove(set(text, key)))).toBeNull();
      });
    }

    it('has a note about a key that only a condition sets', () => {
      const [open, close] = shell.id === 'fish' ? ['if false', 'end'] : ['if false; then', 'fi'];
      const text = `${open}\n  export ${name}=old\n${close}\n`;
      const { text: after, notes } = edit(text, [{ op: 'set', path: [name], value: key }]);
      expect(seenBy(shell, after)).toBeNull();
      expect(notes).toEqual([
        {
          message: `${name} is set inside a condition or a loop on line 2, so not in every shell`,
        },
      ]);
    });

    it('reads the same value back', () => {
      const value = fc
        .string({ unit: 'grapheme', minLength: 1 })
        .filter((text) => !text.includes('\0'));
      fc.assert(
        fc.property(
          value,
          fc.constantFrom('', ...Object.values(files).slice(1, 6)),
          (text, file) => {
            expect(seenBy(shell, set(file, text))).toBe(text);
          },
        ),
        { ...runs, numRuns: Math.min(runs.numRuns, 40) },
      );
    });
  });

  it(`${shell.id}: finds the block below lines that cannot be parsed`, () => {
    const text = shell.id === 'fish' ? 'function f\n' : 'f() {\n';
    const edited = set(text, key);
    expect(set(edited, key)).toBe(edited);
    expect(remove(edited)).toBe(text);
  });

  it(`${shell.id}: removing the block restores the same bytes`, () => {
    const line = fc.constantFrom(
      'alias a=b',
      '# note',
      '',
      '\techo hi',
      'x=1',
      `# export ${name}=x`,
      'ünï',
    );
    const file = fc
      .tuple(fc.array(line), fc.boolean())
      .map(([lines, end]) => lines.join('\n') + (end ? '\n' : ''));
    fc.assert(
      fc.property(file, fc.string(), (text, value) => {
        fc.pre(!value.includes('\0'));
        const edited = set(text, value);
        expect(edited.startsWith(text)).toBe(true);
        expect(set(edited, value)).toBe(edited);
        expect((read(edited) as Record<string, string>)[name]).toBe(value);
        expect(remove(edited)).toBe(text);
      }),
      runs,
    );
  });
}
