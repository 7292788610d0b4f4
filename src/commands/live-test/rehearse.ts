import Big from 'big.js';
import { type CatalogModel, findModel, isValidModelId } from '../../catalog/model.ts';
import { sendChat } from '../../openrouter/chat.ts';
import { createClient } from '../../openrouter/client.ts';
import { canonicalModelId, idParts, isFreeModelId } from '../../openrouter/model-id.ts';
import type { Deps } from '../../platform/deps.ts';
import { UsageError } from '../../platform/errors.ts';
import { choiceHint } from '../../platform/nearest.ts';
import { sumOf } from '../../probe/certify.ts';
import { askOf, questionFor } from '../../probe/plan.ts';
import { createVirtualClock, rehearsalReport, walkEntry } from '../../probe/rehearsal.ts';
import type { EntryReport, TestReport } from '../../probe/report.ts';
import { isFreeLink, type Link, linksOf } from '../../routing/choose.ts';
import type { BuiltRequest } from '../../routing/request.ts';
import type { WalkResult } from '../../routing/walk.ts';
import { createCatalog, type SandboxModel } from '../../sandbox/catalog.ts';
import { type Fault, parseFaults } from '../../sandbox/faults.ts';
import { startSandbox } from '../../sandbox/server.ts';
import type { Entry } from '../../setup-file/entry.ts';
import { withProgress } from '../../terminal/progress.ts';
import { cachedModels, defaultTimeoutMs, type TestOptions } from './inputs.ts';

/** Walks every entry's chain against its own sandbox with these faults. Needs no key, no network and no real time. */
export async function rehearseEntries(
  world: Deps,
  entries: readonly Entry[],
  faultText: string,
  options: Pick<TestOptions, 'timeout' | 'tools' | 'stream'>,
): Promise<TestReport> {
  const planned = planFaults(faultText, entries);
  const models = await cachedModels(world);
  const reports: EntryReport[] = [];
  let cost = new Big(0);
  await withProgress(world.io, 'Rehearsing', async () => {
    for (const [index, entry] of entries.entries()) {
      const { faults = [], role = 'primary' } = planned[index] ?? {};
      const requestFor = (model: string) =>
        askOf(entry, model, questionFor(options, findModel(models, model)));
      const stage = { faults, models, timeoutMs: options.timeout ?? defaultTimeoutMs };
      const { walked, tookMs } = await rehearse(world, entry, role, requestFor, stage);
      cost = cost.plus(sumOf(walked.steps));
      const unlisted = unlistedModels(entry, models, world.clock.now());
      reports.push(rehearsalReport(entry, walked, tookMs, unlisted));
    }
  });
  return { ok: reports.every(({ ok }) => ok), costUsd: cost.toFixed(), entries: reports };
}

/** The URL that the sandbox stands for, so that messages about the host read as they would in production. */
const played = 'https://openrouter.ai/api/v1';

export interface Stage {
  readonly faults: readonly Fault[];
  /** The known models with their prices. */
  readonly models: readonly CatalogModel[];
  /** Timeout per request, in milliseconds of the rehearsal's virtual clock. */
  readonly timeoutMs: number;
}

/** One walk with its own sandbox and its own clock. */
export async function rehearse(
  world: Deps,
  entry: Entry,
  role: 'primary' | 'complex',
  requestFor: (model: string) => BuiltRequest,
  stage: Stage,
): Promise<{ readonly walked: WalkResult; readonly tookMs: number }> {
  const { fetch, signal } = world;
  const { shared, alone } = createVirtualClock(world.clock.now());
  const ids = linksOf(entry).map(({ model }) => model);
  const sandbox = await startSandbox({
    clock: shared,
    faults: stage.faults,
    models: sandboxModels(ids, stage.models, world.clock.now()),
    limit: null,
  });
  try {
    // The first exchange in a process loads the HTTP parser, which takes real time that the virtual clock does not see.
    await fetch(`${sandbox.url}/providers`).then((answer) => answer.text());
    const client = createClient({
      baseUrl: played,
      apiKey: sandbox.key,
      fetch: (url, init) => fetch(String(url).replace(played, sandbox.url), init),
      clock: shared,
      timeoutMs: stage.timeoutMs,
      signal,
    });
    const walked = await walkEntry(entry, role, requestFor, {
      clock: alone,
      // The middle of the jitter range, so that a repeated rehearsal shows the same figures.
      random: () => 0.5,
      signal,
      send: ({ body, headers }) => sendChat(client, { body, headers, stream: true }),
    });
    return { walked, tookMs: shared.monotonic() };
  } finally {
    await sandbox.close();
  }
}

