import { positionAt } from '../../config/edit.ts';
import { linesAbout } from '../../config/shell/index.ts';
import { readTextIfPossible } from '../../config/snapshot.ts';
import { type FoundKey, type MissingKey, resolveKey } from '../../host/key-sources.ts';
import {
  chooseRcFile,
  type RcFile,
  type Shell,
  shellOf,
  startupFiles,
} from '../../host/rc-file.ts';
import { tildePath } from '../../platform/paths.ts';
import { valueAt } from '../../platform/record.ts';
import type { Entry } from '../../setup-file/entry.ts';
import { defaultKeyVariable, keyFormatProblem, keyPrefix } from '../../setup-file/key-format.ts';
import type { SetupFile } from '../../setup-file/setup-file.ts';
import { defineCheck } from '../check.ts';
import type { World } from '../facts/context.ts';
import type { Facts } from '../facts/index.ts';
import { atMember, type FileFix, type Fix, type Problem, type Problems } from '../finding.ts';

/** A key in the setup file is exposed wherever the file is copied, shown or committed. */
export const filesLiteralKey = defineCheck({
  id: 'files/literal-key',
  summary: 'the setup file names a variable instead of holding a key',
  needs: ['setup', 'keys', 'world'],
  async run({ setup, keys, world }) {
    const read = await setup();
    return [...(await keysInEntries(world, read, { keys })), ...keysElsewhere(read)];
  },
});

async function keysInEntries(
  world: World,
  read: SetupFile,
  facts: Pick<Facts, 'keys'>,
): Promise<Problem[]> {
  const literals = await literalKeys(facts);
  const [first] = literals;
  if (first === undefined) return [];
  const fixFor = await literalKeyFix(world, read, first.found);
  return literals.map(({ found, entry }): Problem => {
    const fix = fixFor(found, entry);
    return {
      severity: 'warning',
      message: `${entry.name}: the key ${keyPrefix(found.key)} is written in the setup file itself`,
      ...atMember(read, [...entry.path, 'apiKey']),
      fixHint: `write "\${${defaultKeyVariable}}" and keep the key in the environment`,
      ...(fix === null ? {} : { fix }),
    };
  });
}

interface Literal {
  readonly found: FoundKey;
  readonly entry: Entry;
}

// Text that cannot be a key is reported by key/format.
async function literalKeys({ keys }: Pick<Facts, 'keys'>): Promise<readonly Literal[]> {
  return (await keys()).flatMap(({ found, entries }) =>
    'key' in found && found.source.kind === 'literal' && found.key.startsWith('sk-')
      ? entries.map((entry) => ({ found, entry }))
      : [],
  );
}

/** Keys in a comment, in an unknown member, or in an entry that is hidden by a later one of the same name. */
function keysElsewhere(setup: SetupFile): Problem[] {
  const reported = setup.entries.flatMap((entry) => valuesReportedElsewhere(setup, entry));
  return [...setup.text.matchAll(/sk-or-v1-[A-Za-z0-9_-]{32,}/g)].flatMap(
    ({ 0: key, index }): Problems => {
      const { line, column } = positionAt(setup.text, index);
      const isReported = reported.some((value) => value.line === line && isWithin(column, value));
      if (isReported) return [];
      return {
        severity: 'warning',
        message: `The key ${keyPrefix(key)} is written in the setup file`,
        place: { file: setup.path, line, column },
        fixHint: 'remove it, and revoke it if the file was ever shared',
      };
    },
  );
}

interface PlacedValue {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** `apiKey` is reported above, and headers by `headers/secret`. */
function valuesReportedElsewhere(setup: SetupFile, { path }: Entry): PlacedValue[] {
  const headers = valueAt(setup.value, [...path, 'headers']);
  const names = typeof headers === 'object' && headers !== null ? Object.keys(headers) : [];
  const paths = [[...path, 'apiKey'], ...names.map((name) => [...path, 'headers', name])];
  return paths.flatMap((at) => {
    const place = setup.at(at);
    const value = valueAt(setup.value, at);
    return place === undefined || typeof value !== 'string'
      ? []
      : [{ ...place, length: value.length }];
  });
}

// The position of a value is that of its opening quote.
function isWithin(column: number, value: PlacedValue): boolean {
  return column > value.column && column <= value.column + value.length;
}

type LiteralKeyFix = (found: FoundKey, entry: Entry) => Fix | null;

/**
 * Moves the first key to the default variable. Any other key, or the first one if that variable already has another
 * key, would need a name that the user has to choose.
 */
async function literalKeyFix(
  world: World,
  setup: SetupFile,
  first: FoundKey,
): Promise<LiteralKeyFix> {
  const reference = `\${${defaultKeyVariable}}`;
  const here = await resolveKey(world, reference);
  const stored = await storedKey(world);
  const others = [here, stored].flatMap((found) => ('key' in found ? [found.key] : []));
  const place =
    'key' in stored ? { where: stored.source.where } : await newPlace(world, { first, here });
  return (found, entry) => {
    if (found !== first || place === null || keyFormatProblem(found.key) !== null) return null;
    if (others.some((key) => key !== found.key)) return null;
    const inSetup: FileFix = {
      path: setup.path,
      dialect: 'json5',
      edits: [{ op: 'set', path: [...entry.path, 'apiKey'], value: reference }],
      holdsKey: false,
    };
    return 'where' in place
      ? {
          does: `${entry.name}: replace the key with ${reference}, which is in ${place.where}`,
          files: [inSetup],
        }
      : {
          does: `${entry.name}: move the key to ${tildePath(place.path, world.place)}`,
          files: [keyInto(place, found.key), inSetup],
        };
  };
}

/** What the variable holds in sessions that start later, which do not have what was only exported in this one. */
function storedKey(world: World): Promise<FoundKey | MissingKey> {
  const env = { ...world.env, [defaultKeyVariable]: undefined };
  return resolveKey({ ...world, env }, `\${${defaultKeyVariable}}`);
}

/**
 * The rc file to write the key to, or where it is computed if this session has it from there. Null if we cannot tell
 * what a new session would have.
 */
async function newPlace(
  world: World,
  { first, here }: { readonly first: FoundKey; readonly here: FoundKey | MissingKey },
): Promise<RcFile | { readonly where: string } | null> {
  const rc = rcFile(world);
  const computing = rc === null ? null : await computingFile(world, rc.shell);
  if (computing === null) return rc;
  const isHere = 'key' in here && here.key === first.key;
  return isHere ? { where: tildePath(computing, world.place) } : null;
}

/** The startup file that computes the variable, e.g. as `$(pass show openrouter)`. Only running it tells the value. */
async function computingFile(world: World, shell: Shell): Promise<string | null> {
  for (const path of await startupFiles(shell, world)) {
    const text = await readTextIfPossible(world.files, path);
    const computed = linesAbout(shell, text, defaultKeyVariable).some(
      ({ command, value }) => value === null && command !== 'unset',
    );
    if (computed) return path;
  }
  return null;
}

// Without SHELL we cannot know which rc file is read.
function rcFile(world: World): RcFile | null {
  const known = world.place.home !== null && shellOf(world.env.SHELL) !== null;
  return known ? chooseRcFile(world) : null;
}

function keyInto({ path, shell }: RcFile, key: string): FileFix {
  const edits = [{ op: 'set', path: [defaultKeyVariable], value: key }] as const;
  return { path, dialect: shell, edits, holdsKey: true };
}
