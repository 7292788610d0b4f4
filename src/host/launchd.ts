import { join } from 'node:path';
import { readTextIfPossible } from '../config/snapshot.ts';
import { variablesIn } from '../config/variables.ts';
import type { Deps, Env } from '../platform/deps.ts';
import { homeFolder } from '../platform/paths.ts';
import { isRecord } from '../platform/record.ts';
import { parseJson } from '../text/parse-json.ts';

type World = Pick<Deps, 'env' | 'place' | 'files' | 'exec'>;

/** The agent that `serve --install` writes on macOS. */
export const serveLabel = 'openclaw-openrouter.serve';

/** For asking what is there already, which takes milliseconds. */
const timeoutMs = 10_000;

export function launchAgentsFolder({ place }: Pick<Deps, 'place'>): string {
  return join(homeFolder(place), 'Library', 'LaunchAgents');
}

export function launchAgentPath(world: Pick<Deps, 'place'>, label: string): string {
  return join(launchAgentsFolder(world), `${label}.plist`);
}

/** A variable that every agent of launchd inherits, as `launchctl setenv` sets it; null where it is not set. */
export async function launchdVariable(world: World, name: string): Promise<string | null> {
  if (world.place.platform !== 'darwin') return null;
  const { exitCode, stdout } = await world.exec('launchctl', ['getenv', name], {
    env: world.env,
    timeoutMs,
  });
  const value = stdout.replace(/\n$/, '');
  return exitCode === 0 && value !== '' ? value : null;
}

/**
 * The variables that the agent of the host's gateway sets; null where there is none. OpenClaw 2026.9.6 has a program
 * read them from `service-env/<label>.env` (docs/platforms/mac/bundled-gateway.md); older ones kept them in the agent.
 */
export async function gatewayAgentEnvironment(world: World): Promise<Env | null> {
  const path = launchAgentPath(world, gatewayLabel(world.env));
  if ((await world.files.stat(path).catch(() => null)) === null) return null;
  const agent = await readPlist(world, path);
  const own = isRecord(agent?.EnvironmentVariables) ? agent.EnvironmentVariables : {};
  const words = Array.isArray(agent?.ProgramArguments) ? agent.ProgramArguments : [];
  const file = words.find((word) => /\/service-env\/[^/]+\.env$/.test(String(word)));
  const sourced =
    typeof file === 'string'
      ? variablesIn(await readTextIfPossible(world.files, file), 'bash')
      : {};
  const texts = Object.entries({ ...own, ...sourced }).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(texts);
}

function gatewayLabel({ OPENCLAW_LAUNCHD_LABEL, OPENCLAW_PROFILE = 'default' }: Env): string {
  const label = OPENCLAW_LAUNCHD_LABEL?.trim() ?? '';
  if (label !== '') return label;
  return `ai.openclaw.${OPENCLAW_PROFILE === 'default' ? 'gateway' : OPENCLAW_PROFILE}`;
}

/** A property list may be binary, which plutil(1) reads too. */
async function readPlist(world: World, path: string): Promise<Record<string, unknown> | null> {
  const { exitCode, stdout } = await world.exec(
    '/usr/bin/plutil',
    ['-convert', 'json', '-o', '-', '--', path],
    { env: world.env, timeoutMs },
  );
  if (exitCode !== 0) return null;
  const value = parseJson(stdout);
  return isRecord(value) ? value : null;
}
