import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annotationLine, jsonText, withoutCommands } from '../../src/text/github.ts';

/** The commands that a runner takes a log for: ActionCommand.TryParseV2 and TryParse of actions/runner. */
function commandsIn(log: string): string[] {
  return log.split(/\r\n|\r|\n/).filter((line) => {
    const text = line.trimStart();
    return (text.startsWith('::') && text.includes('::', 2)) || /##(vso)?\[/.test(line);
  });
}

const hostile = [
  '::stop-commands::x',
  '  ::error::x',
  '\t::add-mask::x',
  'name ##[error]x',
  '##[group]x',
  '###[debug]x',
  '##vso[task.setvariable variable=x]y',
  'a\n::warning file=x::y',
  ':::error::x',
];

describe('a text without commands', () => {
  it.each(hostile)('is made of %j', (text) => {
    expect(commandsIn(text)).not.toEqual([]);
    const inert = withoutCommands(text);
    expect(commandsIn(inert)).toEqual([]);
    expect(inert.replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    expect(withoutCommands(inert)).toBe(inert);
  });

  it('is made of any text, in JSON without changing its value', () => {
    const pieces = fc.string({ unit: fc.constantFrom(':', '#', '[', ']', ' ', '\n', 'a', '.') });
    fc.assert(
      fc.property(pieces, (text) => {
        expect(commandsIn(withoutCommands(text))).toEqual([]);
        const json = jsonText({ [text]: [text] });
        expect(commandsIn(json)).toEqual([]);
        expect(JSON.parse(json)).toEqual({ [text]: [text] });
      }),
    );
  });

  it('does not change without a command', () => {
    for (const text of ['a::b', 'http://[::1]:80', '## [head]', 'sk: ::x']) {
      expect(withoutCommands(text)).toBe(text);
    }
  });
});

it('an annotation is one command for any texts', () => {
  const text = 'a,b:c\n::error::x\r100%';
  const line = annotationLine({ level: 'error', title: text, message: text, file: text, line: 3 });
  expect(commandsIn(line)).toHaveLength(1);
  expect(line).toBe(
    '::error file=a%2Cb%3Ac%0A%3A%3Aerror%3A%3Ax%0D100%25,line=3,title=a%2Cb%3Ac%0A%3A%3Aerror%3A%3Ax%0D100%25' +
      '::a,b:c%0A::error::x%0D100%25\n',
  );
});
