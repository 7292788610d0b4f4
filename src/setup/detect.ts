import { isDeepStrictEqual } from 'node:util';
import { agentIds, agentMembers, channelBindings, readAgents } from '../host/agents.ts';
import { readHostConfig } from '../host/config.ts';
import { type FoundKey, type MissingKey, resolveKey } from '../host/key-sources.ts';
import { hostPaths } from '../host/location.ts';
import { fromHostParams, type HostModel, readHostModel } from '../host/model.ts';
import { isThroughGateway } from '../host/providers.ts';
import { canonicalModelId, isHostModelId } from '../openrouter/model-id.ts';
import type { Deps } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { setupFilePath, tildePath } from '../platform/paths.ts';
import { recordAt, valueAt } from '../platform/record.ts';
import type { Entry } from '../setup-file/entry.ts';
import { namesVariable } from '../setup-file/headers.ts';
import { findNamed } from '../setup-file/names.ts';
import { readSetup, type Setup, type SetupFile } from '../setup-file/setup-file.ts';
import type { InitOptions } from './flags.ts';
import { type EntryRequest, nonEmpty, type SetupRequest } from './setup-request.ts';

/** What exists before anything is asked or planned. */
export interface Detected {
  readonly setup: SetupFile;
  /** The key of the entry of `--name` or else of the first entry; without entries, the key for a new one. */
  readonly key: FoundKey | MissingKey;
  /** What can be imported from the host's own config; null if the config does not mention OpenRouter. */
  readonly hostRequest: SetupRequest | null;
}

/** Writes nothing. Throws UserError if the setup file, or an explicitly requested host config, cannot be read. */
export async function detect(
  deps: Deps,
  { config, flags, fromHost }: InitOptions,
): Promise<Detected> {
  const setup = await readSetup(deps.files, setupFilePath(deps, config));
  const entry = findNamed(setup.entries, flags.name ?? '') ?? setup.entries[0];
  const key = await resolveKey(deps, entry?.apiKey ?? null);
  return { setup, key, hostRequest: await detectHost(deps, setup, fromHost) };
}

async function detectHost(
  deps: Deps,
  setup: Setup,
  isRequired: boolean,
): Promise<SetupRequest | null> {
  try {
    const { value } = await readHostConfig(deps);
    const request = requestFromHost(value, setup);
    if (request === null && isRequired) throw nothingToImport(deps);
    return request;
  } catch (error) {
    if (error instanceof UserError && !isRequired) return null;
    throw error;
  }
}

function nothingToImport(deps: Deps): UserError {
  const path = tildePath(hostPaths(deps).config, deps.place);
  return new UserError(`OpenClaw's own config, ${path}, does not use OpenRouter`, {
    type: 'not_found',
    hint: 'Use --preset or --model to write a new setup',
  });
}

/**
 * The entries and channels of the host's config (`readHostConfig`) that the setup file lacks, possibly none; null if
 * the config does not mention OpenRouter. An entry with the same name or the same chain counts as present and is not
 * changed.
 */
export function requestFromHost(config: unknown, setup: Setup): SetupRequest | null {
  const imported = importFromHost(config);
  if (imported === null) return null;
  const names = new Map(imported.entries.map((entry) => [entry.name, nameIn(setup, entry)]));
  return {
    entries: imported.entries
      .map((entry) => entryRequest(entry, names.get(entry.name) ?? entry.name))
      .filter(({ name }) => !setup.entries.some((entry) => entry.name === name)),
    channels: missingChannels(imported, setup).map(({ channel, entry }) => ({
      channel,
      entry: names.get(entry) ?? entry,
    })),
  };
}

/**
 * The name of the entry with the same chain, to which `apply` gives the host's name, or else with the same name. If
 * there is neither, an unused name.
 */
function nameIn({ entries, otherEntries }: Setup, imported: ImportedEntry): string {
  const { name } = imported;
  const equal = entries.filter((entry) => isDeepStrictEqual(chainOf(entry), chainOf(imported)));
  const same = findNamed(equal, name) ?? equal[0] ?? findNamed(entries, name);
  return same?.name ?? (otherEntries.includes(name) ? `${name}-openrouter` : name);
}

function chainOf({ defaultModel, fallbackModels }: Pick<Entry, 'defaultModel' | 'fallbackModels'>) {
  return [defaultModel, ...fallbackModels];
}

