/**
 * Setup files as people and their tools leave them behind: comments between key and colon and after commas, objects on
 * one line, tabs, CRLF, byte order marks, both quotes, escapes in keys, `__proto__`, odd numbers, no last line end.
 * The same seed gives the same file, of about `bytes` characters.
 */
export function oddFile(seed: number, bytes: number): string {
  const random = generator(seed);
  const pick = <T>(items: readonly T[]): T =>
    items[Math.floor(random() * items.length)] ?? pick(items);
  const chance = (share: number) => random() < share;

  const newline = pick(['\n', '\n', '\r\n']);
  const unit = pick(['  ', '\t', '    ', '   ']);
  const gap = () => (chance(0.25) ? pick([...gaps, `/* two${newline} lines */`]) : '');
  const lineEnd = () => (chance(0.4) ? pick(lineComments) : '') + newline;
  const comma = (isLast: boolean) => (!isLast || chance(0.5) ? ',' : '');
  const quoted = (text: string) => pick([`"${text}"`, `'${text}'`]);

  const key = (name: string) => {
    if (chance(0.1)) return `"\\x${name.charCodeAt(0).toString(16)}${name.slice(1)}"`;
    if (!/^[A-Za-z_]\w*$/.test(name) || chance(0.4)) return quoted(name);
    return chance(0.8) ? name : `\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}`;
  };
  const member = (name: string, value: string) =>
    `${key(name)}${gap()}:${pick([' ', '', '\t', newline])}${gap()}${value}${gap()}`;
  const scalar = () => pick([...scalars, `"a\\${newline}b"`]);
  const lines = (indent: string, rows: readonly string[]) =>
    rows
      .map((row, index) => {
        const above = chance(0.3) ? `${indent}// about { the next${newline}` : '';
        const apart = chance(0.15) ? newline : '';
        return `${apart}${above}${indent}${row}${comma(index === rows.length - 1)}${lineEnd()}`;
      })
      .join('');

  const entry = (index: number) => {
    const members = [
      member('provider', quoted(pick(['openrouter', 'openrouter', 'ollama']))),
      member('apiKey', quoted('$\u007bOPENROUTER_API_KEY}')),
      member('defaultModel', quoted('anthropic/claude-sonnet-4')),
      member('fallbackModels', `[${gap()}"openai/gpt-4o"${gap()},${gap()}'a/b'${pick([',', ''])}]`),
      member('maxRetries', pick(['2', '0x2', '+2', '2.'])),
      member(pick(['__proto__', 'constructor', 'x-y', '$weird', 'note']), scalar()),
    ];
    const shape = chance(0.3)
      ? `{ ${members.join(pick([', ', ',']))}${pick(['', ','])} }`
      : `{${lineEnd()}${lines(unit.repeat(3), members)}${unit.repeat(2)}}`;
    return member(pick(['router-', 'r', 'a b ']) + index, shape);
  };

  const entries: string[] = [];
  for (let size = 0; size < bytes; size += entries.at(-1)?.length ?? 0) {
    entries.push(entry(entries.length));
  }
  const parts = [
    member('gateway', scalar()),
    member('models', `{${lineEnd()}${lines(unit.repeat(2), entries)}${unit}}`),
    member('channels', `{ ${member('whatsapp', "{ model: 'r0' }")} }`),
    member('__proto__', `{ ${member('polluted', 'true')} }`),
  ];
  const head = pick(['', '\uFEFF', `// mine${newline}`, `/* two${newline} lines */${newline}`]);
  const tail = pick(['', newline, '// the end', `${newline}/* the end */${newline}`]);
  return `${head}{${lineEnd()}${lines(unit, parts)}}${tail}`;
}

const gaps = ['/* x */', '/* , } */', '/**/', '/* "a": 1, */', ' ', '\t'];
const lineComments = [
  ' // eol',
  " // it's {",
  ' /* c */ // d',
  '\t// "k": [1,',
  ' // 😀 代码',
  ' //',
];
const scalars = [
  ...['0xFF', '-.5', '5.', '+1', 'Infinity', '-Infinity', 'NaN', '1e3', 'null', 'true'],
  ...["'it\\'s'", '"\\u0041\\x42\\0"', '"😀代码"', '"//"', "'/* */'"],
  ...['[1,2,]', '[ ]', '{}', '{ /* empty */ }', '["a",/* b */\'c\' ,]'],
];

/** Mulberry32: numbers in [0, 1) that the seed decides. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
