import { fileEnd, type SyntaxHint, tooDeep, unexpected } from './syntax-error.ts';
import { type Cursor, readKey, readScalar } from './token.ts';
import { deepestNesting, type Json5Node } from './tree.ts';
import { skipTrivia } from './trivia.ts';

const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const openBrace = 0x7b;
const closeOf = { object: 0x7d, array: 0x5d } as const;

/** A container whose end has not come yet. */
interface Open {
  readonly kind: 'object' | 'array';
  readonly key: string | null;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly start: number;
  /** Where its members begin in the scanner's list of those that have no parent yet. */
  readonly from: number;
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

class Scanner implements Cursor {
  readonly text: string;
  at = 0;
  private readonly open: Open[] = [];
  // One list for all open containers: each then gets an array of its exact size, which saves memory.
  private readonly pending: Json5Node[] = [];

  constructor(text: string) {
    this.text = text;
  }

  document(): Json5Node {
    this.at = skipTrivia(this.text, 0);
    let node = this.beginValue('a value');
    for (let parent = this.open.at(-1); parent !== undefined; parent = this.open.at(-1)) {
      if (node !== null) this.addMember(node);
      this.at = skipTrivia(this.text, this.at);
      node = this.code() === closeOf[parent.kind] ? this.close(parent) : this.beginMember(parent);
    }
    if (node === null) throw this.unexpected('a value');
    return this.expectEnd(node);
  }

  /** Null when a container begins here: its members come next. */
  private beginValue(
    expected: string,
    key: string | null = null,
    keyStart = this.at,
    keyEnd = this.at,
  ): Json5Node | null {
    const start = this.at;
    const code = this.code();
    if (code !== openBrace && code !== openBracket) {
      const value = readScalar(this, expected);
      return { kind: 'scalar', key, keyStart, keyEnd, start, end: this.at, comma: -1, value };
    }
    if (this.open.length === deepestNesting) throw tooDeep(this.text, start, deepestNesting);
    const kind = code === openBrace ? 'object' : 'array';
    this.open.push({ kind, key, keyStart, keyEnd, start, from: this.pending.length });
    this.at += 1;
    return null;
  }

  private addMember(node: Json5Node): void {
    this.at = skipTrivia(this.text, this.at);
    if (this.code() === comma) {
      node.comma = this.at;
      this.at += 1;
    }
    this.pending.push(node);
  }

  private close({ kind, key, keyStart, keyEnd, start, from }: Open): Json5Node {
    this.open.pop();
    this.at += 1;
    const members = this.pending.splice(from);
    return { kind, key, keyStart, keyEnd, start, end: this.at, comma: -1, members };
  }

  private beginMember({ kind, start, from }: Open): Json5Node | null {
    const end = kind === 'object' ? '"}"' : '"]"';
    const before = this.pending.length > from ? this.pending.at(-1) : undefined;
    if (before?.comma === -1) throw this.unexpected(`"," or ${end}`, { openedAt: start });
    if (this.at >= this.text.length) {
      throw this.unexpected(kind === 'object' ? 'a key or "}"' : 'a value or "]"', {
        openedAt: start,
      });
    }
    if (kind === 'array') return this.beginValue('a value or "]"');
    const keyStart = this.at;
    const key = readKey(this);
    const keyEnd = this.at;
    this.at = skipTrivia(this.text, keyEnd);
    if (this.code() !== colon) throw this.unexpected('":" after the key', { behindKey: true });
    this.at = skipTrivia(this.text, this.at + 1);
    return this.beginValue('a value', key, keyStart, keyEnd);
  }

  private code(): number {
    return this.text.charCodeAt(this.at);
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
