import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageFolder } from './helpers/world.ts';

const src = join(packageFolder, 'src');

/** The rooms from top to bottom, and what each may import besides itself (docs/architecture.md, "The rooms"). */
const rooms: Readonly<Record<string, readonly string[]>> = {
  cli: ['commands', 'config', 'terminal', 'platform', 'text'],
  commands: [
    ...[
      'wizard',
      'setup',
      'keys',
      'doctor',
      'probe',
      'gateway',
      'sandbox',
      'html',
      'host',
      'setup-file',
      'changes',
    ],
    ...['spend', 'pricing', 'routing', 'catalog', 'openrouter', 'config', 'terminal', 'platform'],
    'text',
  ],
  wizard: [
    ...[
      'setup',
      'keys',
      'sandbox',
      'host',
      'setup-file',
      'changes',
      'routing',
      'catalog',
      'openrouter',
    ],
    ...['config', 'terminal', 'platform'],
  ],
  setup: [
    ...[
      'keys',
      'probe',
      'host',
      'setup-file',
      'changes',
      'catalog',
      'openrouter',
      'config',
      'platform',
      'text',
    ],
  ],
  keys: ['probe', 'host', 'setup-file', 'changes', 'openrouter', 'config', 'platform', 'text'],
  doctor: [
    ...[
      'host',
      'setup-file',
      'spend',
      'pricing',
      'routing',
      'catalog',
      'openrouter',
      'config',
      'platform',
    ],
    'text',
  ],
  probe: ['pricing', 'routing', 'catalog', 'setup-file', 'openrouter', 'platform', 'text'],
  gateway: [
    ...[
      'html',
      'host',
      'setup-file',
      'spend',
      'pricing',
      'routing',
      'catalog',
      'openrouter',
      'platform',
    ],
    'text',
  ],
  sandbox: ['platform', 'text'],
  html: ['routing', 'spend', 'platform', 'text'],
  host: ['changes', 'routing', 'catalog', 'setup-file', 'openrouter', 'config', 'platform', 'text'],
  changes: ['config', 'platform', 'text'],
  spend: ['routing', 'setup-file', 'openrouter', 'platform', 'text'],
  pricing: ['routing', 'catalog', 'openrouter', 'platform'],
  routing: ['catalog', 'setup-file', 'openrouter', 'platform'],
  catalog: ['openrouter', 'platform', 'text'],
  'setup-file': ['openrouter', 'config', 'platform', 'text'],
  openrouter: ['platform', 'text'],
  config: ['platform', 'text'],
  terminal: ['platform', 'text'],
  platform: ['text'],
  text: [],
};

