import { join } from 'node:path';
import { readText } from '../config/snapshot.ts';
import { variablesIn } from '../config/variables.ts';
import type { Deps, Env } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { homeFolder } from '../platform/paths.ts';

type World = Pick<Deps, 'env' | 'place' | 'files'>;

/**
 * The variables that the systemd unit of the host's gateway sets, as `openclaw gateway install` writes it; null where
 * there is no unit. Those that the host manages are left out: it takes their values from `.env` when it starts.
 */
export async function serviceEnvironment(world: World): Promise<Env | null> {
  const { OPENCLAW_PROFILE: profile = 'default' } = world.env;
  const name = profile === 'default' ? 'openclaw-gateway' : `openclaw-gateway-${profile}`;
  const folder = join(homeFolder(world.place), '.config', 'systemd', 'user');
  const unit = await readIfPossible(world, join(folder, `${name}.service`));
  if (unit === null) return null;
  const env: Record<string, unknown> = {};
  for (const word of valuesOf(unit, 'Environment').flatMap(wordsOf)) {
    const equals = word.indexOf('=');
    if (equals > 0) env[word.slice(0, equals)] = word.slice(equals + 1);
  }
  for (const path of valuesOf(unit, 'EnvironmentFile')) {
    const text = await readIfPossible(world, path.replace(/^-/, ''));
    Object.assign(env, variablesIn(text ?? '', 'dotenv'));
  }
  const managed = String(env.OPENCLAW_SERVICE_MANAGED_ENV_KEYS ?? '').split(',');
  return Object.fromEntries(
    Object.entries(env)
      .filter(([key]) => !managed.includes(key))
      .map(([key, value]) => [key, String(value)]),
  );
}

function valuesOf(unit: string, key: string): readonly string[] {
  const lines = unit.split(/\r?\n/).filter((line) => line.startsWith(`${key}=`));
  return lines.map((line) => line.slice(key.length + 1).trim());
}

/** The words of an assignment, which may be in quotes (systemd.exec(5)). */
function wordsOf(text: string): readonly string[] {
  const words = text.match(/"(?:[^"\\]|\\.)*"|'[^']*'|\S+/g) ?? [];
  return words.map((word) =>
    /^["']/.test(word) ? word.slice(1, -1).replace(/\\(.)/g, '$1') : word,
  );
}

async function readIfPossible({ files }: World, path: string): Promise<string | null> {
  try {
    const { exists, text } = await readText(files, path);
    return exists ? text : null;
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}
