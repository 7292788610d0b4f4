import { hostCredentials } from '../../host/credentials.ts';
import { type FoundKey, resolveKey } from '../../host/key-sources.ts';
import { shellOf, shellOfFile } from '../../host/rc-file.ts';
import { type Hint, UserError } from '../../platform/errors.ts';
import { tildePath, variablePath } from '../../platform/paths.ts';
import type { Entry } from '../../setup-file/entry.ts';
import { defaultKeyVariable, keyPrefix } from '../../setup-file/key-format.ts';
import { commandToStoreKey, mainVariable } from '../../setup-file/missing-key.ts';
import type { Setup } from '../../setup-file/setup-file.ts';
import { shellWord } from '../../text/escape.ts';
import { defineCheck } from '../check.ts';
import type { World } from '../facts/context.ts';
import { noGateway, noHost } from '../facts/host.ts';
import type { EntryKey } from '../facts/setup.ts';
import { placeOfKey, placeOfSource, sourceText } from '../facts/setup.ts';
import { atMember, type Problem, type Problems } from '../finding.ts';

const variable = defineCheck({
  id: 'environment/variable',
  summary: 'the variable that apiKey names is set somewhere',
  needs: ['keys', 'setup'],
  async run({ keys, setup }) {
    const [read, all] = await Promise.all([setup(), keys()]);
    return all.flatMap(({ found, entries }): Problems => {
      if ('key' in found) return [];
      const { missing, empty, searched } = found;
      const [entry] = entries;
      const where =
        empty.length === 0
          ? `not in ${searched.join(', ')}`
          : `empty in ${empty.map((source) => source.where).join(', ')}`;
      return {
        severity: 'error',
        message: `${missing} is not set: ${where}`,
        ...(entry === undefined ? {} : atMember(read, [...entry.path, 'apiKey'])),
        fixHint: hintForMissing(read, entry, missing),
      };
    });
  },
});

function hintForMissing({ entries }: Setup, entry: Entry | undefined, variable: string): Hint {
  return (command) =>
    [
      `${entry === undefined ? command('init') : commandToStoreKey(command, entry.name)} stores a key`,
      // `key create` stores a key for the first entry only.
      ...(variable === mainVariable(entries) ? [`${command('key create')} creates one`] : []),
    ].join('; ');
}

/** Reports a variable that is unset while one with a similar name is set. */
const nearMiss = defineCheck({
  id: 'environment/near-miss',
  summary: 'no key is stored under a misspelled name, e.g. OPEN_ROUTER_API_KEY',
  needs: ['keys', 'setup', 'world'],
  async run({ keys, setup, world }) {
    const [all, read] = await Promise.all([keys(), setup()]);
    const found = await Promise.all(
      all.map(async (key) => {
        if ('key' in key.found) return [];
        const where = placeOfKey(world, read, key);
        const misses = await nearMisses(world, key.found.missing);
        return misses.map((miss) => ({ ...where, ...miss }));
      }),
    );
    return found.flat();
  },
});

async function nearMisses(world: World, expected: string): Promise<Problem[]> {
  const found = await Promise.all(
    candidates(world, expected).map(async (name) => ({
      name,
      found: await resolveKey(world, `\${${name}}`),
    })),
  );
  return found.flatMap(({ name, found: key }): Problems => {
    if (!('key' in key)) return [];
    const place = placeOfSource(world, key.source);
    const where = key.source.kind === 'environment' ? 'the environment' : key.source.where;
    return {
      severity: 'error',
      message: `${name} is set in ${where}; the setup file asks for ${expected}`,
      ...(place === undefined ? {} : { place }),
      fixHint: `rename it to ${expected}`,
    };
  });
}

function candidates({ env }: World, expected: string): string[] {
  const plain = (name: string) => name.toUpperCase().replace(/[_-]/g, '');
  const alike = Object.keys(env).filter(
    (name) => name !== expected && /OPEN_?ROUTER.*(KEY|TOKEN|API)/i.test(name),
  );
  const usual = ['OPEN_ROUTER_API_KEY', 'OPENROUTER_KEY', 'OPENROUTER_APIKEY', 'OPENROUTER_TOKEN'];
  return [...new Set([...alike, ...usual])].filter(
    (name) =>
      name !== expected && (plain(name) === plain(expected) || expected.includes('OPENROUTER')),
  );
}

/** A shell reads its rc file on startup, so a shell that was opened before the key was written does not have it. */
const sourced = defineCheck({
  id: 'environment/sourced',
  summary: 'this shell has the key that the rc file sets',
  needs: ['keys', 'world'],
  async run({ keys, world }) {
    const shell = shellOf(world.env.SHELL);
    return (await keys()).flatMap(({ found, entries: [entry] }): Problems => {
      if (!('key' in found) || found.source.kind !== 'rc') return [];
      const place = placeOfSource(world, found.source);
      const file = found.source.where.replace(/:\d+$/, '');
      const isRead = shell === null || shellOfFile(file) === shell;
      return {
        severity: 'warning',
        message: `${found.variable} is set in ${found.source.where}, ${isRead ? 'but not in this shell' : `which ${shell} does not read`}`,
        ...(place === undefined ? {} : { place }),
        fixHint:
          isRead || entry === undefined
            ? `open a new shell, or: source ${shellWord(file)}`
            : (command) => `store it for ${shell} too: ${commandToStoreKey(command, entry.name)}`,
      };
    });
  },
});

