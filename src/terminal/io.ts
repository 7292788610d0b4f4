import type { Env, Io, Stream } from '../deps.ts';
import { UsageError } from '../errors.ts';

/** The parts of a Node stream that we use. */
export interface Outlet {
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
}

/** The doorway for everything printed: whatever a feature forgets to mask or strip is caught here. */
export function createIo(options: IoOptions): Io {
  const secrets = new Set<string>();
  const mask = (text: string) => stripControls(maskKeys(text, secrets));
  const print = (outlet: Outlet, text: string) => {
    const clean = stripControls(text);
    const isPlain = !clean.includes('\u001b') || describe(outlet, options).color;
    outlet.write(isPlain ? clean : clean.replace(colours, ''));
  };
  return {
    out: (text) => print(options.stdout, maskKeys(text, secrets)),
    err: (text) => print(options.stderr, maskKeys(text, secrets)),
    outUnmasked: (text) => print(options.stdout, text),
    conceal(secret) {
      if (secret.trim().length >= shortestSecret) secrets.add(secret);
    },
    mask,
    readStdin: (maxBytes = 1024 * 1024) => readAll(options.stdin, maxBytes),
    get stdout() {
      return describe(options.stdout, options);
    },
    get stderr() {
      return describe(options.stderr, options);
    },
  };
}

// Shorter texts would be found by chance in ordinary words.
const shortestSecret = 8;

/** Four digits are shown, enough to tell one key from another and useless to a thief. */
function maskKeys(text: string, secrets: ReadonlySet<string>): string {
  let masked = text.replace(/(sk-or-v1-[\w-]{4})[\w-]+/g, '$1…');
  for (const secret of secrets) masked = masked.replaceAll(secret, '(hidden)');
  return masked;
}

// A name in a file may hold some, and where colour is not welcome there is none.
const colours = /\u001b\[[0-9;]*m/g;

/**
 * Keeps newline (CR LF too: RFC 4180 wants it), tab and colour sequences (`ESC [ … m`); drops every other C0 and C1
 * control and the bidirectional overrides that make a text read otherwise than it is (CVE-2021-42574).
 */
function stripControls(text: string): string {
  return text.replace(
    /(\u001b\[[0-9;]*m|\r(?=\n))|\u001b|[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    (_match, kept: string | undefined) => kept ?? '',
  );
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

/** Below this no layout is left, and the terminal breaks the lines; above, nothing gets wider. */
const [narrowest, usual, widest] = [20, 80, 1000];

/** The one rule for how wide anything is drawn, whatever a terminal or `COLUMNS` says. */
function layoutWidth(columns: number): number {
  if (!Number.isInteger(columns) || columns <= 0) return usual;
  return Math.min(widest, Math.max(narrowest, columns));
}

// https://no-color.org and https://force-color.org: present and not empty.
function wantsColor(byDefault: boolean, env: Env, noColor: boolean): boolean {
  if (noColor) return false;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  return byDefault;
}

// POSIX: the first of these that is set and not empty decides; none set is taken for a modern system.
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
        hint: 'Pass just the key, as in: printf %s "$KEY" | openclaw-openrouter init --key-stdin',
      });
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
