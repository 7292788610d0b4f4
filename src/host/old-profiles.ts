import { join } from 'node:path';
import { readText } from '../config/snapshot.ts';
import type { Deps } from '../platform/deps.ts';
import { isRecord, valueAt } from '../platform/record.ts';
import { parseJson } from '../text/parse-json.ts';
import { agentFolder, readAuthProfiles } from './auth-profiles.ts';

/**
 * The file of an older host that keeps an agent from using OpenRouter with any key; null where none does. The host does
 * not read it any more, and refuses the providers in it until `openclaw doctor --fix` has moved it into its database
 * (docs.openclaw.ai/auth-credential-semantics; seen with 2026.9.6).
 */
export async function oldProfilesFile(
  world: Pick<Deps, 'env' | 'place' | 'files'>,
  config: unknown,
  agent: string,
): Promise<string | null> {
  // The agents share what `main` has.
  const folders = new Set([agent, 'main'].map((one) => agentFolder(world, config, one)));
  for (const folder of folders) {
    const path = join(folder, 'auth-profiles.json');
    const { exists, text } = await readText(world.files, path).catch(() => unreadable);
    if (!exists || !mayNameOpenRouter(text)) continue;
    // Beside stored profiles it only warns.
    const { profiles } = await readAuthProfiles(world, config, agent);
    return profiles.length === 0 ? path : null;
  }
  return null;
}

const unreadable = { exists: false, text: '' };

/** Whether the file, in either of its shapes, is about OpenRouter; one that cannot be understood is about everything. */
function mayNameOpenRouter(text: string): boolean {
  const stored = parsed(text);
  const profiles = valueAt(stored, ['profiles']) ?? stored;
  if (!isRecord(profiles)) return true;
  return Object.entries(profiles).some(
    ([name, profile]) => name === 'openrouter' || valueAt(profile, ['provider']) === 'openrouter',
  );
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
