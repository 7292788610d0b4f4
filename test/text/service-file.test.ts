import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unitPath, unitProgram, unitWord } from '../../src/text/service-file.ts';
import { codePoint } from '../helpers/code-point.ts';

/** What systemd makes of a command line: systemd.syntax(7), "Quoting"; systemd.service(5), "Command lines". */
function parsed(line: string): string[] {
  const words = [...line.matchAll(/"((?:\\.|[^"\\])*)"|([^\s"]+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  );
  return words.map((word, index) => {
    const text = word
      .replace(/\\x([0-9a-f]{2})|\\(.)/g, (_all, hex, sign) =>
        hex === undefined ? sign : String.fromCharCode(Number.parseInt(hex, 16)),
      )
      .replaceAll('%%', '%');
    return index === 0 ? text : text.replaceAll('$$', '$');
  });
}

const words = fc.string({ unit: codePoint, minLength: 1 }).map((text) => text.replaceAll('\0', ''));

describe('a command line in a unit', () => {
  it('is one line that systemd splits into the same words', () => {
    fc.assert(
      fc.property(fc.array(words), (args) => {
        const line = [unitProgram('/usr/bin/my $node'), ...args.map(unitWord)].join(' ');
        expect(line).not.toMatch(/[\u0000-\u001f\u007f]/);
        expect(parsed(line)).toEqual(['/usr/bin/my $node', ...args.map((arg) => arg)]);
      }),
    );
  });

  it.each([
    ['a\nExecStartPre=/bin/harm', '"a\\x0aExecStartPre=/bin/harm"'],
    ['50%h', '50%%h'],
    [`\${HOME}`, '"$${HOME}"'],
    [';', '";"'],
    ['a "b" \\', '"a \\"b\\" \\\\"'],
    ['', '""'],
  ])('has %j as %s', (word, written) => {
    expect(unitWord(word)).toBe(written);
  });
});

it.each(['/a\nExecStart=/bin/harm', '/a\\', '/a\r', '/a ', ' /a', '/a\u0000'])(
  'a path that a setting cannot hold is refused: %j',
  (path) => {
    expect(unitPath(path)).toBeNull();
  },
);

it('a path as a setting has no specifiers', () => {
  expect(unitPath('/home/50% of it/.env')).toBe('/home/50%% of it/.env');
});
