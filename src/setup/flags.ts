import type { Shell } from '../host/rc-file.ts';
import { UsageError } from '../platform/errors.ts';
import { nearestName } from '../platform/nearest.ts';
import { NestedTooDeep, parseJson } from '../text/parse-json.ts';
import { type PresetName, presets } from './presets.ts';
import { flagItself, type Settings, type Subject } from './settings.ts';
import { type ChannelRequest, parts } from './setup-request.ts';

/** The command line of `init`. */
export interface InitOptions {
  readonly config: string | undefined;
  readonly json: boolean;
  /** For one request, in milliseconds. */
  readonly timeoutMs: number;
  readonly sandbox: boolean;
  /** Ask no questions. */
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly flags: SetupFlags;
  /** Import what the host's own config has; `flags` is empty then. */
  readonly fromHost: boolean;
  readonly keyStdin: boolean;
  /** The variable that holds the key now. */
  readonly keyEnv: string | undefined;
  readonly shell: Shell | undefined;
  readonly rcFile: string | undefined;
  readonly rc: boolean;
  readonly verify: boolean;
  readonly restart: boolean;
  /** Have OpenClaw use the setup too; undefined asks, and means no where nothing may be asked. */
  readonly apply: boolean | undefined;
}

/** The flags of `init` that describe the setup, as typed. */
export interface SetupFlags {
  readonly preset?: readonly string[];
  readonly name?: string;
  readonly model?: string;
  readonly fallback?: readonly string[];
  readonly retries?: number;
  readonly channel?: readonly string[];
  readonly dailyLimit?: string;
  readonly monthlyLimit?: string;
  readonly alert?: string;
  readonly complexModel?: string;
  readonly complexTrigger?: readonly string[];
  readonly header?: readonly string[];
  readonly excludeProvider?: readonly string[];
  readonly preferProvider?: readonly string[];
  readonly param?: readonly string[];
  readonly without?: readonly string[];
}

/** Throws UsageError for a text that does not have the form of its flag; `checkSettings` checks the values. */
export function parseFlags(flags: SetupFlags, subject: Subject = flagItself): Settings {
  return {
    presets: (flags.preset ?? []).map(parsePreset),
    name: flags.name ?? null,
    model: flags.model ?? null,
    fallbacks: flags.fallback ?? null,
    retries: flags.retries ?? null,
    channels: (flags.channel ?? []).map(parseChannel),
    dailyLimit: flags.dailyLimit ?? null,
    monthlyLimit: flags.monthlyLimit ?? null,
    alertThreshold: flags.alert ?? null,
    complexModel: flags.complexModel ?? null,
    complexTriggers: flags.complexTrigger ?? null,
    headers: (flags.header ?? []).map((text) => parseHeader(subject('--header'), text)),
    excludeProviders: flags.excludeProvider ?? null,
    preferProviders: flags.preferProvider ?? null,
    parameters: (flags.param ?? []).map((text) => parseParameter(subject('--param'), text)),
    without: (flags.without ?? []).map((text) =>
      oneOf(parts, text, `--without cannot remove "${text}"`),
    ),
  };
}

/** Throws UsageError with the nearest preset. */
export function parsePreset(text: string): PresetName {
  const names = presets.map(({ name }) => name);
  return oneOf(names, text, `There is no preset "${text}"`);
}

function oneOf<Name extends string>(names: readonly Name[], text: string, problem: string): Name {
  const known = names.find((name) => name === text);
  if (known !== undefined) return known;
  const near = nearestName(text, names);
  throw new UsageError(problem, {
    hint: near === null ? `Choose one of: ${names.join(', ')}` : `Did you mean "${near}"?`,
  });
}

function parseChannel(text: string): ChannelRequest {
  const [channel, entry] = parsePair('--channel', text, 'whatsapp=router-premium');
  return { channel, entry };
}

// The value may be a secret that was put there by mistake: no error repeats it.
function parseHeader(subject: string, text: string): { name: string; value: string } {
  const [name, value] = parsePair(subject, text, 'X-Title=Assistant');
  return { name, value };
}

function parseParameter(subject: string, text: string): { name: string; value: unknown } {
  const [name, json] = parsePair(subject, text, 'temperature=0.7');
  try {
    return { name, value: parseJson(json) };
  } catch (cause) {
    if (cause instanceof NestedTooDeep) {
      throw new UsageError(`The value of the parameter "${name}" is ${cause.message}`);
    }
    throw new UsageError(`The value of the parameter "${name}" is not JSON`, {
      hint: `Put text in double quotes, and those in single quotes in a shell: '${name}="text"'`,
      cause,
    });
  }
}

function parsePair(subject: string, text: string, example: string): [string, string] {
  const equals = text.indexOf('=');
  const name = text.slice(0, Math.max(equals, 0)).trim();
  const value = text.slice(equals + 1).trim();
  if (name !== '' && value !== '') return [name, value];
  throw new UsageError(`${subject} must be <name>=<value>`, {
    hint: `For example ${example}`,
  });
}
