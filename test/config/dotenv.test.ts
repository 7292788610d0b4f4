import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dotenvDialect } from '../../src/config/dotenv.ts';
import { UserError } from '../../src/platform/errors.ts';
import { seeded } from '../helpers/seeded.ts';

const name = 'OPENROUTER_API_KEY';
const key = `sk-or-v1-${'cd'.repeat(32)}`;
const read = (text: string) => (dotenvDialect.read(text) as Record<string, string>)[name];
const set = (text: string, value = key) =>
  dotenvDialect.edit(text, [{ op: 'set', path: [name], value }]);
const remove = (text: string) => dotenvDialect.edit(text, [{ op: 'remove', path: [name] }]).text;

/** dotenv has quotes of three kinds and escapes none of them; between double ones `\n` and `\r` are line breaks. */
function fits(value: string): boolean {
  if (value.endsWith('\\')) return false;
  const free = ['"', "'", '`'].filter((quote) => !value.includes(quote));
  return free.some((quote) => quote !== '"' || !/\\[nr]/.test(value));
}

describe('a .env file', () => {
  it.each([
    ['plain', `${name}=old\n`, `${name}=${key}\n`],
    ['with export', `export ${name}=old\n`, `export ${name}=${key}\n`],
    ['double quotes', `${name}="old" # mine\n`, `${name}="${key}" # mine\n`],
    ['single quotes', `${name} = 'old'\n`, `${name} = '${key}'\n`],
    ['a comment behind', `${name}=old # mine\n`, `${name}=${key} # mine\n`],
    ['CRLF', `A=1\r\n${name}=old\r\nB=2\r\n`, `A=1\r\n${name}=${key}\r\nB=2\r\n`],
    ['several lines', `${name}="a\nb"\nB=2`, `${name}="${key}"\nB=2`],
    ['empty', '', `${name}=${key}\n`],
    ['no line end', 'A=1', `A=1\n${name}=${key}\n`],
    ['commented out', `# ${name}=old\n`, `# ${name}=old\n${name}=${key}\n`],
    ['no value', `${name}=\nB=2\n`, `${name}=${key}\nB=2\n`],
  ])('gets a key: %s', (_, before, after) => {
    expect(set(before).text).toBe(after);
    expect(read(after)).toBe(key);
    expect(set(after).textEdits).toEqual([]);
  });

  // What dotenv 17 makes of the same text, and so the host.
  it.each([
    ['\uFEFFK=v\n', { K: 'v' }],
    ['\u00A0K=v\n', { K: 'v' }],
    ['K: v\nL:w\nM : x\n', { K: 'v' }],
    ['K: "v"\n', { K: 'v' }],
    ['K="abc\nL=2\n', { K: '"abc', L: '2' }],
    ["K='abc\nL=2\n", { K: "'abc", L: '2' }],
    ['K="abc\nL="2"\n', { K: '"abc', L: '2' }],
    ['K="a#b\n', { K: '"a' }],
    ['K="v"x\n', { K: '"v"x' }],
    ["K='a'b'\n", { K: "a'b" }],
    ['K="a\\"b" # c\n', { K: 'a\\"b' }],
    ['K="a\\"\nL=2\n', { K: 'a\\', L: '2' }],
  ])('is read as dotenv reads it: %j', (text, values) => {
    expect(dotenvDialect.read(text)).toEqual(values);
  });

  it('takes a key on a line that an unclosed quote or a colon is in', () => {
    expect(set(`${name}="old\nB=2\n`).text).toBe(`${name}="${key}"\nB=2\n`);
    expect(set(`\uFEFF${name}: old\nB=2\n`).text).toBe(`\uFEFF${name}: ${key}\nB=2\n`);
  });

  it('changes the last line of a name, with a note about the others', () => {
    const { text, notes } = set(`${name}=a\nB=1\n${name}=b\n`);
    expect(text).toBe(`${name}=a\nB=1\n${name}=${key}\n`);
    expect(notes).toEqual([{ message: `${name} is also set on line 1; the later one wins` }]);
  });

  it('has all lines of a name removed', () => {
    expect(remove(`${name}=a\nB=1\nexport ${name}="b"`)).toBe('B=1\n');
  });

  it('returns what was set, or is not written', () => {
    const files = fc.constantFrom('', 'A=1\n', `${name}=x`, `${name}='x' # y\n`, `${name}="x"\n`);
    const values = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'\'"`\\nr#a') }));
    fc.assert(
      fc.property(files, values, (file, value) => {
        if (fits(value)) expect(read(set(file, value).text)).toBe(value);
        else expect(() => set(file, value)).toThrow(UserError);
      }),
      seeded(2000),
    );
  });
});
