import type { DialectId } from '../../config/dialect.ts';
import { homeFolder, tildePath } from '../../platform/paths.ts';
import { shellWord } from '../../text/escape.ts';
import { defineCheck } from '../check.ts';
import type { World } from '../facts/context.ts';
import type { Facts } from '../facts/index.ts';
import { atMember, type Problem } from '../finding.ts';
import { setupProblemCheck, setupProblems } from '../setup-problems.ts';

const exists = defineCheck({
  id: 'files/exists',
  summary: 'there is a setup file',
  needs: ['reading', 'world'],
  async run({ reading, world }) {
    const { state, path } = await reading();
    if (state !== 'missing') return [];
    return {
      severity: 'error',
      message: `There is no setup file at ${tildePath(path, world.place)}`,
      file: path,
      fixHint: (command) => `${command('init')} writes one`,
    };
  },
});

const syntax = defineCheck({
  id: 'files/syntax',
  summary: 'the setup file parses as JSON5',
  needs: ['reading'],
  async run({ reading }) {
    const read = await reading();
    if (read.state === 'missing') return [];
    if (read.state === 'read') return { remark: 'parses' };
    const { message, line, column, frame, hint } = read.error;
    return {
      severity: 'error',
      message,
      place: { file: read.path, line, column },
      detail: frame,
      ...(hint === undefined ? {} : { fixHint: hint }),
    };
  },
});

const entries = defineCheck({
  id: 'files/entries',
  summary: 'at least one entry uses OpenRouter',
  needs: ['setup'],
  async run({ setup }) {
    const read = await setup();
    // Problems with an entry have their own findings.
    if (read.entries.length > 0 || read.problems.length > 0) return [];
    return {
      severity: 'error',
      message: 'No entry has the provider "openrouter", so OpenRouter is not used',
      ...atMember(read, ['models'], 'key'),
      fixHint: (command) => `${command('init')} adds one`,
    };
  },
});

const unknownKeys = defineCheck({
  id: 'files/unknown-keys',
  summary: 'every key is known',
  needs: ['setup'],
  async run({ setup }) {
    const problems = setupProblems(await setup(), 'files/unknown-keys');
    return problems.length > 0 ? problems : [{ remark: 'known keys only' }];
  },
});

export const fileChecks = [
  exists,
  syntax,
  setupProblemCheck('files/shape', 'objects, lists and required members are where they belong'),
  entries,
  setupProblemCheck(
    'files/types',
    'values have the right type and a possible value (0.8, not 80 or "0.8")',
  ),
  unknownKeys,
  setupProblemCheck(
    'files/duplicate-keys',
    'no key appears twice, and no two entries differ only in case',
  ),
  setupProblemCheck('files/key-reference', 'a variable in apiKey is written with $ and braces'),
];

/** Files that contain a key must only be accessible to their owner. */
export const filesPermissions = defineCheck({
  id: 'files/permissions',
  summary: 'no file that holds a key can be read by others',
  needs: ['setup', 'keys', 'world'],
  async run({ setup, keys, world }) {
    if (world.place.platform === 'win32') return [];
    const files = await filesWithKeys(world, { setup, keys });
    const found = await Promise.all(files.map((file) => readableByOthers(world, file)));
    return found.filter((problem) => problem !== null);
  },
});

interface KeyFile {
  readonly path: string;
  readonly dialect: DialectId | 'rc';
}

async function filesWithKeys(
  world: World,
  { setup, keys }: Pick<Facts, 'setup' | 'keys'>,
): Promise<readonly KeyFile[]> {
  const { path, text } = await setup();
  const sources = (await keys()).flatMap(({ found }) =>
    'key' in found ? [found.source, ...found.shadowed] : [],
  );
  const inSetup = sources.some(({ kind }) => kind === 'literal') || /sk-or-v1-\w{32}/.test(text);
  const paths = (expectedKind: 'rc' | 'host-env') => [
    ...new Set(
      sources.flatMap(({ kind, where }) => (kind === expectedKind ? [fileOf(world, where)] : [])),
    ),
  ];
  return [
    ...(inSetup ? [{ path, dialect: 'json5' } as const] : []),
    ...paths('host-env').map((path) => ({ path, dialect: 'dotenv' }) as const),
    ...paths('rc').map((path) => ({ path, dialect: 'rc' }) as const),
  ];
}

function fileOf(world: World, where: string): string {
  return where.replace(/:\d+$/, '').replace(/^~(?=\/)/, () => homeFolder(world.place));
}

async function readableByOthers(world: World, file: KeyFile): Promise<Problem | null> {
  const { path, dialect } = file;
  const facts = await world.files.stat(path).catch(() => null);
  if (facts === null || (facts.mode & 0o077) === 0) return null;
  const name = tildePath(path, world.place);
  const problem = {
    message: `${name} holds a key and can be read by others (mode ${(facts.mode & 0o777).toString(8)})`,
    file: path,
    fixHint: `chmod go-rwx ${shellWord(name)}`,
  };
  if (dialect === 'rc') return (await homeIsOpen(world)) ? { severity: 'info', ...problem } : null;
  return {
    severity: 'warning',
    ...problem,
    fix: {
      does: `make ${name} readable by its owner alone`,
      files: [{ path, dialect, edits: [], mode: facts.mode & ~0o077 }],
    },
  };
}

// An rc file is usually readable by everyone, but a private home folder protects it.
async function homeIsOpen({ files, place }: World): Promise<boolean> {
  const facts = await files.stat(homeFolder(place)).catch(() => null);
  return facts !== null && (facts.mode & 0o011) !== 0;
}