/** The entry's models that the sandbox does not know, or lists at a different price than OpenRouter does now. */
export function sandboxModels(
  ids: readonly string[],
  models: readonly CatalogModel[],
  now: Date,
): SandboxModel[] {
  const known = createCatalog(now);
  return ids.flatMap((id) => {
    const own = known.find(id);
    const listed = findModel(models, id);
    if (listed === undefined) return own === undefined ? [genericModel(id)] : [];
    const { prompt, completion } = listed.pricing;
    return [{ ...own, id, prompt, completion }];
  });
}

/** The entry's models missing from the cached list or, if nothing is cached, from the sandbox's own list. */
function unlistedModels(
  entry: Entry,
  models: readonly CatalogModel[],
  now: Date,
): readonly string[] {
  const known = createCatalog(now);
  const ids = [...new Set(linksOf(entry).map(({ model }) => model))];
  return ids.filter((id) =>
    models.length > 0 ? !isValidModelId(models, id) : known.find(id) === undefined,
  );
}

function genericModel(id: string): SandboxModel {
  return isFreeModelId(id) ? { id, prompt: '0', completion: '0' } : { id };
}

/** One item of `--simulate`, and the faults it stands for among the links of an entry. */
interface FaultSpec {
  readonly text: string;
  faultsFor(links: readonly Link[]): readonly Fault[];
  /** Names that it could have meant, across all entries. */
  candidates(links: readonly Link[]): readonly string[];
  /** Whether it rehearses the request that a trigger sends to the complex model. */
  readonly complex: boolean;
}

export interface PlannedFaults {
  readonly faults: readonly Fault[];
  readonly role: 'primary' | 'complex';
}

/**
 * The faults of `--simulate` for each entry: `<model|role|*>:<fault>[*<times>]`, `outage:<author>`, `broke`, `quota`,
 * comma-separated. Throws UsageError for a fault that matches no link of any entry, since it would rehearse nothing.
 */
export function planFaults(text: string, entries: readonly Entry[]): PlannedFaults[] {
  const specs = text.split(',').map((piece) => parseSpec(piece.trim()));
  const links = entries.map(linksOf);
  for (const spec of specs) assertUsed(spec, links.flat());
  return links.map((own) => ({
    faults: specs.flatMap((spec) => spec.faultsFor(own)),
    role: specs.some(({ complex }) => complex) && own.some(isComplex) ? 'complex' : 'primary',
  }));
}

function parseSpec(text: string): FaultSpec {
  const author = /^outage:([^/*:]+)$/.exec(text)?.[1]?.trim();
  if (author !== undefined) {
    const faultsFor = down('503', (link) => idParts(link.model).author === author);
    const candidates = (links: readonly Link[]) => links.map((link) => idParts(link.model).author);
    return { text: author, faultsFor, candidates, complex: false };
  }
  const models = (links: readonly Link[]) => links.map(({ model }) => model);
  const simple = { text, candidates: models, complex: false };
  if (text === 'broke') return { ...simple, faultsFor: down('402', (link) => !isFreeLink(link)) };
  if (text === 'quota') return { ...simple, faultsFor: down('429', isFreeLink) };
  const [fault] = parseFaults(text);
  if (fault === undefined) throw new UsageError(`The fault "${text}" is empty`);
  return fault.target === '*' || fault.target.includes('/') ? modelSpec(fault) : roleSpec(fault);
}

function down(name: Fault['name'], hit: (link: Link) => boolean): FaultSpec['faultsFor'] {
  return (links) =>
    links
      .filter(hit)
      .map(({ model }) => ({ target: model, name, value: null, times: Number.POSITIVE_INFINITY }));
}

function modelSpec(fault: Fault): FaultSpec {
  const target = canonicalModelId(fault.target);
  return {
    text: target,
    complex: false,
    candidates: (links) => links.map(({ model }) => model),
    faultsFor: (links) =>
      target === '*' || links.some(({ model }) => model === target) ? [{ ...fault, target }] : [],
  };
}

function roleSpec(fault: Fault): FaultSpec {
  const { target } = fault;
  return {
    text: target,
    complex: target === 'complex',
    candidates: (links) => links.map(({ role }) => role),
    faultsFor: (links) =>
      links.filter(({ role }) => role === target).map(({ model }) => ({ ...fault, target: model })),
  };
}

function isComplex({ role }: Link): boolean {
  return role === 'complex';
}

// `broke` with only free links, or `quota` without any, affects nothing. That result is useful, so it is not an error.
function assertUsed(spec: FaultSpec, links: readonly Link[]): void {
  if (['broke', 'quota', '*'].includes(spec.text) || spec.faultsFor(links).length > 0) return;
  throw new UsageError(`No model of the chain matches "${spec.text}"`, {
    hint: choiceHint(spec.text, spec.candidates(links)),
  });
}
