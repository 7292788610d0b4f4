import { fileEnd, type SyntaxHint, tooDeep, unexpected } from './syntax-error.ts';
import { scanKey, scanScalar } from './token.ts';
import { deepestNesting, type Json5Node, type KeyNode, type Member } from './tree.ts';
import { skipTrivia } from './trivia.ts';

const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const openBrace = 0x7b;
const closeOf = { object: 0x7d, array: 0x5d } as const;

/** A container whose end has not come yet. */
interface Open {
  readonly kind: 'object' | 'array';
  readonly start: number;
  /** Where its members begin in the scanner's list of those that have no parent yet. */
  readonly from: number;
  hasComma: boolean;
  key: KeyNode | null;
}

/**
 * The tree of a JSON5 1.0 text (https://spec.json5.org). Throws Json5SyntaxError, also for what is nested deeper than
 * `deepestNesting`.
 */
export function scanJson5(text: string): Json5Node {
  return new Scanner(text).document();
}

/** Whether there is no value in the text: it is empty, or all white space and comments. */
export function isBlankText(text: string): boolean {
  return skipTrivia(text, 0) === text.length;
}

class Scanner {
  private readonly text: string;
  private readonly open: Open[] = [];
  // One list for all open containers: each then gets an array of its exact size, which saves memory.
  private readonly pending: Member[] = [];
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  document(): Json5Node {
    this.at = skipTrivia(this.text, 0);
    let node = this.beginValue('a value');
    for (let parent = this.open.at(-1); parent !== undefined; parent = this.open.at(-1)) {
      if (node !== null) this.addMember(parent, node);
      this.at = skipTrivia(this.text, this.at);
      node = this.closes(parent) ? this.close(parent) : this.beginMember(parent);
    }
    if (node === null) throw this.unexpected('a value');
    return this.expectEnd(node);
  }

  /** Null when a container begins here: its members come next. */
  private beginValue(expected: string): Json5Node | null {
    const code = this.text.charCodeAt(this.at);
    if (code !== openBrace && code !== openBracket) {
      const scalar = scanScalar(this.text, this.at, expected);
      this.at = scalar.end;
      return scalar;
    }
    if (this.open.length === deepestNesting) throw tooDeep(this.text, this.at, deepestNesting);
    const kind = code === openBrace ? 'object' : 'array';
    this.open.push({ kind, start: this.at, from: this.pending.length, hasComma: true, key: null });
    this.at += 1;
    return null;
  }

  private addMember(parent: Open, value: Json5Node): void {
    this.at = skipTrivia(this.text, this.at);
    const separated = this.text.charCodeAt(this.at) === comma;
    this.pending.push({ key: parent.key, value, comma: separated ? this.at : -1 });
    parent.hasComma = separated;
    if (separated) this.at += 1;
  }

  private closes(parent: Open): boolean {
    return this.text.charCodeAt(this.at) === closeOf[parent.kind];
  }

  private close(parent: Open): Json5Node {
    this.open.pop();
    this.at += 1;
    const members = this.pending.splice(parent.from);
    return { kind: parent.kind, start: parent.start, end: this.at, members };
  }

  private beginMember(parent: Open): Json5Node | null {
    const end = parent.kind === 'object' ? '"}"' : '"]"';
    if (!parent.hasComma) {
      throw this.unexpected(`"," or ${end}`, { openedAt: parent.start });
    }
    if (this.at >= this.text.length) {
      throw this.unexpected(parent.kind === 'object' ? 'a key or "}"' : 'a value or "]"', {
        openedAt: parent.start,
      });
    }
    if (parent.kind === 'array') return this.beginValue('a value or "]"');
    parent.key = scanKey(this.text, this.at);
    this.at = skipTrivia(this.text, parent.key.end);
    if (this.text.charCodeAt(this.at) !== colon) {
      throw this.unexpected('":" after the key', { behindKey: true });
    }
    this.at = skipTrivia(this.text, this.at + 1);
    return this.beginValue('a value');
  }

  private expectEnd(root: Json5Node): Json5Node {
    this.at = skipTrivia(this.text, this.at);
    if (this.at < this.text.length) throw this.unexpected(fileEnd);
    return root;
  }

  private unexpected(expected: string, hint: SyntaxHint = {}): Error {
    return unexpected(this.text, this.at, expected, hint);
  }
}
