import { isHostGateway, userProcesses } from '../host/processes.ts';
import { askStatus, maskAsHost } from '../host/program.ts';
import { shells } from '../host/rc-file.ts';
import { keyHash } from '../openrouter/managed-keys.ts';
import type { Deps } from '../platform/deps.ts';
import { keyFormatProblem } from '../setup-file/key-format.ts';
import { findHeldKeys } from './places.ts';
import { findKeyUsers, isServe, type KeyUser, ofThisHome } from './users.ts';

export interface RemainingUsers {
  /** One sentence per user that still has the old key and must not lose it. */
  readonly blocking: readonly string[];
  /** One sentence for each thing that could not be reached, e.g. other open shells. */
  readonly unreached: readonly string[];
}

export interface Rotated {
  readonly oldHash: string;
  readonly newKey: string;
  /** The variables that were set to the new key in files. */
  readonly variables: readonly string[];
  /** When the new key was written, in milliseconds since 1970. */
  readonly writtenMs: number;
  /** Whether an agent of the host uses one of the two keys. */
  readonly hostUsesIt: boolean;
  /** The `apiKey` texts of the entries. */
  readonly apiKeys: readonly (string | null)[];
  readonly setupPath: string;
}

/**
 * Finds who still has the old key. `fresh` is the world as a new shell would see it; `deps` is that of this process,
 * whose environment can no longer be changed.
 */
export async function remainingUsers(
  deps: Deps,
  fresh: Deps,
  rotated: Rotated,
): Promise<RemainingUsers> {
  const { oldHash, newKey } = rotated;
  const users = await findKeyUsers(fresh, rotated.apiKeys);
  const held = (await findHeldKeys(fresh, rotated.setupPath)).filter(
    ({ key, holder }) => holder.kind !== 'environment' && keyHash(key) === oldHash,
  );
  const blocking = users
    .filter(({ id, key }) => id !== 'serve' && key !== null && keyHash(key) === oldHash)
    .map(({ who, why }) => `${who} still has the old key: ${why}`);
  const unknown = users
    .filter(({ id, key }) => id === 'new-shell' && key === null)
    .flatMap(({ who, why }) => (why.endsWith('not set there') ? [] : [`${who}: ${why}`]));
  const running = await runningWithOldKey(deps, rotated);
  const asked = rotated.hostUsesIt
    ? await askHost(fresh, users, newKey)
    : { blocking: [], unreached: [] };
  return {
    blocking: [
      ...held.map(({ where, holder }) =>
        holder.kind === 'launchd'
          ? `${where} still has the old key: launchctl unsetenv ${holder.variable}`
          : `${where} still has the old key`,
      ),
      ...blocking,
      ...running.blocking,
      ...asked.blocking,
    ],
    unreached: [...thisShell(deps, oldHash), ...running.unreached, ...unknown, ...asked.unreached],
  };
}

function thisShell({ env }: Deps, oldHash: string): readonly string[] {
  const names = Object.entries(env).flatMap(([name, value]) =>
    isOld(value, oldHash) ? [name] : [],
  );
  return names.length === 0
    ? []
    : [`This shell still has the old key in ${names.join(', ')}: open a new one`];
}

function isOld(value: string | undefined, oldHash: string): boolean {
  return value !== undefined && keyFormatProblem(value) === null && keyHash(value) === oldHash;
}

/** Programs that were started before the change (Linux only). */
async function runningWithOldKey(
  deps: Deps,
  { oldHash, variables, writtenMs, hostUsesIt }: Rotated,
): Promise<RemainingUsers> {
  if (deps.place.platform !== 'linux') {
    const what = 'Programs that run already may have the old key: only Linux shows it';
    return { blocking: [], unreached: [what] };
  }
  const blocking: string[] = [];
  const others = new Map<string, number[]>();
  for (const one of ofThisHome(deps, await userProcesses(deps))) {
    const { pid, command, env, startedMs } = one;
    const names = [...env].flatMap(([name, value]) => (isOld(value, oldHash) ? [name] : []));
    const program = (command[0] ?? '').split('/').at(-1)?.replace(/^-/, '') ?? '';
    if (isHostGateway(command)) {
      // The gateway reads most of its keys once, on startup.
      if (startedMs < writtenMs && (names.length > 0 || hostUsesIt)) {
        const profile = env.get('OPENCLAW_PROFILE') ?? 'default';
        const openclaw = profile === 'default' ? 'openclaw' : `openclaw --profile ${profile}`;
        blocking.push(
          `OpenClaw's gateway (process ${pid}) was started with the old key: ${openclaw} gateway restart`,
        );
      }
    } else if (isServe(command)) {
      // `serve` picks up a new key from the file, unless the old one came only from its environment.
      if (names.some((name) => !variables.includes(name))) {
        blocking.push(`serve (process ${pid}) has the old key in its environment: restart it`);
      }
    } else if (names.length > 0 || isOpenShell(program, command)) {
      const has = names.length > 0 ? 'has the old key' : 'may have the old key';
      const name = `${program} ${has}, since it was started before: process`;
      others.set(name, [...(others.get(name) ?? []), pid]);
    }
  }
  const unreached = [...others].map(([name, pids]) => `${name} ${pids.join(', ')}`);
  return { blocking, unreached };
}

/**
 * An interactive shell that is waiting for input. What it has exported since it started is not visible in its own
 * environment.
 */
function isOpenShell(program: string, command: readonly string[]): boolean {
  const words = command.slice(1).filter((word) => word !== '');
  const isShell = shells.some((shell) => shell === program);
  return isShell && words.every((word) => /^-[a-z]+$/.test(word) && !word.includes('c'));
}

/** Asks the host about one agent, which takes seconds. */
async function askHost(
  fresh: Deps,
  users: readonly KeyUser[],
  newKey: string,
): Promise<RemainingUsers> {
  const agent = users.find(({ id, key }) => id === 'host' && key === newKey)?.agents?.[0];
  if (agent === undefined) return { blocking: [], unreached: [] };
  const status = await askStatus(fresh, agent, 60_000);
  if ('reason' in status) {
    return { blocking: [], unreached: [`OpenClaw did not confirm the new key: ${status.reason}`] };
  }
  const { maskedKey } = status;
  const isOther = maskedKey !== null && maskedKey !== maskAsHost(newKey);
  const blocking = isOther ? [`OpenClaw says that its agent ${agent} uses another key`] : [];
  return { blocking, unreached: [] };
}
