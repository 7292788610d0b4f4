import type { Assignment, Command, Script, Word } from './commands.ts';
import { scriptOf } from './commands.ts';
import { closingOf, readShWord } from './sh-word.ts';

/** What a bash or zsh rc file sets. Nothing is run; what depends on running counts as set. */
export function readSh(text: string): Script {
  return scriptOf(new ShReader(text).commands(), effectsOf(new Set(exportedLater(text))));
}

type Group = 'function' | 'subshell' | 'brace' | 'block';

/** Words that open or close a compound command, and those after which another command begins. */
const openers = new Set(['if', 'for', 'while', 'until', 'case', 'select', 'repeat', 'foreach']);
const closers = new Set(['fi', 'done', 'esac', 'end']);
const leaders = new Set([
  'then',
  'else',
  'elif',
  'do',
  '!',
  'time',
  'if',
  'while',
  'until',
  '{',
  '}',
]);

class ShReader {
  private readonly text: string;
  private readonly groups: Group[] = [];
  private readonly found: Command[] = [];
  private words: Word[] = [];
  private heredocs: { word: string; tabs: boolean }[] = [];
  private functionNext = false;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  commands(): Command[] {
    while (this.at < this.text.length) this.step();
    this.endCommand();
    return this.found;
  }

  private step(): void {
    const { text, at } = this;
    const char = text.charAt(at);
    if (char === '\n') this.endLine();
    else if (char === ' ' || char === '\t') this.at += 1;
    else if (text.startsWith('\\\n', at)) this.at += 2;
    else if (char === '#') this.at = lineEnd(text, at);
    else if (text.startsWith('((', at) && this.words.length === 0)
      this.at = closingOf(text, at, ')');
    else if (char === '(' || char === ')') this.parenthesis(char);
    else if (char === ';' || char === '&' || char === '|') this.separator();
    else if (char === '<' || char === '>') this.redirection();
    else this.word();
  }

  private endLine(): void {
    this.endCommand();
    this.at += 1;
    for (const { word, tabs } of this.heredocs)
      this.at = heredocEnd(this.text, this.at, word, tabs);
    this.heredocs = [];
  }

  private separator(): void {
    this.endCommand();
    this.at += 1;
  }

  private parenthesis(char: string): void {
    if (char === '(' && /^\(\s*\)/.test(this.text.slice(this.at, this.at + 20))) {
      this.functionNext = true;
      this.words = [];
      this.at = this.text.indexOf(')', this.at) + 1;
      return;
    }
    // `NAME=(…)` sets a list, which cannot be exported.
    if (char === '(' && this.words.length > 0) {
      this.words = [];
      this.at = closingOf(this.text, this.at, ')');
      return;
    }
    this.endCommand();
    if (char === '(') this.open('subshell');
    else if (this.groups.at(-1) === 'subshell') this.groups.pop();
    this.at += 1;
  }

  private redirection(): void {
    const here = /<<(?!<)(-?)[ \t]*/y;
    here.lastIndex = this.at;
    const match = here.exec(this.text);
    if (match === null) {
      this.at += this.text.startsWith('<<<', this.at) ? 3 : 1;
      return;
    }
    const word = readShWord(this.text, here.lastIndex);
    this.heredocs.push({
      word: word.value ?? this.text.slice(word.start, word.end),
      tabs: match[1] === '-',
    });
    this.at = word.end;
  }

  private word(): void {
    const word = readShWord(this.text, this.at);
    this.at = Math.max(word.end, this.at + 1);
    if (this.words.length > 0 || !this.keyword(this.text.slice(word.start, word.end))) {
      this.words.push(word);
    }
  }

  /** Whether the first word of a command is one of the shell's own, after which a command begins anew. */
  private keyword(word: string): boolean {
    if (word === '{') this.open(this.functionNext ? 'function' : 'brace');
    else if (word === 'function') this.functionNext = true;
    else if (openers.has(word)) this.open('block');
    else if (word === '}' || closers.has(word)) this.groups.pop();
    if (word === 'function') this.at = afterFunctionName(this.text, this.at);
    return word === 'function' || leaders.has(word);
  }

  private open(group: Group): void {
    this.groups.push(this.functionNext ? 'function' : group);
    this.functionNext = false;
  }

  private endCommand(): void {
    if (this.words.length > 0) {
      const live = !this.groups.some((group) => group === 'function' || group === 'subshell');
      this.found.push({ words: this.words, live, nested: this.groups.length > 0 });
    }
    this.words = [];
  }
}

function afterFunctionName(text: string, at: number): number {
  const name = /[ \t]*[^\s(){};]+[ \t]*(?:\(\s*\))?/y;
  name.lastIndex = at;
  return name.exec(text) === null ? at : name.lastIndex;
}

function heredocEnd(text: string, from: number, word: string, tabs: boolean): number {
  let at = from;
  while (at < text.length) {
    const end = lineEnd(text, at);
    const line = text.slice(at, end);
    at = Math.min(end + 1, text.length);
    if ((tabs ? line.replace(/^\t+/, '') : line) === word) return at;
  }
  return at;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** Names given to `export` without a value: plain assignments of them reach programs too. */
function exportedLater(text: string): string[] {
  const names: string[] = [];
  for (const { words, live } of new ShReader(text).commands()) {
    if (!live || words[0]?.value !== 'export') continue;
    for (const { value } of words.slice(1)) {
      if (value !== null && /^[A-Za-z_]\w*$/.test(value)) names.push(value);
    }
  }
  return names;
}

function effectsOf(exported: ReadonlySet<string>) {
  return (command: Command): { sets: Assignment[]; unsets: string[] } => {
    const [first, ...rest] = command.words;
    if (first?.value === 'unset') return { sets: [], unsets: rest.map(({ value }) => value ?? '') };
    const exporting = isExport(command.words);
    const own = exporting ? rest : command.words;
    const sets = own.flatMap((word) => assignmentOf(command, word, own));
    if (exporting) return { sets, unsets: [] };
    const plain = own.length === sets.length;
    return { sets: plain ? sets.filter(({ name }) => exported.has(name)) : [], unsets: [] };
  };
}

function isExport([first, ...rest]: readonly Word[]): boolean {
  const flags = rest.flatMap(({ value }) => (value?.startsWith('-') ? [value] : []));
  if (first?.value === 'export') return !flags.some((flag) => flag.includes('n'));
  if (first?.value !== 'declare' && first?.value !== 'typeset') return false;
  return flags.some((flag) => flag.includes('x'));
}

function assignmentOf(command: Command, word: Word, own: readonly Word[]): Assignment[] {
  const { head, value } = word;
  if (head === '') return [];
  return [
    {
      name: head.slice(0, -1),
      value: value === null ? null : value.slice(head.length),
      start: word.start + head.length,
      end: word.end,
      setter: word,
      command,
      alone: own.filter((other) => !other.value?.startsWith('-')).length === 1,
    },
  ];
}
