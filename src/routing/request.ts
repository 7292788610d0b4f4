import type { FormatName } from '../openrouter/formats/format.ts';
import { isRecord } from '../platform/record.ts';
import type { Entry } from '../setup-file/entry.ts';
import { type Combine, combinerOf } from './client-parameters.ts';
import { parametersFor } from './format-parameters.ts';
import { combineProvider, ForbiddenByEntry, restrictsProviders } from './provider-rules.ts';

export interface RequestOptions {
  readonly messages: readonly unknown[];
  /** Overrides the entry's `max_tokens`. */
  readonly maxTokens?: number;
  readonly stream: boolean;
  readonly tools?: readonly unknown[];
}

export interface BuiltRequest {
  readonly body: Readonly<Record<string, unknown>> & { readonly messages: readonly unknown[] };
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Builds a request from an entry: its `parameters`, headers and provider preferences. `model`, `messages` and `stream`
 * are never taken from the parameters. OpenRouter always returns the usage: `usage.include` and `stream_options` no
 * longer have any effect (OpenRouter's API description).
 */
export function buildRequest(
  entry: Pick<Entry, 'parameters' | 'headers' | 'providerPreferences'>,
  model: string,
  options: RequestOptions,
): BuiltRequest {
  const { own } = ownerOf(entry, 'chat');
  return {
    body: {
      ...withoutLimit(own, options.maxTokens),
      ...(options.tools === undefined ? {} : { tools: options.tools }),
      model,
      messages: options.messages,
      stream: options.stream,
    },
    headers: { ...entry.headers },
  };
}

/** A request from a client of the gateway, with the parameters that a client may set. */
export interface ClientRequest {
  readonly format: FormatName;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly stream: boolean;
  /** Whether the client chose the model, not the entry. */
  readonly isModelOfClient: boolean;
}

/** The body for one model. Throws ForbiddenByEntry if the client wants something that the entry does not allow. */
export function combineRequest(
  entry: Pick<Entry, 'parameters' | 'providerPreferences'>,
  model: string,
  { format, parameters, stream, isModelOfClient }: ClientRequest,
): Readonly<Record<string, unknown>> {
  const { combine } = ownerOf(entry, format);
  const body = combine(parameters, isModelOfClient ? model : null);
  body.model = model;
  body.stream = stream;
  return body;
}

/**
 * The `provider` of a request to an endpoint that reads only its `known` members (null: all). Throws ForbiddenByEntry,
 * also if the entry restricts providers with a member that the endpoint ignores.
 */
export function combineProviderOf(
  entry: Pick<Entry, 'parameters' | 'providerPreferences'>,
  sent: unknown,
  known: readonly string[] | null,
): unknown {
  const own = Object.entries(providerOf(entry) ?? {});
  const isKnown = ([name]: readonly [string, unknown]) => known === null || known.includes(name);
  const lost = Object.fromEntries(own.filter((member) => !isKnown(member)));
  if (restrictsProviders(lost)) {
    const names = Object.keys(lost).map((name) => `provider.${name}`);
    throw new ForbiddenByEntry(
      `it sets ${names.join(', ')}, which OpenRouter does not read at this endpoint`,
    );
  }
  const kept = own.filter(isKnown);
  return kept.length === 0 ? sent : combineProvider(Object.fromEntries(kept), sent);
}

interface Owner {
  readonly own: Readonly<Record<string, unknown>>;
  readonly combine: Combine;
}

const owners = new WeakMap<object, Map<FormatName, Owner>>();

/** Cached per entry and format, because entries never change. */
function ownerOf(
  entry: Pick<Entry, 'parameters' | 'providerPreferences'>,
  format: FormatName,
): Owner {
  const byFormat = owners.get(entry) ?? new Map<FormatName, Owner>();
  owners.set(entry, byFormat);
  const known = byFormat.get(format);
  if (known !== undefined) return known;
  const provider = providerOf(entry);
  const own = parametersFor(format, {
    ...entry.parameters,
    ...(provider === null ? {} : { provider }),
  });
  const owner = { own, combine: combinerOf(own, format) };
  byFormat.set(format, owner);
  return owner;
}

function withoutLimit(
  parameters: Readonly<Record<string, unknown>>,
  maxTokens: number | undefined,
): Readonly<Record<string, unknown>> {
  if (maxTokens === undefined) return parameters;
  // `max_completion_tokens` is the newer name of the same limit; some providers reject both at once.
  const { max_completion_tokens: _, ...others } = parameters;
  return { ...others, max_tokens: maxTokens };
}

/** `exclude` → `provider.ignore`, `prefer` → `provider.order`, merged with `provider` in the parameters. */
function providerOf(
  entry: Pick<Entry, 'parameters' | 'providerPreferences'>,
): Readonly<Record<string, unknown>> | null {
  const given = isRecord(entry.parameters.provider) ? entry.parameters.provider : {};
  const { exclude, prefer } = entry.providerPreferences;
  const ignore = joined(exclude, given.ignore);
  const order = joined(prefer, given.order);
  const provider = {
    ...given,
    ...(ignore.length === 0 ? {} : { ignore }),
    ...(order.length === 0 ? {} : { order }),
  };
  return Object.keys(provider).length === 0 ? null : provider;
}

function joined(ours: readonly string[], given: unknown): unknown[] {
  return [...new Set<unknown>([...ours, ...(Array.isArray(given) ? given : [])])];
}
