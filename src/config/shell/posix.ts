import { readAround } from './block.ts';
import {
  type Assignment,
  type Command,
  type Effects,
  lineEnd,
  noEffects,
  type Script,
  scriptOf,
  type Word,
} from './commands.ts';
import { closingOf, readPosixWord } from './posix-word.ts';

/** The variables that a bash or zsh rc file sets. Nothing is executed, so assignments inside conditions count. */
export function readPosix(text: string): Script {
  return scriptOf(
    readAround(text, (part) => new PosixReader(part).commands()),
    effectsOf,
  );
}

type Group = 'function' | 'subshell' | 'brace' | 'case' | 'block';

/** Words that open or close a compound command, and words that are followed by a command. */
const openers = new Set(['if', 'for', 'while', 'until', 'select', 'repeat', 'foreach']);
const closers = new Set(['}', 'fi', 'done', 'esac', 'end']);
const leaders = new Set(['then', 'else', 'elif', 'do', '!', 'time', 'if', 'while', 'until', '{']);

class PosixReader {
  private readonly text: string;
  private readonly groups: Group[] = [];
  /** Number of open groups that are not executed, or run in another process. */
  private hiding = 0;
  private readonly result: Command[] = [];
  private words: Word[] = [];
  private heredocs: { word: string; tabs: boolean }[] = [];
  private functionNext = false;
  private patternNext = false;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  commands(): Command[] {
    while (this.at < this.text.length) this.step();
    this.endCommand();
    return this.result;
  }

  private step(): void {
    const { text, at } = this;
    const char = text.charAt(at);
    if (char === '\n') this.endLine();
    else if (char === ' ' || char === '\t') this.at += 1;
    else if (text.startsWith('\\\n', at)) this.at += 2;
    else if (char === '#') this.at = lineEnd(text, at);
    else if (this.patternNext) this.pattern();
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
    const endsClause = /^;[;&|]/.test(this.text.slice(this.at, this.at + 2));
    this.patternNext = endsClause && this.groups.at(-1) === 'case';
    this.at += endsClause ? 2 : 1;
  }

  /** A `case` pattern, up to its closing parenthesis. None of its words is a command; `esac` is the only keyword. */
  private pattern(): void {
    this.patternNext = false;
    if (/^esac(?!\w)/.test(this.text.slice(this.at, this.at + 5))) return;
    const open = this.text[this.at] === '(' ? this.at : this.at - 1;
    this.at = closingOf(this.text, open, ')');
  }

  private parenthesis(char: string): void {
    if (char === '(' && /^\(\s*\)/.test(this.text.slice(this.at, this.at + 20))) {
      this.functionNext = true;
      this.words = [];
      this.at = this.text.indexOf(')', this.at) + 1;
      return;
    }
    // `NAME=(…)` sets an array, which cannot be exported.
    if (char === '(' && this.words.length > 0) {
      this.words = [];
      this.at = closingOf(this.text, this.at, ')');
      return;
    }
    this.endCommand();
    if (char === '(') this.enter('subshell');
    else if (this.groups.at(-1) === 'subshell') this.leave();
    this.at += 1;
  }

  private redirection(): void {
    const here = /<<(?!<)(-?)[ \t]*/y;
    here.lastIndex = this.at;
    const match = here.exec(this.text);
    if (match === null) {
      this.redirectionTarget();
      return;
    }
    const word = readPosixWord(this.text, here.lastIndex);
    this.heredocs.push({
      word: word.value ?? this.text.slice(word.start, word.end),
      tabs: match[1] === '-',
    });
    this.at = word.end;
  }

  /** The word after `>` and similar operators, and a number right before them, are not part of the command. */
  private redirectionTarget(): void {
    const last = this.words.at(-1);
    if (last?.end === this.at && /^\d+$/.test(last.value ?? '')) this.words.pop();
    const operator = /(?:<<<|>>|[<>][&|>]?)[ \t]*/y;
    operator.lastIndex = this.at;
    this.at = operator.exec(this.text) === null ? this.at + 1 : operator.lastIndex;
    if (this.text[this.at] !== '(') this.at = readPosixWord(this.text, this.at).end;
  }

