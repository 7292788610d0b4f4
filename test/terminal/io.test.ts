import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Env } from '../../src/platform/deps.ts';
import { createIo } from '../../src/terminal/io.ts';

const key = `sk-or-v1-${'9f'.repeat(32)}`;

interface Options {
  readonly env?: Env;
  readonly isTTY?: boolean;
  readonly noColor?: boolean;
  readonly github?: boolean;
  readonly stdin?: string[];
  readonly columns?: number | undefined;
}

function ioWith(options: Options = {}) {
  const written = { out: '', err: '' };
  const outlet = (name: 'out' | 'err') => ({
    isTTY: options.isTTY ?? false,
    columns: 'columns' in options ? options.columns : 100,
    write(text: string) {
      written[name] += text;
    },
  });
  const io = createIo({
    stdout: outlet('out'),
    stderr: outlet('err'),
    stdin: (async function* () {
      yield* options.stdin ?? [];
    })(),
    env: options.env ?? {},
    noColor: options.noColor ?? false,
    github: options.github ?? false,
  });
  return { io, written };
}

describe('what is printed', () => {
  it('never contains a key, on either stream, at any place in the text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const { io, written } = ioWith();
        io.out(`${before}${key} ${after}`);
        io.err(JSON.stringify({ before, key, after }));
        expect(written.out + written.err).not.toContain(key.slice(0, 20));
      }),
    );
  });

  it('hides a key that appears when control characters inside it are removed', () => {
    const { io, written } = ioWith();
    io.out(`${key.slice(0, 11)}\u0007${key.slice(11, 30)}\u202e${key.slice(30)}`);
    expect(written.out).toBe('sk-or-v1-9f9f…');
  });

  it('shows a key by its prefix', () => {
    const { io, written } = ioWith();
    io.out(`using ${key}.`);
    expect(written.out).toBe('using sk-or-v1-9f9f….');
  });

  it('hides a concealed secret of any shape', () => {
    const { io, written } = ioWith();
    io.conceal('my own odd key');
    io.err('Authorization: Bearer my own odd key');
    expect(written.err).toBe('Authorization: Bearer (hidden)');
  });

  it('does not hide a text that is too short to be a secret', () => {
    const { io, written } = ioWith();
    io.conceal('a');
    io.out('a banana');
    expect(written.out).toBe('a banana');
  });

  it('keeps color, newline and tab, and drops control sequences', () => {
    const { io, written } = ioWith({ isTTY: true });
    io.out('\u001b[31mred\u001b[39m\n\t\u001b[2J\u001b]0;title\u0007\r\u009b5A\u202eabc');
    expect(written.out).toBe('\u001b[31mred\u001b[39m\n\t[2J]0;title5Aabc');
  });
});

it('has no color if color is off, even if a file name contains some', () => {
  const { io, written } = ioWith({ isTTY: true, noColor: true });
  io.out('an \u001b[1;31mentry\u001b[0m');
  io.err('an \u001b[1;31mentry\u001b[0m');
  expect(written).toEqual({ out: 'an entry', err: 'an entry' });
});

it('keeps the line ends of CSV, and no other carriage return', () => {
  const { io, written } = ioWith();
  io.out('a,b\r\nc\rd\r\n');
  expect(written.out).toBe('a,b\r\ncd\r\n');
});

describe('in the log of a CI runner', () => {
  it.each<[string, { env?: Env; github?: boolean }]>([
    ['GitHub Actions', { env: { GITHUB_ACTIONS: 'true' } }],
    ['Azure Pipelines', { env: { TF_BUILD: 'True' } }],
    ['whoever reads --github', { github: true }],
  ])('%s finds no command but our annotations', (_name, options) => {
    const { io, written } = ioWith(options);
    io.out('::stop-commands::x\n a ##[error]x\n :');
    io.out(':error::x\n##');
    io.out('[error]x\n');
    io.err('\u001b[1m::add-mask::x\u001b[0m\n');
    io.outUnmasked('::add-mask::x\nhalf a line');
    io.annotate({ level: 'error', title: 't', message: `${key}\n::x::`, file: 'f', line: 1 });
    expect(written.out).toBe(
      ': :stop-commands::x\n a ## [error]x\n : :error::x\n## [error]x\n: :add-mask::x\nhalf a line\n' +
        '::error file=f,line=1,title=t::sk-or-v1-9f9f…%0A::x::\n',
    );
    expect(written.err).toBe(': :add-mask::x\n');
  });

  it('leaves the text alone outside GitHub Actions', () => {
    const { io, written } = ioWith();
    io.out('::1::\n##[x]\n');
    expect(written.out).toBe('::1::\n##[x]\n');
  });
});

describe('what a stream can show', () => {
  it.each<[string, { env?: Env; isTTY: boolean; noColor?: boolean }, boolean]>([
    ['a terminal', { isTTY: true }, true],
    ['a pipe', { isTTY: false }, false],
    ['a terminal with NO_COLOR', { isTTY: true, env: { NO_COLOR: '1' } }, false],
    ['a terminal with an empty NO_COLOR', { isTTY: true, env: { NO_COLOR: '' } }, true],
    ['a pipe with FORCE_COLOR', { isTTY: false, env: { FORCE_COLOR: '1' } }, true],
    ['a terminal with FORCE_COLOR=0', { isTTY: true, env: { FORCE_COLOR: '0' } }, false],
    ['FORCE_COLOR over NO_COLOR', { isTTY: false, env: { FORCE_COLOR: '1', NO_COLOR: '1' } }, true],
    [
      '--no-color over FORCE_COLOR',
      { isTTY: true, env: { FORCE_COLOR: '1' }, noColor: true },
      false,
    ],
    ['a dumb terminal', { isTTY: true, env: { TERM: 'dumb' } }, false],
  ])('colors %s: %s', (_name, options, expected) => {
    expect(ioWith(options).io.stdout.color).toBe(expected);
  });

  it.each<[string, Env, boolean]>([
    ['nothing said', {}, true],
    ['LANG=en_US.UTF-8', { LANG: 'en_US.UTF-8' }, true],
    ['LANG=C', { LANG: 'C' }, false],
    ['LC_ALL over LANG', { LC_ALL: 'POSIX', LANG: 'en_US.UTF-8' }, false],
    ['TERM=dumb', { TERM: 'dumb', LANG: 'en_US.UTF-8' }, false],
  ])('draws Unicode symbols with %s: %s', (_name, env, expected) => {
    expect(ioWith({ env }).io.stdout.unicode).toBe(expected);
  });
});

describe('standard input', () => {
  it('is read to its end', async () => {
    await expect(ioWith({ stdin: ['ab', 'c\n'] }).io.readStdin()).resolves.toBe('abc\n');
  });

  it('is rejected when it is larger than a key could be', async () => {
    await expect(ioWith({ stdin: ['abc', 'def'] }).io.readStdin(5)).rejects.toThrow(
      'more than 5 bytes',
    );
  });
});

describe('the width', () => {
  it.each<[number | undefined, string | undefined, number]>([
    [100, undefined, 100],
    [1, undefined, 20],
    [0, undefined, 80],
    [65_535, undefined, 1000],
    [undefined, undefined, 80],
    [undefined, '120', 120],
    [undefined, '1', 20],
    [undefined, '1e9', 1000],
    [undefined, '0', 80],
    [undefined, '-5', 80],
    [undefined, '33.3', 80],
    [undefined, 'wide', 80],
  ])('of a terminal that says %s where COLUMNS is %s is %i', (columns, COLUMNS, expected) => {
    expect(ioWith({ columns, env: { COLUMNS } }).io.stdout.columns).toBe(expected);
  });
});
