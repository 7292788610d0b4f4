import Big from 'big.js';
import { type CatalogModel, findModel, idParts } from '../catalog/model.ts';
import { costOf } from '../catalog/prices.ts';
import { type Link, linksOf, type RoutedEntry } from '../routing/choose.ts';
import { type BuiltRequest, buildRequest } from '../routing/request.ts';
import { policyOf, type WalkPolicy } from '../routing/walk.ts';
import { type Demands, type Question, questionFor } from './question.ts';

/** An entry with the key that it sends, or with the variable in which no key was found. */
export type KeyedEntry = { readonly entry: RoutedEntry } & (
  | { readonly key: string }
  | { readonly key: null; readonly variable: string }
);

/** One thing to find out: links with the same model, settings and key share it. */
export interface Probe extends Link {
  /** With its role, that of the first link that asks it. */
  readonly entry: string;
  readonly key: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly question: Question;
  readonly policy: WalkPolicy;
}

/** A link with what to ask of it, or with why nothing can be asked: a variable without a key, no model. */
export type PlannedLink = Link &
  (
    | { readonly probe: Probe }
    | { readonly lacks: 'key'; readonly variable: string }
    | { readonly lacks: 'model' }
  );

export interface PlannedEntry {
  readonly entry: RoutedEntry;
  readonly links: readonly PlannedLink[];
}

export interface Plan {
  readonly entries: readonly PlannedEntry[];
  readonly probes: readonly Probe[];
}

/** What has to be asked to certify every link of these entries, each question once. */
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
      if (keyed.key === null) return { ...link, lacks: 'key', variable: keyed.variable };
      return { ...link, probe: once(probeOf(keyed.entry, link, keyed.key, demands, models)) };
    }),
  }));
  return { entries: planned, probes: [...probes.values()] };
}

/** The link that an entry without `defaultModel` should have: that it is missing is a finding like another. */
function unnamedPrimary(entry: RoutedEntry): Link[] {
  return entry.defaultModel.trim() === '' ? [{ role: 'primary', model: '' }] : [];
}

function probeOf(
  entry: RoutedEntry,
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

/** The request in which this entry asks the question of a model. */
export function askOf(entry: RoutedEntry, model: string, question: Question): BuiltRequest {
  const { messages, maxTokens, extra } = question;
  const { body, headers } = buildRequest(entry, model, { messages, maxTokens, stream: true });
  return { body: { ...body, ...extra }, headers };
}

// Where a router chooses the model the price is not known before: a dear one, in USD per token.
const dearModel = { pricing: { prompt: '0.000005', completion: '0.000025' } };
const promptTokens = { plain: 32, tools: 160 };

/** USD for one search of the web with what it found to be read: some $0.02 and a few thousand tokens. */
const searchUsd = '0.05';

/**
 * USD, a decimal string: the most that the probes cost when every answer takes all the room it has. A model whose
 * price is not known, or varies, counts as a dear one.
 */
export function estimateCost(probes: readonly Probe[], models: readonly CatalogModel[]): string {
  return probes.reduce((sum, probe) => sum.plus(costOfProbe(probe, models)), new Big(0)).toFixed();
}

function costOfProbe({ model, question, body }: Probe, models: readonly CatalogModel[]): Big {
  const asked = 'tools' in question.extra ? promptTokens.tools : promptTokens.plain;
  const listed = findModel(models, model);
  const known = listed === undefined ? null : costOf(listed, asked, question.maxTokens);
  const answer = new Big(known ?? costOf(dearModel, asked, question.maxTokens) ?? 0);
  const searches = idParts(model).variant === 'online' || 'plugins' in body;
  return answer.times(answersAsked(body)).plus(searches ? searchUsd : 0);
}

/** `n` of the parameters: each of the answers is paid for. */
function answersAsked({ n }: Probe['body']): number {
  return typeof n === 'number' && Number.isSafeInteger(n) && n > 1 ? n : 1;
}
