import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageFolder } from './helpers/world.ts';

const src = join(packageFolder, 'src');

/** What each room may import besides itself, `deps`, `errors` and `text` (DESIGN section 7). */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  openrouter: ['platform'],
  terminal: [],
  platform: [],
  text: [],
  config: ['platform'],
  openclaw: ['config', 'platform'],
  catalog: ['openrouter', 'platform'],
  routing: ['openrouter'],
  sandbox: ['catalog', 'openrouter', 'platform'],
  pricing: ['catalog', 'routing', 'openrouter'],
  probe: ['pricing', 'routing', 'openrouter', 'catalog'],
  spend: ['routing', 'openrouter', 'platform'],
  setup: ['openclaw', 'config', 'catalog', 'platform'],
  doctor: ['openclaw', 'openrouter', 'config', 'catalog', 'pricing', 'routing', 'platform'],
  gateway: ['routing', 'spend', 'pricing', 'catalog', 'openrouter', 'openclaw', 'platform'],
  commands: [
    ...['setup', 'doctor', 'probe', 'spend', 'gateway', 'sandbox', 'catalog', 'pricing', 'routing'],
    ...['openclaw', 'openrouter', 'config', 'terminal', 'platform'],
  ],
};

const shared = new Set(['deps.ts', 'errors.ts']);

/** What every room may import. */
const commonRooms = new Set(['text']);

/** Which packages belong to one room only. */
const packageRooms: readonly (readonly [pattern: RegExp, allowed: RegExp])[] = [
  [/^@inquirer\//, /^terminal\/prompter\.ts$/],
  [/^ora$/, /^terminal\/progress\.ts$/],
  [/^chalk$/, /^terminal\/style\.ts$/],
  [/^execa$/, /^platform\/exec\.ts$/],
  [/^valibot$/, /^openrouter\//],
  [/^libsql$/, /^spend\//],
  [/^pg$/, /^spend\//],
  [/^node:(fs|child_process)(\/|$)/, /^(platform\/|main\.ts$)/],
];

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .sort();
const imports = files.flatMap(importsOf);
const ours = imports.filter(({ to }) => !isPackage(to));

describe('the house', () => {
  it('has source files and knows every room', () => {
    expect(files.length).toBeGreaterThan(30);
    const rooms = new Set(files.filter((file) => file.includes('/')).map(roomOf));
    expect([...rooms].filter((room) => !(room in mayImport))).toEqual([]);
  });

  it('imports one way', () => {
    const wrong = ours.filter(({ from, to }) => {
      const room = roomOf(from);
      const isCommon = shared.has(to) || commonRooms.has(roomOf(to));
      if (!from.includes('/') || isCommon || roomOf(to) === room) return false;
      return mayImport[room]?.includes(roomOf(to)) !== true;
    });
    expect(wrong).toEqual([]);
  });

  it.each([
    ['commands', 'another command'],
    ['doctor/checks', 'another check'],
    ['config/dialects', 'another dialect'],
  ])('never lets a member of %s import %s', (folder) => {
    const member = (file: string) => file.slice(folder.length + 1).split('/')[0] ?? '';
    const wrong = ours.filter(({ from, to }) => {
      if (!from.startsWith(`${folder}/`) || !to.startsWith(`${folder}/`)) return false;
      const [a, b] = [member(from), member(to)];
      return isMember(a) && isMember(b) && a !== b;
    });
    expect(wrong).toEqual([]);
  });

  it('lets only the root files and commands know commander, and only as a type outside program', () => {
    const users = imports.filter(({ to }) => to === 'commander');
    expect(users.length).toBeGreaterThan(5);
    const wrong = users.filter(
      ({ from, typeOnly }) =>
        !['program.ts', 'commands/completion/generate.ts'].includes(from) &&
        !(typeOnly && (from.startsWith('commands/') || from === 'plugin.ts')),
    );
    expect(wrong).toEqual([]);
  });

  it.each([
    ['HTML and XML', /&(?:amp|lt|gt|quot);|`&#\$/],
    ['CSV and TSV', /join\('\\t'\)|replace(?:All)?\([^\n]*'""'/],
    ['workflow commands', /%0A|`::\$\{/],
    ['keys', /replace(?:All)?\([^\n]*sk-or-/],
  ])('makes text safe for %s in one place', (_sink, pattern) => {
    const own = files.filter((file) => !file.startsWith('text/') && pattern.test(code(file)));
    expect(own).toEqual([]);
  });

  it.each(packageRooms)('keeps %s in its one room', (pattern, allowed) => {
    expect(imports.filter(({ from, to }) => pattern.test(to) && !allowed.test(from))).toEqual([]);
  });

  it('lets only main touch process, the global fetch, the clock and chance', () => {
    const forbidden =
      /(?<![\w.'"-])process\.|globalThis\.(?!fetch\b(?!\())|\bDate\.now\(\)|new Date\(\)|Math\.random\(/;
    const wrong = files.filter(
      (file) => file !== 'main.ts' && (forbidden.test(code(file)) || callsGlobalFetch(code(file))),
    );
    expect(wrong).toEqual([]);
  });
});

function importsOf(file: string): Import[] {
  const found: Import[] = [];
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[\w*{}\s,$]+?\s+from\s+)?'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g;
  for (const match of read(file).matchAll(pattern)) {
    const target = match[2] ?? match[3] ?? '';
    const to = target.startsWith('.')
      ? relative(src, resolve(join(src, dirname(file)), target))
      : target;
    found.push({ from: file, to, typeOnly: match[1] !== undefined });
  }
  return found;
}

function isPackage(to: string): boolean {
  return !to.endsWith('.ts');
}

function roomOf(file: string): string {
  return file.split('/')[0] ?? '';
}

// The list, the contract and what all members share stand beside them, and each member may know them.
function isMember(name: string): boolean {
  return !['index.ts', 'types.ts', 'variables.ts', 'common.ts', 'api.ts'].includes(name);
}

// A fetch that was handed in is taken out of something first.
function callsGlobalFetch(text: string): boolean {
  return /(?<![\w.])fetch\(/.test(text) && !/[{,]\s*fetch\s*[,}]/.test(text);
}

function read(file: string): string {
  return readFileSync(join(src, file), 'utf8');
}

function code(file: string): string {
  const text = read(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  // The plugin's entry does what the bin does: it sets the exit code, and nothing else.
  return file === 'plugin.ts' ? text.replace('process.exitCode = await main(', '') : text;
}