const sourcesAgree = defineCheck({
  id: 'environment/sources-agree',
  summary: 'the environment, the rc file and the .env of the host hold the same key',
  needs: ['keys', 'world'],
  async run({ keys, world }) {
    return (await keys()).flatMap(({ found }) =>
      'key' in found ? disagreements(world, found) : [],
    );
  },
});

function disagreements(world: World, found: FoundKey): Problem[] {
  return found.shadowed
    .filter(({ same }) => !same)
    .map((loser) => {
      const place = placeOfSource(world, loser);
      return {
        severity: 'warning',
        message: `${found.variable} in ${loser.where} differs from the key ${sourceText(found.source)}, which wins here (${keyPrefix(found.key)})`,
        ...(place === undefined ? {} : { place }),
        fixHint: 'remove one of them: programs started elsewhere use the other',
      };
    });
}

/** A service is started without a shell, so it does not get what an rc file exports. */
const service = defineCheck({
  id: 'environment/service',
  summary: 'OpenClaw as a service finds the key, not just your shell',
  needs: ['keys', 'host', 'world'],
  async run({ keys, host, world }) {
    const [all, { program, paths, processes, config }] = await Promise.all([keys(), host()]);
    if (program === null && processes.length === 0) throw noHost();
    // The environment of a service, which does not inherit from this shell.
    const env = { ...world.env, [defaultKeyVariable]: undefined };
    const own = await hostCredentials({ ...world, env }, config?.value, 'main');
    return all.flatMap(({ found }): Problems => {
      if (!('key' in found) || found.variable === null) return [];
      const { variable } = found;
      const isInProcess = processes.some(({ env }) => env.has(variable));
      if (inHostEnv(found) || isInProcess || own.some(({ key }) => key !== '')) return [];
      const rc = [found.source, ...found.shadowed].find(({ kind }) => kind === 'rc');
      const place = rc === undefined ? undefined : placeOfSource(world, rc);
      return {
        severity: 'warning',
        message: `${variable} is set in your shell only; OpenClaw as a service does not see it`,
        ...(place === undefined ? {} : { place }),
        fixHint: `add ${variable}=… to ${tildePath(paths.dotenv, world.place)}`,
      };
    });
  },
});

function inHostEnv({ source, shadowed }: Extract<EntryKey['found'], { key: string }>): boolean {
  return [source, ...shadowed].some(({ kind }) => kind === 'host-env' || kind === 'profile');
}

/** A running gateway keeps the environment that it was started with. */
const hostProcess = defineCheck({
  id: 'environment/host-process',
  summary: 'the running gateway of OpenClaw has the same key as this shell',
  needs: ['keys', 'host', 'world'],
  async run({ keys, host, world }) {
    const [all, facts] = await Promise.all([keys(), host()]);
    const { processes } = facts;
    if (processes.length === 0) throw noGateway(facts);
    return all.flatMap(({ found }) =>
      processes.flatMap(({ pid, env }): Problems => {
        if (!('key' in found) || found.variable === null) return [];
        const gatewayKey = env.get(found.variable);
        if (gatewayKey === undefined || gatewayKey === found.key) return [];
        world.io.conceal(gatewayKey);
        return {
          severity: 'warning',
          message: `The running gateway (process ${pid}) uses ${keyPrefix(gatewayKey)} as ${found.variable}, but this shell uses ${keyPrefix(found.key)}`,
          fixHint: 'restart it: openclaw gateway restart',
        };
      }),
    );
  },
});

const ofTheHost = ['OPENCLAW_HOME', 'OPENCLAW_STATE_DIR', 'OPENCLAW_CONFIG_PATH'];
const ofXdg = ['XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_STATE_HOME'];

/** A relative path means a different place in every folder, so files with keys could end up anywhere. */
const environmentPaths = defineCheck({
  id: 'environment/paths',
  summary: 'the variables that name folders hold absolute paths',
  needs: ['world'],
  async run({ world }) {
    return [
      ...ofTheHost.flatMap((name) => refused(world, name)),
      ...ofXdg.flatMap((name) => ignored(world, name)),
    ];
  },
});

function refused({ env }: World, name: string): Problem[] {
  try {
    variablePath(env, name, () => '/');
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { message, hint } = error;
    return [{ severity: 'error', message, ...(hint === undefined ? {} : { fixHint: hint }) }];
  }
}

/** The XDG Base Directory Specification requires relative paths to be ignored. */
function ignored({ env }: World, name: string): Problems {
  const path = env[name] ?? '';
  if (path === '' || path.startsWith('/')) return [];
  return {
    severity: 'warning',
    message: `${name} is ignored because it is not an absolute path: ${JSON.stringify(path)}`,
    fixHint: 'set it to an absolute path, or unset it',
  };
}

export const environmentChecks = [
  variable,
  nearMiss,
  sourced,
  sourcesAgree,
  service,
  hostProcess,
  environmentPaths,
];
