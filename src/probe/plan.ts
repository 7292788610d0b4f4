import Big from 'big.js';
import { type CatalogModel, findModel } from '../catalog/model.ts';
import type { ChatReply } from '../openrouter/chat-reply.ts';
import { ceiling, type Unpriced } from '../pricing/find-price.ts';
import { listedWorstCase, type WorstCase, worstCase } from '../pricing/worst-case.ts';
import { type Link, linksOf } from '../routing/choose.ts';
import { type BuiltRequest, buildRequest } from '../routing/request.ts';
import { policyOf, type WalkPolicy } from '../routing/walk.ts';
import type { Entry } from '../setup-file/entry.ts';
import { jsonOrUndefined } from '../text/parse-json.ts';

/** An entry with its key, or with the variable that should contain the key but does not. */
export type KeyedEntry = { readonly entry: Entry } & (
  | { readonly key: string }
  | { readonly key: null; readonly variable: string }
);

/** A request to send. Links with the same model, settings and key share one. */
export interface Probe extends Link {
  /** The entry of the first link that needs this probe, as is the role. */
  readonly entry: string;
  readonly key: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly question: Question;
  readonly policy: WalkPolicy;
}

/** A link with its probe, or the reason why it cannot be probed: a variable without a key, or no model. */
export type PlannedLink = Link &
  (
    | { readonly probe: Probe }
    | { readonly lacks: 'key'; readonly entry: string; readonly variable: string }
    | { readonly lacks: 'model' }
  );

export interface PlannedEntry {
  readonly entry: Entry;
  readonly links: readonly PlannedLink[];
}

export interface Plan {
  readonly entries: readonly PlannedEntry[];
  readonly probes: readonly Probe[];
}

/** The probes that certify every link of these entries, without duplicates. */
export function planProbes(
  entries: readonly KeyedEntry[],
  demands: Demands,
  models: readonly CatalogModel[],
): Plan {
  const probes = new Map<string, Probe>();
  const once = (probe: Probe): Probe => {
    const id = JSON.stringify([probe.key, probe.body, probe.headers, probe.policy]);
    const known = probes.get(id) ?? probe;
    probes.set(id, known);
    return known;
  };
  const planned = entries.map((keyed) => ({
    entry: keyed.entry,
    links: [...unnamedPrimary(keyed.entry), ...linksOf(keyed.entry)].map((link): PlannedLink => {
      if (link.model === '') return { ...link, lacks: 'model' };
      if (keyed.key === null) {
        return { ...link, lacks: 'key', entry: keyed.entry.name, variable: keyed.variable };
      }
      return { ...link, probe: once(probeOf(keyed.entry, link, keyed.key, demands, models)) };
    }),
  }));
  return { entries: planned, probes: [...probes.values()] };
}

/** A placeholder for a missing `defaultModel`, so that it is reported like any other problem. */
function unnamedPrimary(entry: Entry): Link[] {
  return entry.defaultModel.trim() === '' ? [{ role: 'primary', model: '' }] : [];
}

function probeOf(
  entry: Entry,
  { role, model }: Link,
  key: string,
  demands: Demands,
  models: readonly CatalogModel[],
): Probe {
  const question = questionFor(demands, findModel(models, model));
  const { body, headers } = askOf(entry, model, question);
  return {
    entry: entry.name,
    role,
    model,
    key,
    body,
    headers,
    question,
    policy: policyOf(entry),
  };
}

export function askOf(entry: Entry, model: string, question: Question): BuiltRequest {
  const { messages, maxTokens, extra } = question;
  const { body, headers } = buildRequest(entry, model, { messages, maxTokens, stream: true });
  return { body: { ...body, ...extra }, headers };
}

/** The maximum cost of the probes, assuming that every answer is as long as possible. */
export interface Estimate {
  /** USD, a decimal string. */
  readonly usd: string;
  /** Requests that are not included, because their cost is unknown. */
  readonly unpriced: readonly Unpriced[];
}

/** Models that are not listed or whose price varies count as expensive ones. */
export function estimateCost(probes: readonly Probe[], models: readonly CatalogModel[]): Estimate {
  const costs = probes.map((probe) => costOfProbe(probe, models));
  const usd = costs.reduce((sum, cost) => sum.plus('usd' in cost ? cost.usd : 0), new Big(0));
  return { usd: usd.toFixed(), unpriced: costs.filter((cost) => 'unpriced' in cost) };
}

function costOfProbe(
  { model, body }: Probe,
  models: readonly CatalogModel[],
): WorstCase | Unpriced {
  const cost = listedWorstCase(models, model, body);
  return 'unpriced' in cost ? worstCase((id) => ceiling(id, body), model, body) : cost;
}

/** What to ask a link, and how to check its answer. */
export interface Question {
  readonly messages: readonly { readonly role: 'user'; readonly content: string }[];
  /** Upper limit of the answer in tokens. */
  readonly maxTokens: number;
  /** Further members of the request. */
  readonly extra: Readonly<Record<string, unknown>>;
  /** What the answer lacks; null if it has everything that was asked for. */
  shortfall(reply: ChatReply): string | null;
}

export interface Demands {
  /** The model must call a tool. */
  readonly tools?: boolean | undefined;
  /** A longer streamed answer must be complete and include its usage. */
  readonly stream?: boolean | undefined;
}

/**
 * The smallest request that shows whether a model answers. A model that may reason gets enough tokens to do so;
 * otherwise it would stop, and be charged for, before its first word.
 */
export function questionFor(demands: Demands, model: CatalogModel | undefined): Question {
  const thinking = model?.supportedParameters.includes('reasoning') ?? true;
  const room = thinking ? roomToThink : 0;
  if (demands.tools === true) return toolQuestion(room);
  return demands.stream === true ? longQuestion(room) : plainQuestion(room);
}

const roomToThink = 512;

function plainQuestion(room: number): Question {
  return {
    messages: [{ role: 'user', content: 'Reply with one word: ready' }],
    maxTokens: 16 + room,
    extra: {},
    shortfall: () => null,
  };
}

function longQuestion(room: number): Question {
  return {
    messages: [{ role: 'user', content: 'Count from 1 to 20 in digits, one number a line.' }],
    maxTokens: 128 + room,
    extra: {},
    shortfall: ({ finishReason, usage }) => {
      if (finishReason === null) return 'The stream did not say why it ended';
      return usage === null ? 'The stream ended without its usage' : null;
    },
  };
}

const toolName = 'report_ready';

function toolQuestion(room: number): Question {
  const parameters = {
    type: 'object',
    properties: { ready: { type: 'boolean' } },
    required: ['ready'],
  };
  const description = 'Report that you are ready';
  return {
    messages: [{ role: 'user', content: `Call ${toolName} with ready set to true.` }],
    maxTokens: 128 + room,
    extra: {
      tools: [{ type: 'function', function: { name: toolName, description, parameters } }],
      tool_choice: 'auto',
    },
    shortfall: ({ toolCalls }) => {
      const call = toolCalls.find(({ name }) => name === toolName);
      if (call === undefined) return 'It answered without calling the tool';
      return jsonOrUndefined(call.arguments) instanceof Object
        ? null
        : 'It called the tool with arguments that are not JSON';
    },
  };
}
