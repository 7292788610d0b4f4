import json5 from 'json5';
import { describe, expect, it } from 'vitest';
import { json5Dialect } from '../../../src/config/json5/index.ts';
import { sameData } from '../../../src/config/json5/plain.ts';
import { scanJson5 } from '../../../src/config/json5/scan.ts';
import { Json5SyntaxError } from '../../../src/config/json5/syntax-error.ts';
import { plainValue } from '../../../src/config/json5/tree.ts';

/** Our own cases in the categories of the public json5-tests collection. */
const valid: Record<string, readonly string[]> = {
  arrays: ['[]', '[ ]', '[1]', '[1,]', '["a", [], {}]', '[[[[]]]]', '[null,\n]'],
  comments: [
    '/* a */ null',
    'null // end',
    '// a\nnull',
    '/** doc **/ null',
    '/* // */ null',
    '// /* \nnull',
    '[/**/1/**/,/**/]',
    '{a/*x*/:/*y*/1}',
    'null/* at the end */',
    'null //',
    '"// no comment"',
    "'/* nor here */'",
    '[ // a\r1]',
    '[ // a\u20281]',
    '[ // a\u20291]',
    '/***/null',
    '/* * / **/null',
  ],
  misc: [
    '{"a": true, "b": [null, "x"], "c": {}}',
    "{a: 'b', c: +1, d: .5, e: [1,],}",
    '{ключ: 1, ünïcode: 2, $: 3, _: 4}',
    'true',
    '"only text"',
  ],
  'new-lines': [
    '{\r\n  a: 1\r\n}',
    '{\ra: 1\r}',
    '{\na: "b\\\r\nc"\n}',
    '{a: "b\\\nc"}',
    '{a: "b\\\rc"}',
    '"a\\\u2028b"',
    '"a\\\u2029b"',
    '[1,\u20282]',
  ],
  numbers: [
    '0',
    '-0',
    '+0',
    '0.',
    '.0',
    '-.5',
    '+.5',
    '5.',
    '5.e3',
    '.5e-3',
    '1e10',
    '1E+10',
    '1e-10',
    '0e0',
    '0xdecaf',
    '0XDECAF',
    '-0xC8',
    '+0x0',
    'Infinity',
    '-Infinity',
    '+Infinity',
    'NaN',
    '-NaN',
    '+NaN',
    '15',
    '-15',
    '1.2',
    '1e400',
    '123456789012345678901234567890',
  ],
  objects: [
    '{}',
    '{a:1}',
    '{a:1,}',
    '{"a":1}',
    "{'a':1}",
    '{a:1,a:2}',
    '{while: 1, null: 2, true: 3, NaN: 4, Infinity: 5}',
    '{azAZ: 1}',
    '{$_$: 1, _0: 2, a\u200c: 3, a\u200d: 4}',
    '{\\u0061b: 1}',
    '{a\\u0062: 1}',
    '{\\u0024: 1}',
    '{"": 1}',
    '{__proto__: {a: 1}}',
    '{"__proto__": 1, constructor: 2, toString: 3, hasOwnProperty: 4}',
    '{𠀀: 1}',
    '{a: {b: {c: [{}]}}}',
    '{0xa: 1}'.replace('0xa', '"0xa"'),
  ],
  strings: [
    "''",
    '""',
    '"\'"',
    "'\"'",
    "'\\''",
    '"\\""',
    '"\\b\\f\\n\\r\\t\\v\\0"',
    '"\\x41\\u0042"',
    '"\\xaF\\xFa\\uAf09"',
    '"\\a\\c\\d\\q"',
    '"\\/"',
    '"tab\there"',
    '"\u0000\u0001"',
    '"\\ud83d\\ude00"',
    '"\\ud800"',
    '"😀"',
    "'\\\u00e9'",
    '"a\\\n\\\nb"',
  ],
  todo: [
    '{\\u0041\\u200c: 1}',
    '{a: \u00a01\u3000}',
    '[\u16801]',
    '\ufeff{}',
    '{}\ufeff',
    '\v\f{}',
  ],
};

