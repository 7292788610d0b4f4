import type { Shell } from '../host/rc-file.ts';
import { UsageError } from '../platform/errors.ts';
import { choiceHint } from '../platform/nearest.ts';
import { NestedTooDeep, parseJson } from '../text/parse-json.ts';
import { type PresetName, presets } from './presets.ts';
import { type ChannelRequest, type Part, parts } from './setup-request.ts';

/** The command line of `init`. */
export interface InitOptions {
  readonly config: string | undefined;
  readonly json: boolean;
  /** Timeout per request, in milliseconds. */
  readonly timeoutMs: number;
  readonly sandbox: boolean;
  /** Do not prompt. */
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly flags: SetupFlags;
  /** Import from the host's own config; `flags` is then empty. */
  readonly fromHost: boolean;
  readonly keyStdin: boolean;
  /** The variable that currently holds the key. */
  readonly keyEnv: string | undefined;
  /** Create the key with a management key. */
  readonly createKey: boolean;
  readonly shell: Shell | undefined;
  readonly rcFile: string | undefined;
  readonly rc: boolean;
  readonly verify: boolean;
  readonly restart: boolean;
  /** Also configure OpenClaw to use the setup; undefined prompts, and means no if prompting is not possible. */
  readonly apply: boolean | undefined;
}

/**
 * The flags of `init` that describe the setup, under their command-line names. If a flag is missing, the preset decides
 * or the file keeps its value. Amounts and shares are decimal strings.
 */
export interface SetupFlags {
  readonly preset?: readonly PresetName[];
  /** The entry that the other flags apply to. */
  readonly name?: string;
  readonly model?: string;
  /** In the order they are tried; [] removes the fallbacks. */
  readonly fallback?: readonly string[];
  /** 0 disables retries. */
  readonly retries?: number;
  readonly channel?: readonly ChannelRequest[];
  readonly dailyLimit?: string;
  readonly monthlyLimit?: string;
  readonly alert?: string;
  readonly complexModel?: string;
  readonly complexTrigger?: readonly string[];
  readonly header?: readonly { readonly name: string; readonly value: string }[];
  readonly excludeProvider?: readonly string[];
  readonly preferProvider?: readonly string[];
  readonly param?: readonly { readonly name: string; readonly value: unknown }[];
  /** Parts to remove first; other flags may then set them again. */
  readonly without?: readonly Part[];
}

export function isEmpty(flags: SetupFlags): boolean {
  return Object.keys(flags).length === 0;
}

/** Throws UsageError with the nearest preset as a suggestion. */
export function parsePreset(text: string): PresetName {
  const names = presets.map(({ name }) => name);
  return oneOf(names, text, `There is no preset "${text}"`);
}

/** Throws UsageError with the nearest part as a suggestion. */
export function parsePart(text: string): Part {
  return oneOf(parts, text, `--without cannot remove "${text}"`);
}

function oneOf<Name extends string>(names: readonly Name[], text: string, problem: string): Name {
  const known = names.find((name) => name === text);
  if (known !== undefined) return known;
  throw new UsageError(problem, { hint: choiceHint(text, names) });
}

/** Throws UsageError for a text that is not `<channel>=<entry>`. */
export function parseChannel(text: string): ChannelRequest {
  const [channel, entry] = parsePair('--channel', text, 'whatsapp=router-premium');
  return { channel, entry };
}

/** Throws UsageError, which never repeats the text, since it may be a secret pasted by mistake. */
export function parseHeader(
  text: string,
  subject = '--header',
): { readonly name: string; readonly value: string } {
  const [name, value] = parsePair(subject, text, 'X-Title=Assistant');
  return { name, value };
}

/** Throws UsageError for a text that is not `<name>=<JSON>`. */
export function parseParameter(
  text: string,
  subject = '--param',
): { readonly name: string; readonly value: unknown } {
  const [name, json] = parsePair(subject, text, 'temperature=0.7');
  let value: unknown;
  try {
    value = parseJson(json);
  } catch (cause) {
    if (cause instanceof NestedTooDeep) {
      throw new UsageError(`The value of the parameter "${name}" is ${cause.message}`);
    }
    throw new UsageError(`The value of the parameter "${name}" is not JSON`, {
      hint: `Put text in double quotes, and those in single quotes in a shell: '${name}="text"'`,
      cause,
    });
  }
  assertFinite(name, value);
  return { name, value };
}

/** JSON.parse reads a number that is too large as Infinity, which JSON cannot contain. */
function assertFinite(name: string, value: unknown): void {
  JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== 'number' || Number.isFinite(part)) return part;
    throw new UsageError(`The parameter "${name}" has a number that is too large`);
  });
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
