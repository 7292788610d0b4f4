import Big from 'big.js';
import { type CatalogModel, findModel } from '../catalog/model.ts';
import type { Unpriced } from '../pricing/find-price.ts';
import { ceiling } from '../pricing/router-price.ts';
import { listedWorstCase, type WorstCase, worstCase } from '../pricing/worst-case.ts';
import { type Link, linksOf } from '../routing/choose.ts';
import { type BuiltRequest, buildRequest } from '../routing/request.ts';
import { policyOf, type WalkPolicy } from '../routing/walk.ts';
import type { Entry } from '../setup-file/entry.ts';
import { type Demands, type Question, questionFor } from './question.ts';

/** An entry with the key that it sends, or with the variable in which no key was found. */
export type KeyedEntry = { readonly entry: Entry } & (
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
  readonly entry: Entry;
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

/** The request in which this entry asks the question of a model. */
export function askOf(entry: Entry, model: string, question: Question): BuiltRequest {
  const { messages, maxTokens, extra } = question;
  const { body, headers } = buildRequest(entry, model, { messages, maxTokens, stream: true });
  return { body: { ...body, ...extra }, headers };
}

/** What the probes cost at most when every answer takes all the room it has. */
export interface Estimate {
  /** USD, a decimal string. */
  readonly usd: string;
  /** What is not in it, because nobody can say what it costs. */
  readonly unpriced: readonly Unpriced[];
}

/** A model that is not listed, or whose price varies, counts as an expensive one. */
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