const invalid: Record<string, readonly string[]> = {
  arrays: ['[', ']', '[,]', '[1,,2]', '[1,,]', '[,1]', '[1 2]', '[1}', '[1', '[1,', '[]]', '[:]'],
  comments: [
    '/* a',
    '/*/',
    '/',
    '// only',
    '/* only */',
    '/* a */ */ null',
    '# a\nnull',
    '{a: 1 /* }',
    '[/ /1]',
    '',
  ],
  misc: [
    'nul',
    'nulll',
    'True',
    'undefined',
    'a',
    '{} {}',
    '1 2',
    '--1',
    ',',
    ':',
    '{a: 1};',
    '\ufffe{}',
    '(1)',
    '`a`',
    '{a: x}',
    '{a: tree}',
    '{a: flows}',
    '{a: nope}',
  ],
  'new-lines': ['"a\nb"', "'a\rb'", '"a\r\nb"', '{"a\n": 1}'],
  numbers: [
    '+',
    '-',
    '.',
    '+.',
    '.e1',
    '1e',
    '1e+',
    '0x',
    '0xg',
    '01',
    '00',
    '08',
    '-01',
    '+-1',
    '- 1',
    '1.2.3',
    '1_000',
    '1n',
    '0b1',
    '0o7',
    '0x1.8',
    '1e1.5',
    'infinity',
    'nan',
    '.Infinity',
    '1.e',
    'Infinit',
  ],
  objects: [
    '{',
    '}',
    '{a}',
    '{a:}',
    '{:1}',
    '{,}',
    '{a:1,,}',
    '{,a:1}',
    '{a:1 b:2}',
    '{a::1}',
    '{1:2}',
    '{a-b:1}',
    '{-a:1}',
    '{a b:1}',
    '{[a]:1}',
    '{a=1}',
    '{\\u0031a:1}',
    '{a\\u002d:1}',
    '{\\x61:1}',
    '{\\u{61}:1}',
    '{"a" 1}',
    '{a:1]',
    '{...a}',
    '{·a:1}',
  ],
  strings: [
    '"',
    "'",
    '"a',
    '\'a"',
    '"\\',
    '"\\x4"',
    '"\\xg0"',
    '"\\u004"',
    '"\\u00g0"',
    '"\\1"',
    '"\\9"',
    '"\\01"',
    '"a" "b"',
    '“a”',
    '"a\\',
    '"a\\\n\n"',
  ],
};

const embedded = (text: string) => `{ // before\n  before: 1,\n  it: ${text}\n  , after: [2] }`;

describe.each(Object.entries(valid))('valid: %s', (_, texts) => {
  it.each(texts)('%j has the value that json5 reads', (text) => {
    expect(sameData(plainValue(scanJson5(text)), json5.parse(text))).toBe(true);
  });

  it.each(texts.filter((text) => !text.includes('\ufeff')))(
    '%j does not change with its neighbors',
    (text) => {
      const before = embedded(text);
      const { text: after } = json5Dialect.edit(before, [
        { op: 'set', path: ['before'], value: 7 },
        { op: 'insert', path: ['after', 1], value: 3 },
      ]);
      expect(after).toBe(`{ // before\n  before: 7,\n  it: ${text}\n  , after: [2, 3] }`);
    },
  );
});

describe.each(Object.entries(invalid))('invalid: %s', (_, texts) => {
  it.each(texts)('%j is an error with a place', (text) => {
    expect(() => json5.parse(text)).toThrow(SyntaxError);
    expect(() => scanJson5(text)).toThrow(Json5SyntaxError);
    const error = syntaxErrorOf(text);
    expect(error.offset).toBeLessThanOrEqual(text.length);
    expect(error.frame).toContain(`> ${error.line} |`);
  });
});