/** Packages that only one place may import. */
const packageOwners: readonly (readonly [pattern: RegExp, owner: RegExp])[] = [
  [/^@inquirer\//, /^terminal\/prompter\.ts$/],
  [/^ora$/, /^terminal\/progress\.ts$/],
  [/^chalk$/, /^terminal\/style\.ts$/],
  [/^execa$/, /^platform\/exec\.ts$/],
  [/^valibot$/, /^openrouter\//],
  [/^eventsource-parser$/, /^openrouter\/sse\.ts$/],
  [/^libsql$/, /^(spend\/|host\/auth-profiles\.ts$)/],
  [/^pg$/, /^spend\//],
  [/^node:(fs|child_process)(\/|$)/, /^(platform\/|cli\/main\.ts$)/],
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
const internal = imports.filter(({ to }) => to.endsWith('.ts'));

describe('the layers', () => {
  it('knows every folder of src', () => {
    expect(files.length).toBeGreaterThan(30);
    expect([...new Set(files.map(roomOf))].sort()).toEqual(Object.keys(rooms).sort());
  });

  it('lists the rooms from top to bottom', () => {
    const order = Object.keys(rooms);
    const upward = order.flatMap((room) =>
      (rooms[room] ?? [])
        .filter((other) => order.indexOf(other) <= order.indexOf(room))
        .map((other) => `${room} -> ${other}`),
    );
    expect(upward).toEqual([]);
  });

  it('imports one way, types included', () => {
    const wrong = internal.filter(
      ({ from, to }) =>
        roomOf(from) !== roomOf(to) && rooms[roomOf(from)]?.includes(roomOf(to)) !== true,
    );
    expect(wrong).toEqual([]);
  });

  it('has no circle of imports between files, types included', () => {
    expect(circles()).toEqual([]);
  });

  it('has the map in CONTRIBUTING.md say what the imports say', () => {
    const map = readFileSync(join(packageFolder, 'CONTRIBUTING.md'), 'utf8');
    const rows = [...map.matchAll(/^\| `src\/([\w-]+)\/` \|.*\| ([^|]*) \|$/gm)];
    const mapped = rows.map(([, room = '', list = '']) => [
      room,
      [...list.matchAll(/`([\w-]+)`/g)].map(([, name = '']) => name).sort(),
    ]);
    const actual = Object.keys(rooms).map((room) => [room, importedRooms(room)]);
    expect(Object.fromEntries(mapped)).toEqual(Object.fromEntries(actual));
  });

  it.each([
    ['commands', 'another command'],
    ['doctor/checks', 'another check'],
    ['config', 'another dialect'],
  ])('never lets a member of %s import %s', (folder) => {
    const member = (file: string) => file.slice(folder.length + 1).split('/')[0] ?? '';
    const wrong = internal.filter(({ from, to }) => {
      if (!from.startsWith(`${folder}/`) || !to.startsWith(`${folder}/`)) return false;
      const [a, b] = [member(from), member(to)];
      return isMember(folder, a) && isMember(folder, b) && a !== b;
    });
    expect(wrong).toEqual([]);
  });

  it('lets only cli and commands know commander, and only cli at run time', () => {
    const users = imports.filter(({ to }) => to === 'commander');
    expect(users.length).toBeGreaterThan(5);
    const wrong = users.filter(
      ({ from, typeOnly }) =>
        !['cli/program.ts', 'cli/generated-files.ts'].includes(from) &&
        !(typeOnly && /^(commands|cli)\//.test(from)),
    );
    expect(wrong).toEqual([]);
  });

  it.each(packageOwners)('keeps %s in one place', (pattern, owner) => {
    expect(imports.filter(({ from, to }) => pattern.test(to) && !owner.test(from))).toEqual([]);
  });

  it('parses JSON in one place, which bounds how deep it is nested', () => {
    // main reads our own package.json, and only for --version; the cached list matches an expression before.
    const allowed = ['text/parse-json.ts', 'cli/main.ts', 'catalog/cached-list.ts'];
    const wrong = files.filter(
      (file) => !allowed.includes(file) && /\bJSON\.parse\(|\.json\(\)/.test(code(file)),
    );
    expect(wrong).toEqual([]);
  });

  it('lets only main use process, the global fetch, the clock and random numbers', () => {
    const forbidden =
      /(?<![\w.'"-])process\.|globalThis\.(?!fetch\b(?!\())|\bDate\.now\(\)|new Date\(\)|Math\.random\(/;
    const wrong = files.filter(
      (file) =>
        file !== 'cli/main.ts' && (forbidden.test(code(file)) || callsGlobalFetch(code(file))),
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

/** Each circle once, as the files on it in the order in which they import each other. */
function circles(): string[] {
  const targets = new Map(files.map((file) => [file, new Set<string>()]));
  for (const { from, to } of internal) targets.get(from)?.add(to);
  const done = new Set<string>();
  const found: string[] = [];
  function visit(file: string, trail: readonly string[]): void {
    if (trail.includes(file)) {
      found.push([...trail.slice(trail.indexOf(file)), file].join(' -> '));
      return;
    }
    if (done.has(file)) return;
    for (const to of targets.get(file) ?? []) visit(to, [...trail, file]);
    done.add(file);
  }
  for (const file of files) visit(file, []);
  return found;
}

function importedRooms(room: string): string[] {
  const targets = internal.filter(({ from }) => roomOf(from) === room).map(({ to }) => roomOf(to));
  return [...new Set(targets)].filter((target) => target !== room).sort();
}

function roomOf(file: string): string {
  return file.split('/')[0] ?? '';
}

/** Whether it is one of the members that must not know each other, rather than what they share. */
function isMember(folder: string, name: string): boolean {
  if (folder === 'config') return ['json5', 'shell', 'dotenv.ts'].includes(name);
  return !['index.ts', 'shared'].includes(name);
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
  return file === 'cli/plugin.ts' ? text.replace('process.exitCode = await main(', '') : text;
}
