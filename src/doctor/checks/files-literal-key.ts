import {
  defaultKeyVariable,
  type FoundKey,
  keyFormatProblem,
  keyPrefix,
  resolveKey,
} from '../../openclaw/key.ts';
import type { Setup } from '../../openclaw/setup-file.ts';
import { chooseRcFile, type RcFile, shellOf } from '../../openclaw/shell.ts';
import { defineCheck, type FileFix, type Fix, type Problem } from '../check.ts';
import type { Facts, World } from '../facts.ts';
import { atMember } from '../place.ts';

/** A key in the setup file travels wherever the file is copied, shown or committed. */
export const filesLiteralKey = defineCheck({
  id: 'files/literal-key',
  summary: 'the setup file names a variable and holds no key itself',
  needs: ['setup', 'keys', 'world'],
  async run({ setup, keys, world }) {
    const read = await setup();
    const literals = await literalKeys({ keys });
    const elsewhere = await resolveKey(world, `\${${defaultKeyVariable}}`);
    const [first] = literals;
    return literals.flatMap(({ found, entries }) =>
      entries.map((entry): Problem => {
        const apiKey = [...entry.path, 'apiKey'];
        const movable =
          found === first?.found && !('key' in elsewhere && elsewhere.key !== found.key);
        const fix = movable ? moveKey(world, read, found, 'key' in elsewhere, apiKey) : null;
        return {
          severity: 'warning',
          message: `${entry.name}: the key ${keyPrefix(found.key)} stands in the setup file itself`,
          ...atMember(read, apiKey),
          fixHint: `write "\${${defaultKeyVariable}}" and keep the key in the environment`,
          ...(fix === null ? {} : { fix }),
        };
      }),
    );
  },
});

async function literalKeys({ keys }: Pick<Facts, 'keys'>) {
  return (await keys()).flatMap(({ found, entries }) =>
    'key' in found && found.source.kind === 'literal' ? [{ found, entries }] : [],
  );
}

/** Null where the key does not look like one or there is no knowing which rc file is read. */
function moveKey(
  world: World,
  setup: Setup,
  { key }: FoundKey,
  alreadyThere: boolean,
  path: readonly (string | number)[],
): Fix | null {
  if (keyFormatProblem(key) !== null) return null;
  const inSetup: FileFix = {
    path: setup.path,
    dialect: 'json5',
    edits: [{ op: 'set', path, value: `\${${defaultKeyVariable}}` }],
  };
  if (alreadyThere) return { does: `write \${${defaultKeyVariable}} for it`, files: [inSetup] };
  const rc = rcFile(world);
  if (rc === null) return null;
  const inRc: FileFix = {
    path: rc.path,
    dialect: rc.shell,
    edits: [{ op: 'set', path: [defaultKeyVariable], value: key }],
    holdsKey: true,
  };
  return { does: `move it to ${rc.path}`, files: [inRc, inSetup] };
}

function rcFile(world: World): RcFile | null {
  const known = world.place.home !== null && shellOf(world.env.SHELL) !== null;
  return known ? chooseRcFile(world) : null;
}