function missingChannels({ channels }: HostImport, setup: Setup) {
  const existing = new Set(setup.channels.map(({ name }) => name));
  return channels.filter(({ channel }) => !existing.has(channel));
}

function entryRequest(imported: ImportedEntry, name: string): EntryRequest {
  const { defaultModel, fallbackModels, parameters, headers } = imported;
  const providerPreferences = nonEmpty({ ...imported.providerPreferences });
  return {
    name,
    comment: "Imported from OpenClaw's own config.",
    members: nonEmpty({ defaultModel, parameters, fallbackModels, headers, providerPreferences }),
  };
}

/** The members that the host config does not mention are empty. */
type ImportedEntry = Pick<
  Entry,
  'name' | 'defaultModel' | 'fallbackModels' | 'parameters' | 'headers' | 'providerPreferences'
>;

/** The OpenRouter settings of the host config. */
export interface HostImport {
  /** The default entry first, then one for each agent that has a model of its own. */
  readonly entries: readonly ImportedEntry[];
  readonly channels: readonly { readonly channel: string; readonly entry: string }[];
}

/**
 * Reads the OpenRouter settings of the host config as entries and channels of the setup file: the inverse of
 * `planHost`. Null if there are none, or if the config uses our gateway and therefore came from a setup file. Keys and
 * models of other providers are not imported.
 */
export function importFromHost(config: unknown): HostImport | null {
  if (isThroughGateway(config)) return null;
  const { defaultAgent } = readAgents(config);
  const inherits = (agent: string) => ownModel(config, agent) === null;
  const isDefault = (agent: string) =>
    agent === defaultAgent || (inherits(agent) && inherits(defaultAgent ?? ''));
  const entryOf = (agent: string) =>
    importEntry(config, agent, isDefault(agent) ? 'openrouter' : agent);
  const channels = channelBindings(config).flatMap(({ channel, agentId }) => {
    const entry = entryOf(agentId);
    return entry === null ? [] : [{ channel, entry }];
  });
  const imported = [
    importEntry(config, defaultAgent ?? '', 'openrouter'),
    ...channels.map(({ entry }) => entry),
    ...agentIds(config).map(entryOf),
  ];
  const entries = new Map(
    imported.flatMap((entry) => (entry === null ? [] : [[entry.name, entry]])),
  );
  if (entries.size === 0) return null;
  return {
    entries: [...entries.values()],
    channels: channels.map(({ channel, entry }) => ({ channel, entry: entry.name })),
  };
}

const providerPath = ['models', 'providers', 'openrouter'] as const;
const defaultsPath = ['agents', 'defaults'] as const;

/** The entry of an agent, whose own model overrides the default; null if its primary model is not from OpenRouter. */
function importEntry(config: unknown, agent: string, name: string): ImportedEntry | null {
  const shared = readHostModel(valueAt(config, [...defaultsPath, 'model']));
  const model = ownModel(config, agent) ?? shared;
  if (model === null || !isHostModelId(model.primary)) return null;
  const paramsPath = ['models', model.primary, 'params'];
  const params = {
    ...recordAt(config, [...defaultsPath, ...paramsPath]),
    ...recordAt(agentMembers(config, agent), paramsPath),
  };
  return {
    name,
    defaultModel: canonicalModelId(model.primary),
    fallbackModels: (model.fallbacks ?? []).filter(isHostModelId).map(canonicalModelId),
    parameters: fromHostParams(params),
    headers: Object.fromEntries(
      Object.entries(recordAt(config, [...providerPath, 'headers'])).filter(hasText),
    ),
    providerPreferences: importPreferences({
      ...recordAt(config, [...providerPath, 'params', 'provider']),
      ...recordAt(params, ['provider']),
    }),
  };
}

function ownModel(config: unknown, agent: string): HostModel | null {
  return readHostModel(valueAt(agentMembers(config, agent), ['model']));
}

function importPreferences({ ignore, order }: Readonly<Record<string, unknown>>) {
  const texts = (list: unknown) =>
    Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
  return { exclude: texts(ignore), prefer: texts(order) };
}

// A header may refer to a host secret or to a variable, which only the host can resolve.
function hasText(member: [string, unknown]): member is [string, string] {
  return typeof member[1] === 'string' && !namesVariable(member[1]);
}