describe('a syntax error', () => {
  it('points at the line and column, in a frame of the lines around', () => {
    const error = syntaxErrorOf('{\n  a: 1,\n  b: 2\n  c: 3,\n  d: 4,\n}\n');
    expect(error).toMatchObject({
      name: 'Json5SyntaxError',
      line: 4,
      column: 3,
      expected: '"," or "}"',
      type: 'syntax',
    });
    expect(error.message).toBe('Expected "," or "}", found "c" (line 4, column 3)');
    expect(error.hint).toBe('A comma is missing before this');
    expect(error.frame).toBe(
      '  2 |   a: 1,\n  3 |   b: 2\n> 4 |   c: 3,\n    |   ^\n  5 |   d: 4,',
    );
  });

  it('shows no more than the lines around, without tabs', () => {
    const error = syntaxErrorOf('{\n\ta: 1,\n\tb: 2,\n\tc: 3,\n\td: 4\n\te: 5,\n}\n');
    expect(error.frame).toBe('  4 |  c: 3,\n  5 |  d: 4\n> 6 |  e: 5,\n    |  ^\n  7 | }');
  });

  it('shows a line from its beginning up to column 80', () => {
    const [shown = '', caret = ''] = syntaxErrorOf(`{a: "${'x'.repeat(72)}" b: 1}`).frame.split(
      '\n',
    );
    expect(shown).toMatch(/^> 1 \| \{a: "x+" b: 1\}$/);
    expect(shown.charAt(caret.indexOf('^'))).toBe('b');
  });

  it('cuts a line on the left beyond column 80, but leaves shorter lines out', () => {
    const error = syntaxErrorOf(`{\n  a: "${'x'.repeat(80)}" b: 1\n}`);
    expect(error.frame).toMatch(/^ {2}1 \|\n> 2 \| …x+" b: 1\n/);
  });

  it('shows a line of 100 characters whole', () => {
    const line = `a b ${'x'.repeat(96)}`;
    expect(syntaxErrorOf(line).frame).toBe(`> 1 | ${line}\n    | ^`);
    expect(syntaxErrorOf(`${line}x`).frame).toBe(`> 1 | ${line}…\n    | ^`);
  });

  it('cuts long lines around the place', () => {
    const error = syntaxErrorOf(`{ a: "${'x'.repeat(5000)}", b ${'y'.repeat(5000)} }`);
    expect(error.frame).toMatch(/^> 1 \| ….*…$/m);
    for (const line of error.frame.split('\n')) expect(line.length).toBeLessThan(120);
    const [shown = '', caret = ''] = error.frame.split('\n');
    expect(shown.charAt(caret.indexOf('^'))).toBe('y');
  });

  it('never shows a key', () => {
    const key = `sk-or-v1-${'ab'.repeat(32)}`;
    for (const text of [
      `{ apiKey: "${key}" oops }`,
      `{ apiKey: ${key} }`,
      `{ apiKey: "${key}\n}`,
    ]) {
      const { message, frame, hint } = syntaxErrorOf(text);
      expect(`${message}${frame}${hint}`).not.toContain('abab');
    }
  });

  it.each([
    ['{a: “x”}', /typographic/],
    ['# note\n{}', /comment begins with/],
    ['{a = 1}', /key: value/],
    ['{a: True}', /true, false or null/],
    ['{\n  a: {\n', /"\{" of line 2, column 6 is never closed/],
    ['{a: "x\n}', /Close the string/],
    ['{ router-premium: {} }', /Put quotes around/],
    ["{ a: 'it's' }", /Write \\'/],
    ['{ a: 007 }', /does not begin with 0/],
    ['[ « ]', /typographic/],
    ["{ a: 'x\r }", /Close the string/],
    ['{a: None}', /true, false or null/],
    ['{a: b None}', /spec\.json5\.org/],
    ['{ a: 1 -2 }', /comma is missing/],
    ['{ a: 1 5 }', /comma is missing/],
    ['{ a: 0b1 }', /comma is missing/],
    ["{ a: 'x', b: 1 c: 2 }", /comma is missing/],
    ["{ a: 'it's fine' }", /Write \\' for a ' inside/],
    ['{a: Nonesuch}', /spec\.json5\.org/],
    ['{ a/b: 1 }', /Put quotes around/],
    ['{ a * 1 }', /spec\.json5\.org/],
    ['[1; 2]', /separated by ","/],
    ['{ a: "say "x"" }', /Write \\" for a " inside/],
    ['{ a: 1 } }', /Remove what comes after/],
    ['/* a', /Close it with/],
    ['[/]', /A comment begins with/],
    ['{a: 1]', /spec\.json5\.org/],
    ['{a: [1, 2', /"\[" of line 1, column 5 is never closed/],
    ['"a', /spec\.json5\.org/],
  ])('has a hint for %j', (text, hint) => {
    expect(syntaxErrorOf(text).hint).toMatch(hint);
  });

  it.each([
    ['{a: 1', '"," or "}"', 'the end of the file'],
    ['[1', '"," or "]"', 'the end of the file'],
    ['{', 'a key or "}"', 'the end of the file'],
    ['[', 'a value or "]"', 'the end of the file'],
    ['[1,', 'a value or "]"', 'the end of the file'],
    ['{a', '":" after the key', 'the end of the file'],
    ['{openai/gpt-4o: {}}', '":" after the key', '"/"'],
    ['{a: }', 'a value', '"}"'],
    ['x', 'a value', '"x"'],
    ['{-a: 1}', 'a key or "}"', '"-"'],
    ['[1 skim]', '"," or "]"', '"s"'],
    ['{a: 1 /', 'a comment ("//" or "/*") or a value', 'a lone "/"'],
    ['{} x', 'the end of the file', '"x"'],
    ['/* x', 'the end of the comment, "*/"', 'a comment that runs to the end of the file'],
    ['"a', "the closing '\"' of the string", 'the end of the file'],
    ["'a\n'", 'the closing "\'" of the string', 'the end of the line'],
    ["'a\r'", 'the closing "\'" of the string', 'the end of the line'],
    ['"\\x4g"', '2 hex digits', '"g"'],
    ['"\\u12"', '4 hex digits', "'\"'"],
    ['"\\01"', 'no digit after "\\0"', '"1"'],
    ['"\\1"', 'an escape other than a digit', '"1"'],
    ['"\\', 'the rest of the escape', 'the end of the file'],
    ['{\\x61: 1}', '"u" and 4 hex digits', '"x61"'],
    ['{a\\u002d: 1}', 'an escaped letter or digit', '"\\"'],
    ['[1 some_word]', '"," or "]"', '"some_word"'],
    [`[1 ${'x'.repeat(40)}]`, '"," or "]"', `"${'x'.repeat(31)}"`],
    ['[1 \u0000]', '"," or "]"', 'U+0000'],
    ['[1 😀]', '"," or "]"', '"😀"'],
    ['[\u200b]', 'a value or "]"', 'U+200B'],
  ])('of %j says what was expected and found', (text, expected, found) => {
    expect(syntaxErrorOf(text).message).toMatch(`Expected ${expected}, found ${found} (line `);
  });

  it.each([
    ['lists', '['.repeat(100_000)],
    ['objects', '{a:'.repeat(100_000)],
    ['lists that are closed again', `${'['.repeat(501)}${']'.repeat(501)}`],
  ])('names the limit for a document of %s', (_, text) => {
    const { message, hint } = syntaxErrorOf(text);
    expect(message).toMatch(/^Expected at most 500 nested objects and arrays, found one more/);
    expect(hint).toContain('bracket');
  });

  it('does not occur in a document of 500 levels', () => {
    const text = `${'['.repeat(500)}1${']'.repeat(500)}`;
    expect(json5Dialect.edit(text, []).textEdits).toEqual([]);
  });
});

function syntaxErrorOf(text: string): Json5SyntaxError {
  try {
    scanJson5(text);
  } catch (error) {
    if (error instanceof Json5SyntaxError) return error;
    throw error;
  }
  throw new Error('no error');
}
