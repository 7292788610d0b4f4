import fc from 'fast-check';
import { codePoint } from '../../helpers/code-point.ts';

/** White space and comments as people, and people who want to break things, write them. */
const trivia = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(' ', '  ', '\t') },
      { weight: 5, arbitrary: fc.constantFrom('\n', '\r\n', '\n  ', '\n\n', '\r\n\t') },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          '\r',
          '\u2028',
          '\u2029',
          '\u00A0',
          '\uFEFF',
          '\u3000',
          '\v',
          '\f',
        ),
      },
      {
        weight: 2,
        arbitrary: fc.constantFrom('// note\n', '// {"a": 1,\r\n', "// it's\n", '//\u2028'),
      },
      {
        weight: 2,
        arbitrary: fc.constantFrom('/* note */', '/* two\n lines */', '/**/', '/* , } ] */'),
      },
    ),
    { maxLength: 4 },
  )
  .map((parts) => parts.join(''));

const key = fc.oneof(
  fc.constantFrom('a', 'b', '$', '_x1', 'ключ', '\\u0061b', '__proto__', 'constructor', 'null'),
  fc.constantFrom(
    '"a"',
    "'b'",
    '"router-premium"',
    "'it\\'s'",
    '"__proto__"',
    '""',
    '"\\x41"',
    '"0"',
  ),
);

const scalar = fc.oneof(
  fc.constantFrom('null', 'true', 'false', 'Infinity', '-Infinity', 'NaN', '+NaN'),
  fc.constantFrom(
    '0',
    '-0',
    '+1',
    '.5',
    '-.5',
    '5.',
    '0xFF',
    '-0xab',
    '1e3',
    '1E-7',
    '2.00',
    '1e400',
  ),
  fc.constantFrom(
    '"x"',
    "'y'",
    '"a\\\nb"',
    "'a\\\r\nb'",
    '"\\u0041\\x42\\0"',
    '"//"',
    "'/* */'",
    '"\\\u2028"',
  ),
  fc.constantFrom(
    '"$\u007bOPENROUTER_API_KEY}"',
    '"代码"',
    '"😀"',
    '"\\ud800"',
    '"tab\\t"',
    '"tab\t"',
  ),
);

const { document } = fc.letrec<{ document: string; value: string; container: string }>((tie) => ({
  document: fc.tuple(trivia, tie('value'), trivia).map((parts) => parts.join('')),
  value: fc.oneof({ maxDepth: 4, withCrossShrink: true }, scalar, tie('container')),
  container: fc.oneof(
    members(
      fc.tuple(trivia, key, trivia, fc.constant(':'), trivia, tie('value'), trivia),
      '{',
      '}',
    ),
    members(fc.tuple(trivia, tie('value'), trivia), '[', ']'),
    neat(tie('value')),
  ),
}));

/** Any JSON5 document. */
export const anyDocument: fc.Arbitrary<string> = document;

/** Any value that a document can hold. */
export const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: codePoint }),
  fc.constantFrom<unknown>(
    Number.NaN,
    -0,
    Number.POSITIVE_INFINITY,
    1e21,
    0.1,
    '\u2028',
    "it's",
    '"',
  ),
  fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'x-y', 'constructor'), fc.string()),
);

function members(
  member: fc.Arbitrary<string[]>,
  open: string,
  close: string,
): fc.Arbitrary<string> {
  return fc
    .tuple(fc.array(member, { maxLength: 4 }), fc.boolean(), trivia)
    .map(([list, trailing, last]) => {
      const body = list.map((parts) => parts.join('')).join(',');
      return `${open}${body}${trailing && list.length > 0 ? ',' : ''}${last}${close}`;
    });
}

/** As people write: one member a line. */
function neat(value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const comments = fc.constantFrom('', '', '', ' // why', ' /* why */');
  const above = fc.constantFrom('', '', '  // about it\n', '\n', '  // apart\n\n');
  const rows = fc.array(fc.tuple(above, key, value, comments), { minLength: 1, maxLength: 4 });
  return fc
    .tuple(rows, fc.boolean(), fc.constantFrom('\n', '\r\n'))
    .map(([list, trailing, newline]) => {
      const lines = list.map(([lead, name, item, comment], index) => {
        const comma = trailing || index < list.length - 1 ? ',' : '';
        return `${lead}  ${name}: ${item}${comma}${comment}\n`;
      });
      return `{\n${lines.join('')}}`.replaceAll(/\r?\n/g, newline);
    });
}