  private word(): void {
    const word = readPosixWord(this.text, this.at);
    this.at = Math.max(word.end, this.at + 1);
    const raw = this.text.slice(word.start, word.end);
    if (this.words.length > 0 || !this.keyword(raw)) this.words.push(word);
    if (this.words.length === 3 && raw === 'in' && this.words[0]?.value === 'case') {
      this.endCommand();
      this.patternNext = true;
    }
  }

  /** Whether the first word is a keyword that another command follows. */
  private keyword(word: string): boolean {
    if (word === '{') this.open('brace');
    else if (word === 'function') this.functionNext = true;
    else if (word === 'case') this.open('case');
    else if (openers.has(word)) this.open('block');
    else if (closers.has(word)) this.leave();
    if (word === 'function') this.at = afterFunctionName(this.text, this.at);
    if (word === '[[') this.at = conditionEnd(this.text, this.at);
    return word === 'function' || leaders.has(word) || closers.has(word);
  }

  /** Opens a group, which may be a function body. */
  private open(group: Group): void {
    this.enter(this.functionNext ? 'function' : group);
  }

  private enter(group: Group): void {
    this.functionNext = false;
    this.groups.push(group);
    if (hidesVariables(group)) this.hiding += 1;
  }

  private leave(): void {
    const group = this.groups.pop();
    if (group !== undefined && hidesVariables(group)) this.hiding -= 1;
  }

  private endCommand(): void {
    if (this.words.length > 0) {
      const nested = this.groups.length > 0;
      this.result.push({ words: this.words, live: this.hiding === 0, nested });
    }
    this.words = [];
  }
}

function hidesVariables(group: Group): boolean {
  return group === 'function' || group === 'subshell';
}

function afterFunctionName(text: string, at: number): number {
  const name = /[ \t]*[^\s(){};]+[ \t]*(?:\(\s*\))?/y;
  name.lastIndex = at;
  return name.exec(text) === null ? at : name.lastIndex;
}

/** Offset of the `]]` that ends a condition. Inside it, `<` and `(` have a different meaning. */
function conditionEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && !/^\s\]\]/.test(text.slice(at - 1, at + 2))) {
    at = Math.max(readPosixWord(text, at).end, at + 1);
  }
  return at;
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

function effectsOf(command: Command): Effects {
  const [first, ...rest] = command.words;
  if (first?.value === 'unset') return { ...noEffects, unsets: namesIn(rest) };
  const exporting = exportingOf(command.words);
  if (exporting === 'off') return { ...noEffects, unsets: namesIn(rest) };
  const own = exporting === 'on' ? rest : command.words;
  const alone = own.filter(({ value }) => !value?.startsWith('-')).length === 1;
  const sets = own.flatMap((word) => assignmentOf(command, word, alone));
  if (exporting === 'on') {
    return { ...noEffects, sets, exports: [...sets.map(({ name }) => name), ...namesIn(rest)] };
  }
  // `NAME=value program` sets the variable for that program only.
  return { ...noEffects, sets: own.length === sets.length ? sets : [] };
}

function namesIn(words: readonly Word[]): string[] {
  return words.flatMap(({ value }) => (/^[A-Za-z_]\w*$/.test(value ?? '') ? [value ?? ''] : []));
}

/** Null if the command does not change which variables are exported. */
function exportingOf([first, ...rest]: readonly Word[]): 'on' | 'off' | null {
  const has = (flag: RegExp) => rest.some(({ value }) => flag.test(value ?? ''));
  if (first?.value === 'export') return has(/^-\w*n/) ? 'off' : 'on';
  if (first?.value !== 'declare' && first?.value !== 'typeset') return null;
  if (has(/^\+\w*x/)) return 'off';
  return has(/^-\w*x/) ? 'on' : null;
}

function assignmentOf(command: Command, word: Word, alone: boolean): Assignment[] {
  const { head, value } = word;
  if (head === '') return [];
  const adds = head.endsWith('+=');
  const start = word.start + head.length;
  return [
    {
      name: head.slice(0, adds ? -2 : -1),
      value: value === null || adds ? null : value.slice(head.length),
      start: adds ? start - 2 : start,
      end: word.end,
      prefix: adds ? '=' : '',
      setter: word,
      command,
      alone,
    },
  ];
}
