import type { Env, Io, Stream } from '../platform/deps.ts';
import { UsageError } from '../platform/errors.ts';
import { annotationLine, withoutCommands } from '../text/github.ts';
import { createRedactor } from '../text/redact.ts';
import { stripColors, stripControls } from '../text/terminal.ts';

/** The parts of a Node stream that we use. */
interface Outlet {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export interface IoOptions {
  readonly stdout: Outlet;
  readonly stderr: Outlet;
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly env: Env;
  /** `--no-color` was given. */
  readonly noColor: boolean;
  /** `--github` was given. */
  readonly github: boolean;
}

/** All output passes through here, as a safety net for features that forget to hide secrets or strip controls. */
export function createIo(options: IoOptions): Io {
  const redactor = createRedactor();
  const clean = (text: string) => redactor.redact(stripControls(text));
  const print = { stdout: printer('stdout', options), stderr: printer('stderr', options) };
  return {
    out: (text) => print.stdout.text(clean(text)),
    err: (text) => print.stderr.text(clean(text)),
    outUnmasked: (text) => print.stdout.text(stripControls(text)),
    annotate: (annotation, stream = 'stdout') => {
      const { title, message, ...place } = annotation;
      const cleaned = { ...place, title: clean(title), message: clean(message) };
      print[stream].line(clean(annotationLine(cleaned)));
    },
    conceal: (secret) => redactor.add(secret),
    mask: clean,
    readStdin: (maxBytes = 1024 * 1024) => readAll(options.stdin, maxBytes),
    get stdout() {
      return describe(options.stdout, options);
    },
    get stderr() {
      return describe(options.stderr, options);
    },
  };
}

function printer(name: 'stdout' | 'stderr', options: IoOptions) {
  const outlet = options[name];
  // The current incomplete line, since a workflow command may arrive in two pieces.
  let line = '';
  const inert = (text: string) => {
    const whole = withoutCommands(line + text);
    const shown = whole.slice(line.length);
    line = whole.slice(whole.lastIndexOf('\n') + 1);
    return shown;
  };
  return {
    text(text: string) {
      // Text from a file may contain colors, so strip them if colors are off.
      const hasColor = text.includes('\u001b') && describe(outlet, options).color;
      const shown = hasColor ? text : stripColors(text);
      outlet.write(isWatched(options) ? inert(shown) : shown);
    },
    line: (text: string) => void outlet.write(line === '' ? text : `\n${text}`),
  };
}

/** Whether a GitHub Actions or Azure Pipelines runner scans the output for commands. */
function isWatched({ env, github }: IoOptions): boolean {
  return github || env.GITHUB_ACTIONS === 'true' || (env.TF_BUILD ?? '') !== '';
}

function describe(outlet: Outlet, { env, noColor }: IoOptions): Stream {
  const isTty = outlet.isTTY === true;
  const dumb = env.TERM === 'dumb';
  return {
    isTty,
    color: wantsColor(isTty && !dumb, env, noColor),
    unicode: !dumb && speaksUtf8(env),
    get columns() {
      return layoutWidth(outlet.columns ?? Number(env.COLUMNS));
    },
  };
}

/** Below the minimum no layout works, so the terminal wraps the lines; nothing is wider than the maximum. */
const [narrowest, usual, widest] = [20, 80, 1000];

/** The width to use for output, whatever the terminal or `COLUMNS` reports. */
function layoutWidth(columns: number): number {
  if (!Number.isInteger(columns) || columns <= 0) return usual;
  return Math.min(widest, Math.max(narrowest, columns));
}

// https://no-color.org and https://force-color.org: a variable counts if it is set and not empty.
function wantsColor(byDefault: boolean, env: Env, noColor: boolean): boolean {
  if (noColor) return false;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  return byDefault;
}

// POSIX: the first variable that is set and not empty wins. If none is set, assume UTF-8.
function speaksUtf8(env: Env): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
  return locale === undefined || locale === '' || /utf-?8/i.test(locale);
}

async function readAll(
  stdin: AsyncIterable<Uint8Array | string>,
  maxBytes: number,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    size += bytes.length;
    if (size > maxBytes) {
      throw new UsageError(`Standard input holds more than ${maxBytes} bytes`, {
        hint: (command) =>
          `Pass just the key, as in: printf %s "$KEY" | ${command('init --key-stdin')}`,
      });
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
